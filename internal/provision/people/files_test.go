package people

import (
	"strconv"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/storetest"
)

// TestSuperseded: a file is superseded once another one has followed it, until it is brought in again itself; one that
// was never there is not, and only the newest files are remembered.
func TestSuperseded(t *testing.T) {
	t.Parallel()
	store := storetest.Memory()
	note := func(tenant provision.TenantID, files ...string) {
		t.Helper()
		err := store.Update(t.Context(), func(tx provision.Tx) error {
			for _, f := range files {
				noteNewest(tx, tenant, f)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	wants := func(file string, want bool) {
		t.Helper()
		err := store.View(t.Context(), func(tx provision.Tx) error {
			if got := Superseded(tx, "one", file); got != want {
				t.Errorf("%s is superseded: %v", file, got)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	wants("a", false)
	note("one", "a", "a")
	note("other", "b", "c")
	wants("a", false)
	wants("b", false)
	note("one", "b")
	wants("a", true)
	wants("b", false)
	wants("c", false)
	note("one", "a")
	wants("a", false)
	wants("b", true)
	for i := range filesKept {
		note("one", "x"+strconv.Itoa(i))
	}
	wants("a", false) // forgotten
	wants("x0", true)
}
