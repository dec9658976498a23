// Package lean tells to which intents the words of a line lean. It learns that from labelled lines: each feature of a
// line (a word, two words one behind the other, four letters of a word) gets points for and against each intent, so
// that the lines lean to their labels.
//
// It knows nothing of what the words mean: package parse says which words a line has, and adds the points to those of
// its cues. The same lines give the same points always, on every machine: only whole numbers are used.
package lean

import (
	"fmt"
	"hash/maphash"
	"math/bits"
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

// Table is points by feature. It is safe for concurrent use. Its features are in lists: a map of them took twice the
// memory of the whole table.
type Table struct {
	intents  []string       // in the order of the alphabet
	at       map[string]int // of an intent among them
	features []string
	ends     []int32 // of the points of each feature among all
	points   []point // of one feature behind those of another
	slots    []int32 // the place of a feature behind its hash, counted from 1; 0: none
	seed     maphash.Seed
}

// point is for one intent. Most features have points for few of them.
type point struct{ intent, n int16 }

// newTable has room for some features, and for points.
func newTable(features, points int) *Table {
	return &Table{at: map[string]int{}, features: make([]string, 0, features), ends: make([]int32, 0, features),
		points: make([]point, 0, points), seed: maphash.MakeSeed()}
}

// Read makes a table of points as they are written, one feature a line. It panics on a text that is none: it is part of
// the program. It takes no way round by JSON and maps of maps, which made the most of a start.
func Read(text string) *Table {
	t := newTable(strings.Count(text, "\n"), strings.Count(text, " ")/2)
	for line := range strings.Lines(text) {
		feature, of, found := strings.Cut(line, `": "`)
		if !found {
			continue // before the first feature, or behind the last
		}
		of, _, ended := strings.Cut(of, `"`)
		feature, err := unquoted(strings.TrimSpace(feature))
		if err != nil || !ended {
			panic(fmt.Sprintf("lean: %q are no points", line))
		}
		for more := of; more != ""; {
			var intent, n string
			intent, more, _ = strings.Cut(more, " ")
			n, more, _ = strings.Cut(more, " ")
			points, err := strconv.ParseInt(n, 10, 16)
			if err != nil {
				panic(fmt.Sprintf("lean: %q has no pairs", line))
			}
			t.add(intent, int16(points))
		}
		t.end(feature)
	}
	t.finish()
	return t
}

// unquoted is a text behind its first quotation mark. Without signs in it, it is a part of what was read.
func unquoted(text string) (string, error) {
	if rest, quoted := strings.CutPrefix(text, `"`); quoted && !strings.Contains(rest, `\`) {
		return rest, nil
	}
	return strconv.Unquote(text + `"`)
}

// NewTable makes a table of points.
func NewTable(p Points) *Table {
	t := newTable(len(p), 0)
	for feature, of := range p {
		for intent, n := range of {
			t.add(intent, int16(n))
		}
		t.end(feature)
	}
	t.finish()
	return t
}

// add adds points of the feature that is being read.
func (t *Table) add(intent string, n int16) {
	i, known := t.at[intent]
	if !known {
		i = len(t.intents)
		t.at[intent] = i
		t.intents = append(t.intents, intent)
	}
	t.points = append(t.points, point{int16(i), n})
}

// end ends a feature.
func (t *Table) end(feature string) {
	t.features = append(t.features, feature)
	t.ends = append(t.ends, int32(len(t.points)))
}

// finish brings the intents, which stand in the order in which they were met, into that of the alphabet, and has each
// feature found by its hash.
func (t *Table) finish() {
	met := slices.Clone(t.intents)
	slices.Sort(t.intents)
	for i, intent := range t.intents {
		t.at[intent] = i
	}
	for i := range t.points {
		t.points[i].intent = int16(t.at[met[t.points[i].intent]])
	}
	t.slots = make([]int32, 2<<bits.Len(uint(len(t.features)))) // between a quarter and a half of them is taken
	for i, feature := range t.features {
		at, _ := t.slot([]byte(feature))
		t.slots[at] = int32(i + 1)
	}
}

// slot is that of a feature, which is empty where the feature is not known.
func (t *Table) slot(feature []byte) (at uint64, known bool) {
	last := uint64(len(t.slots) - 1)
	for at = maphash.Bytes(t.seed, feature) & last; t.slots[at] != 0; at = (at + 1) & last {
		if t.features[t.slots[at]-1] == string(feature) {
			return at, true
		}
	}
	return at, false
}

// of are the points of the feature in some place.
func (t *Table) of(place int32) []point {
	from := int32(0)
	if place > 0 {
		from = t.ends[place-1]
	}
	return t.points[from:t.ends[place]]
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
	_, known := t.slot([]byte(word))
	return known
}

// Of are the points for each intent that a line with some words has.
func (t *Table) Of(words []string) []int {
	sum := make([]int, len(t.intents))
	const size = 64
	seen := make([]uint64, len(t.features)/size+1)
	eachFeature(words, func(feature []byte) {
		slot, known := t.slot(feature)
		if !known {
			return
		}
		place := t.slots[slot] - 1
		if bit := uint64(1) << (place % size); seen[place/size]&bit == 0 {
			seen[place/size] |= bit
			for _, p := range t.of(place) {
				sum[p.intent] += int(p.n)
			}
		}
	})
	return sum
}
