package turns

import (
	"flag"
	"path/filepath"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/storetest/shape"
)

var update = flag.Bool("update", false, "write the golden files")

// TestStored: what is stored has the form that belongs to its schema version.
func TestStored(t *testing.T) {
	t.Parallel()
	shape.Check(t, provision.SchemaVersion, *update, within{})
}

// TestCountBeside: two programs count the turns of a person together, each turn once, also where one has several in hand
// at a time, and begin anew with each minute.
func TestCountBeside(t *testing.T) {
	t.Parallel()
	s, err := boltstore.Open(filepath.Join(t.TempDir(), "turns.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var here, there Count
	begins := func(at time.Time) (n int) {
		t.Helper()
		if err := s.Update(t.Context(), Beside("one/dana", at, &n)); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for i, c := range []*Count{&here, &there, &there, &here} {
		if got := c.Add("one/dana", now, begins(now)).N; got != i+1 {
			t.Errorf("turn %d is counted as %d", i+1, got)
		}
	}
	fifth, sixth := begins(now), begins(now) // both are in hand
	for want, n := range map[int]int{5: fifth, 6: sixth} {
		if got := here.Add("one/dana", now, n).N; got != want {
			t.Errorf("turn %d, with another one in hand, is counted as %d", want, got)
		}
	}
	later := now.Add(time.Minute)
	if got := there.Add("one/dana", later, begins(later)).N; got != 1 {
		t.Errorf("the first one of the next minute is counted as %d", got)
	}
}
