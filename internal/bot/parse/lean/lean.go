// Package lean tells to which intents the words of a line lean. It learns that from labelled lines: each feature of a
// line (a word, two words one behind the other, four letters of a word) gets points for and against each intent, so
// that the lines lean to their labels.
//
// It knows nothing of what the words mean: package parse says which words a line has, and adds the points to those of
// its cues. The same lines give the same points always, on every machine: only whole numbers are used.
package lean

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Words of each line besides its own: the beginning and the end.
const (
	first = "^"
	last  = "$"
)

// named begins a word that stands for what a line names, such as "#plan": it has no letters.
const named = '#'

// gram is how many letters of a word are a feature of their own, and lettersOf the sign before them.
const (
	gram      = 4
	lettersOf = "~"
)

// features lists what a line with some words has, each once.
func features(words []string) []string {
	all := make([]string, 0, 8*len(words)+2)
	before := first
	for i := 0; i <= len(words); i++ {
		w := last
		if i < len(words) {
			w = words[i]
			all = append(all, w)
			all = letters(all, w)
		}
		all = append(all, before+" "+w)
		before = w
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// letters adds the parts of a word, so that one is known by what it has in common with others: "deprovisioning".
func letters(all []string, w string) []string {
	if len(w) < gram || w[0] == named {
		return all
	}
	whole := lettersOf + "<" + w + ">"
	for i := len(lettersOf); i+gram <= len(whole); i++ {
		all = append(all, lettersOf+whole[i:i+gram])
	}
	return all
}

// Line is a labelled line: the words that it has, and its intents, which are equally right.
type Line struct {
	Intents []string
	Words   []string
}

// Points are those of some features for each intent, by the names of both. It is written as one text a feature: "add 31
// move -8". Zeros are left out.
type Points map[string]Of

// Of are points by intent.
type Of map[string]int

// MarshalText writes the intents in the order of the alphabet.
func (o Of) MarshalText() ([]byte, error) {
	var parts []string
	for intent, n := range o {
		parts = append(parts, intent+" "+strconv.Itoa(n))
	}
	slices.Sort(parts)
	return []byte(strings.Join(parts, " ")), nil
}

// UnmarshalText reads what MarshalText writes.
func (o *Of) UnmarshalText(text []byte) error {
	*o = Of{}
	parts := strings.Fields(string(text))
	if len(parts)%2 != 0 {
		return fmt.Errorf("points %q have no pairs", text)
	}
	for i := 0; i < len(parts); i += 2 {
		n, err := strconv.Atoi(parts[i+1])
		if err != nil {
			return err
		}
		(*o)[parts[i]] = n
	}
	return nil
}

// Table is points by feature. It is safe for concurrent use.
type Table struct {
	intents []string
	at      map[string]int // of an intent among them
	points  map[string][]int16
}

// Read makes a table of points as they are written. It panics on a text that is none: it is part of the program.
func Read(raw []byte) *Table {
	var p Points
	if err := json.Unmarshal(raw, &p); err != nil {
		panic("lean: " + err.Error())
	}
	return NewTable(p)
}

// NewTable makes a table of points.
func NewTable(p Points) *Table {
	t := &Table{at: map[string]int{}, points: make(map[string][]int16, len(p))}
	for _, of := range p {
		for intent := range of {
			if _, known := t.at[intent]; !known {
				t.at[intent] = 0
				t.intents = append(t.intents, intent)
			}
		}
	}
	slices.Sort(t.intents)
	for i, intent := range t.intents {
		t.at[intent] = i
	}
	for feature, of := range p {
		row := make([]int16, len(t.intents))
		for intent, n := range of {
			row[t.at[intent]] = int16(n)
		}
		t.points[feature] = row
	}
	return t
}

// Intents are those of the table, in the order of Of.
func (t *Table) Intents() []string { return t.intents }

// At is the place of an intent among those of the table.
func (t *Table) At(intent string) (i int, ok bool) {
	i, ok = t.at[intent]
	return i, ok
}

// Knows reports whether a word has points of its own.
func (t *Table) Knows(word string) bool { return t.points[word] != nil }

// Of are the points for each intent that a line with some words has.
func (t *Table) Of(words []string) []int {
	sum := make([]int, len(t.intents))
	for _, f := range features(words) {
		for i, n := range t.points[f] {
			sum[i] += int(n)
		}
	}
	return sum
}
