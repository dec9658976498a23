package bot

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
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
	for _, f := range forms {
		add("verb", f.verb)
		for _, in := range f.fields {
			add("input", f.verb+"/"+in.id)
		}
	}
	for _, b := range buttons {
		add("verb", b.verb)
		for _, name := range b.names {
			add("data", b.verb+"/"+name)
		}
	}
	for name := range datasets {
		add("dataset", name)
	}
	add("data", dataOrder, dataRevision)
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
