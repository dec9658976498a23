// Package lean tells to which intents the words of a line lean: how often lines of an intent have a word, or two words
// one behind the other, beside how often other lines have them.
//
// It is the counting of labelled lines, and knows nothing of what the words mean: package parse says which words a line
// has, and weighs what it learns here against its cues. The same line leans the same way always.
package lean

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Words of each line that a table has besides its own: a word that it does not have, the beginning and the end.
const (
	Other = "#other"
	first = "^"
	last  = "$"
)

// Counts is what was counted: lines by intent, and by intent those with a word or with two words, "a b".
type Counts struct {
	Lines map[string]int `json:"lines"`
	Words map[string]Of  `json:"words"`
}

// Of is how many lines of each intent have a word. It is written as one text: "add 3 move 1".
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
	for i := 0; i+1 < len(parts); i += 2 {
		n, err := strconv.Atoi(parts[i+1])
		if err != nil {
			return err
		}
		(*o)[parts[i]] = n
	}
	return nil
}

// Line is a labelled line: the words that it has, and its intent.
type Line struct {
	Intent string
	Words  []string
}

// fewest is how many lines have a word at least that is counted as itself.
const fewest = 2

// Count counts lines.
func Count(lines []Line) Counts {
	often := map[string]int{}
	for _, l := range lines {
		for _, w := range slices.Compact(slices.Sorted(slices.Values(l.Words))) {
			often[w]++
		}
	}
	c := Counts{Lines: map[string]int{}, Words: map[string]Of{}}
	for _, l := range lines {
		c.Lines[l.Intent]++
		words := []string{first}
		for _, w := range l.Words {
			if often[w] < fewest {
				w = Other
			}
			words = append(words, w)
		}
		words = append(words, last)
		var has []string
		for i := 1; i < len(words); i++ {
			has = append(has, words[i], words[i-1]+" "+words[i])
		}
		for _, w := range slices.Compact(slices.Sorted(slices.Values(has))) {
			if c.Words[w] == nil {
				c.Words[w] = Of{}
			}
			c.Words[w][l.Intent]++
		}
	}
	for w, of := range c.Words {
		sum := 0
		for _, n := range of {
			sum += n
		}
		if sum < fewest || w == last {
			delete(c.Words, w)
		}
	}
	return c
}

// Table is counts as points: how much a word speaks for each intent. It is safe for concurrent use.
type Table struct {
	intents []string
	prior   []int
	ids     map[string]uint16
	one     map[uint16][]int16
	two     map[uint32][]int16
}

// Points are tenths of the points that cues are weighed in.
const (
	perNat    = 20 // points of a word that lines of an intent have e times as often as others
	mostNats  = 3  // no word speaks more for or against an intent
	priorPart = 0.3
)

// Read makes a table of counts as they are written. It panics on a text that is none: it is part of the program.
func Read(raw []byte) *Table {
	var c Counts
	if err := json.Unmarshal(raw, &c); err != nil {
		panic("lean: " + err.Error())
	}
	return newTable(c)
}

func newTable(c Counts) *Table {
	t := &Table{ids: map[string]uint16{}, one: map[uint16][]int16{}, two: map[uint32][]int16{}}
	all := 0
	for intent, n := range c.Lines {
		t.intents = append(t.intents, intent)
		all += n
	}
	slices.Sort(t.intents)
	for _, intent := range t.intents {
		share := float64(c.Lines[intent]) / float64(all)
		t.prior = append(t.prior, int(math.Round(priorPart*perNat*math.Log(share))))
	}
	id := func(w string) uint16 {
		if _, known := t.ids[w]; !known {
			t.ids[w] = uint16(len(t.ids) + 1)
		}
		return t.ids[w]
	}
	for w, of := range c.Words {
		points := t.points(c, of, all)
		one, two, both := strings.Cut(w, " ")
		if both {
			t.two[uint32(id(one))<<16|uint32(id(two))] = points
		} else {
			t.one[id(one)] = points
		}
	}
	return t
}

// points are what a word speaks for each intent: the logarithm of how much more often its lines have the word than all
// lines do, smoothed by one line that has it as often as all.
func (t *Table) points(c Counts, of Of, all int) []int16 {
	sum := 0
	for _, n := range of {
		sum += n
	}
	share := float64(sum) / float64(all)
	points := make([]int16, len(t.intents))
	for i, intent := range t.intents {
		within := (float64(of[intent]) + share) / float64(c.Lines[intent]+1)
		nats := math.Log(within / share)
		points[i] = int16(math.Round(perNat * max(-mostNats, min(mostNats, nats))))
	}
	return points
}

// Intents are those of the table, in the order of Of.
func (t *Table) Intents() []string { return t.intents }

// Knows reports whether a word is counted as itself.
func (t *Table) Knows(word string) bool { return t.ids[word] != 0 }

// Of are the points for each intent that a line with some words has.
func (t *Table) Of(words []string) []int {
	sum := slices.Clone(t.prior)
	add := func(points []int16) {
		for i, n := range points {
			sum[i] += int(n)
		}
	}
	other := t.ids[Other]
	before := t.ids[first]
	ones := make([]uint16, 0, len(words))
	twos := make([]uint32, 0, len(words)+1)
	for i := 0; i <= len(words); i++ {
		id := t.ids[last]
		if i < len(words) {
			id = t.ids[words[i]]
			if id == 0 {
				id = other
			}
			if !slices.Contains(ones, id) {
				ones = append(ones, id)
				add(t.one[id])
			}
		}
		if both := uint32(before)<<16 | uint32(id); !slices.Contains(twos, both) {
			twos = append(twos, both)
			add(t.two[both])
		}
		before = id
	}
	return sum
}
