package parse

import (
	"maps"
	"math/bits"
	"slices"

	"calltab/internal/bot/parse/lexicon"
)

// spelled notes what the words of a line nearly say, where they say nothing themselves and nobody goes by them. It
// reports whether there are any.
func spelled(all []token, isName func(string) bool) bool {
	found := false
	for i, t := range all {
		letters := len([]rune(t.text))
		if t.kind != aWord || t.word.Quoted || letters < shortestSlip || stopWord(t.text) || cueWords[t.text] {
			continue
		}
		near := nearestCueWord(t.text)
		if near != "" && t.near == "" && !isName(t.text) {
			all[i].near = near
		}
		found = found || all[i].near != ""
	}
	return found
}

// shortestSlip is how many letters a word has at least that is taken for another.
const shortestSlip = 3

// nearestCueWord is the word of a cue that a text is most likely a slip of; empty where none is near. Of two equally
// near ones the first in the alphabet counts.
func nearestCueWord(text string) string {
	if cut := text + "e"; cueWords[cut] { // "giv", "mov"
		return cut
	}
	typed := []rune(text)
	if len(typed) <= shortestSlip {
		return ""
	}
	best, least := "", 3
	for _, w := range cueWordsByLetter[typed[0]] {
		if !sameLetters(text, w) || !isSlip(text, w) {
			continue
		}
		if n := lexicon.Slips(typed, []rune(w)); n < least {
			best, least = w, n
		}
	}
	if other := swapped(typed); best == "" && cueWords[other] {
		return other
	}
	return best
}

// sameLetters reports whether two words differ by few enough letters for a slip. It is quick, and passes over most
// pairs.
func sameLetters(a, b string) bool {
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

// cueWordsByLetter are the words of cues by their first letter: hardly anybody mistypes that one.
var cueWordsByLetter = func() map[rune][]string {
	by := map[rune][]string{}
	for _, w := range slices.Sorted(maps.Keys(cueWords)) {
		first, _ := lexicon.FirstRune(w)
		by[first] = append(by[first], w)
	}
	return by
}()

// isSlip reports whether a text is a word with a slip of the pen: one in a word of four letters or more, two in one of
// eight or more.
func isSlip(text, word string) bool {
	letters := len([]rune(word))
	most := 0
	switch {
	case letters >= 8:
		most = 2
	case letters >= 4:
		most = 1
	}
	return most > 0 && lexicon.Slips([]rune(text), []rune(word)) <= most
}
