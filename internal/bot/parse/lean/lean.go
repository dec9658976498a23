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

// eachFeature calls a function with what a line with some words has: its words, two words behind each other, and the
// parts of each word, so that one is known by what it has in common with others: "deprovisioning". Some come again. The
// bytes are the function's until it returns.
func eachFeature(words []string, see func(feature []byte)) {
	buf := make([]byte, 0, 128)
	before := first
	for i := 0; i <= len(words); i++ {
		w := last
		if i < len(words) {
			w = words[i]
			see(append(buf[:0], w...))
			eachPart(buf, w, see)
		}
		pair := append(append(append(buf[:0], before...), ' '), w...)
		see(pair)
		before = w
	}
}

// eachPart is eachFeature for the parts of a word.
func eachPart(buf []byte, w string, see func(feature []byte)) {
	if len(w) < gram || w[0] == named {
		return
	}
	whole := append(append(append(buf[:0], lettersOf+"<"...), w...), '>')
	for i := 0; i+len(lettersOf)+gram <= len(whole); i++ {
		whole[i] = lettersOf[0] // which was a letter of the part before
		see(whole[i : i+len(lettersOf)+gram])
	}
}

// features lists those of a line, each once, in the order of the alphabet.
func features(words []string) (all []string) {
	eachFeature(words, func(feature []byte) { all = append(all, string(feature)) })
	slices.Sort(all)
	return slices.Compact(all)
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
	rows    map[string]int // the places of features among points
	points  [][]int16      // by intent
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
	t := &Table{at: map[string]int{}, rows: make(map[string]int, len(p))}
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
		t.rows[feature] = len(t.points)
		t.points = append(t.points, row)
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
func (t *Table) Knows(word string) bool {
	_, known := t.rows[word]
	return known
}

// Of are the points for each intent that a line with some words has.
func (t *Table) Of(words []string) []int {
	sum := make([]int, len(t.intents))
	const bits = 64
	seen := make([]uint64, len(t.points)/bits+1)
	eachFeature(words, func(feature []byte) {
		row, known := t.rows[string(feature)]
		if bit := uint64(1) << (row % bits); known && seen[row/bits]&bit == 0 {
			seen[row/bits] |= bit
			for i, n := range t.points[row] {
				sum[i] += int(n)
			}
		}
	})
	return sum
}
