package outbox

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"calltab/internal/provision"
)

var update = flag.Bool("update", false, "write the golden files")

// What is in stores and in chats for years is never renamed: the golden list may only grow.
func TestPersistedNames(t *testing.T) {
	t.Parallel()
	var names []string
	add := func(sort string, all ...string) {
		for _, n := range all {
			names = append(names, sort+" "+n)
		}
	}
	for _, k := range new(Outbox).kinds() {
		for _, s := range k.Steps {
			add("step", k.Name+"/"+s.Name)
		}
	}
	add("recipient", string(requester), string(newUser), string(approver), string(operator))
	add("why", toldNotInstalled, toldBlocked, toldFailed)
	for e := range notices {
		add("notice", string(e))
	}
	add("notice", string(provision.OrderDone), string(askEvent), string(newsEvent))
	slices.Sort(names)

	const path = "testdata/persisted.golden"
	got := strings.Join(names, "\n") + "\n"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("names that are persisted have changed; got\n%s\nwant\n%s", got, want)
	}
}
