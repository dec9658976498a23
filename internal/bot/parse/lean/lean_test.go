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
	raw, err := json.MarshalIndent(p, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	again, err := json.MarshalIndent(Learn(some), "", " ")
	if err != nil || string(again) != string(raw) {
		t.Errorf("other points from the same lines: %s and %s, %v", raw, again, err)
	}
	for _, line := range []string{"new phone", "to the office", "", "nothing known"} {
		if got, want := Read(string(raw)).Of(strings.Fields(line)), NewTable(p).Of(strings.Fields(line)); !slices.Equal(got, want) {
			t.Errorf("%q: %v, and before it was written %v", line, got, want)
		}
	}
}

func TestNoPairsAreNoPoints(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`"a": "add"`, `"a": "add one"`, `"a": "add 1`, `"a": "add 99999"`, `"\a\": "add 1"`} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is read as points", text)
				}
			}()
			Read(text)
		}()
	}
}

// A feature may have letters that are written as signs.
func TestSignsInFeatures(t *testing.T) {
	t.Parallel()
	p := Points{"~<new": {"add": 7}, "~ews>": {"move": 3}, `"`: {"move": 8, "add": -1}}
	raw, err := json.MarshalIndent(p, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"news", `"`, `news "`} {
		if got, want := Read(string(raw)).Of(strings.Fields(line)), NewTable(p).Of(strings.Fields(line)); !slices.Equal(got, want) || slices.Max(got) < 1 {
			t.Errorf("%q: %v, and before it was written %v", line, got, want)
		}
	}
}
