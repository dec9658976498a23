package lean

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func lines(texts ...string) (all []Line) {
	for _, text := range texts {
		intents, words, _ := strings.Cut(text, ": ")
		all = append(all, Line{strings.Split(intents, "|"), strings.Fields(words)})
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
	p := Learn(lines("add: new phone please", "add: new phone", "move: new office", "move: new office please",
		"undo|move: wrong", "undo|move: wrong", "undo: wrong way"))
	table := NewTable(p)
	for line, want := range map[string]string{
		"phone": "add", "office": "move", "new office": "move", "please new phone": "add", "telephone": "add", "wrong way": "undo",
	} {
		if got := most(table, line); got != want {
			t.Errorf("%q leans to %s, not %s", line, got, want)
		}
	}
	if table.Knows("way") || !table.Knows("phone") {
		t.Error("a word is known that no two lines have, or none is")
	}
}

// TestWrittenAsRead: points are the same again when they are read, so that a line leans as it did; and the same lines
// give the same points.
func TestWrittenAsRead(t *testing.T) {
	t.Parallel()
	some := lines("add: new phone", "add: new phone", "move: new office", "move: off to the office", "add: a b c d")
	p := Learn(some)
	raw, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(Learn(some))
	if err != nil || string(again) != string(raw) {
		t.Errorf("other points from the same lines: %s and %s, %v", raw, again, err)
	}
	for _, line := range []string{"new phone", "to the office", "", "nothing known"} {
		if got, want := Read(raw).Of(strings.Fields(line)), NewTable(p).Of(strings.Fields(line)); !slices.Equal(got, want) {
			t.Errorf("%q: %v, and before it was written %v", line, got, want)
		}
	}
}

func TestNoPairsAreNoPoints(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"add", "add one"} {
		if err := new(Of).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is read as points", text)
		}
	}
}
