package lean

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func lines(texts ...string) (all []Line) {
	for _, text := range texts {
		intent, words, _ := strings.Cut(text, ": ")
		all = append(all, Line{intent, strings.Fields(words)})
	}
	return all
}

// most is the intent that a line has most points for.
func most(t *Table, line string) string {
	points := t.Of(strings.Fields(line))
	return t.Intents()[slices.Index(points, slices.Max(points))]
}

func TestLeansToItsWords(t *testing.T) {
	t.Parallel()
	c := Count(lines("add: new phone please", "add: new phone", "move: new office", "move: new office please"))
	table := newTable(c)
	for line, want := range map[string]string{"phone": "add", "office": "move", "new office": "move", "please new phone": "add"} {
		if got := most(table, line); got != want {
			t.Errorf("%q leans to %s, not %s", line, got, want)
		}
	}
	if table.Knows("rare") || !table.Knows("phone") {
		t.Error("a word is known that no two lines have, or none is")
	}
}

// TestWrittenAsRead: counts are the same again when they are read, so that a line leans as it did.
func TestWrittenAsRead(t *testing.T) {
	t.Parallel()
	c := Count(lines("add: new phone", "add: new phone", "move: new office", "move: off to the office", "add: a b c d"))
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"new phone", "to the office", "", "nothing known"} {
		if got, want := Read(raw).Of(strings.Fields(line)), newTable(c).Of(strings.Fields(line)); !slices.Equal(got, want) {
			t.Errorf("%q: %v, and before it was written %v", line, got, want)
		}
	}
}
