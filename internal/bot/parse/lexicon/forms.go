package lexicon

import (
	"maps"
	"math/bits"
	"slices"
	"strings"
)

// Forms finds words by what they are forms of, and by slips of the pen.
type Forms struct {
	is       func(word string) bool
	byLetter map[rune][]string // hardly anybody mistypes the first one
}

// NewForms is for some words, the keys of a map.
func NewForms[V any](words map[string]V) Forms {
	is := func(word string) bool {
		_, is := words[word]
		return is
	}
	f := Forms{is: is, byLetter: map[rune][]string{}}
	for _, w := range slices.Sorted(maps.Keys(words)) {
		first, _ := FirstRune(w)
		f.byLetter[first] = append(f.byLetter[first], w)
	}
	return f
}

// Stem is the word that a text is a form of; empty where it is none.
func (f Forms) Stem(text string) string {
	for _, ending := range English.Endings {
		base, ok := strings.CutSuffix(text, ending)
		if !ok || len(base) < 3 {
			continue
		}
		last := len(base) - 1
		for _, stem := range []string{base, base + "e", base + "y", base + "ate", base[:last]} {
			doubled := stem != base[:last] || base[last] == base[last-1] // "dropped" of "drop"
			if doubled && len(stem) >= ShortestSlip && f.is(stem) {      // "assing" is no form of "as"
				return stem
			}
		}
	}
	return ""
}

// ShortestSlip is how many letters a word has at least that is taken for another.
const ShortestSlip = 3

// Near is the word that a text is most likely a slip of; empty where none is near. Of two equally
// near ones the first in the alphabet counts.
func (f Forms) Near(text string) string {
	if cut := text + "e"; f.is(cut) { // "giv", "mov"
		return cut
	}
	typed := []rune(text)
	if len(typed) <= ShortestSlip {
		return ""
	}
	best, least := "", 3
	for _, w := range f.byLetter[typed[0]] {
		if !SameLetters(text, w) || !IsSlip(text, w) {
			continue
		}
		if n := Slips(typed, []rune(w)); n < least {
			best, least = w, n
		}
	}
	if other := swapped(typed); best == "" && f.is(other) {
		return other
	}
	return best
}

// SameLetters reports whether two words differ by few enough letters for a slip. It is quick, and passes over most
// pairs.
func SameLetters(a, b string) bool {
	if len(a)-len(b) > 2 || len(b)-len(a) > 2 {
		return false
	}
	return bits.OnesCount32(lettersOf(a)^lettersOf(b)) <= 4
}

// lettersOf has a bit for each letter of a word.
func lettersOf(s string) uint32 {
	var set uint32
	for i := range len(s) {
		set |= 1 << (s[i] & 31)
	}
	return set
}

// swapped is a word whose first two letters have changed places: "da" for "ad".
func swapped(typed []rune) string {
	return string([]rune{typed[1], typed[0]}) + string(typed[2:])
}

// IsSlip reports whether a text is a word with a slip of the pen: one in a word of four letters or more, two in one of
// eight or more.
func IsSlip(text, word string) bool {
	letters := len([]rune(word))
	most := 0
	switch {
	case letters >= 8:
		most = 2
	case letters >= 4:
		most = 1
	}
	return most > 0 && Slips([]rune(text), []rune(word)) <= most
}
