package parse

import (
	"slices"
	"strings"
)

// How many digits of a number's end people write.
const (
	shortestEnding = 3
	longestEnding  = ShortestNumber - 1
	shortestSaid   = 2 // behind words that say that it is one
)

// TakeEnding takes the end of a number out, such as 0144, where a line has no whole number: the first word that is
// three or four digits and no part of what a location or plan is called, or two behind "ending in". The words that say
// so go with it.
func TakeEnding(words []Word, known Vocabulary) (digits string, rest []Word) {
	if number, _ := TakeNumber(words); number != "" {
		return "", words
	}
	for i, w := range words {
		text := strings.TrimLeft(w.Text, ".…x#*")
		from := i
		for from > 0 && said.Ending.Has(words[from-1]) && !said.Ranges.Has(words[from-1]) {
			from--
		}
		shortest := shortestEnding
		if from < i && said.EndsIn.Has(words[from]) || from == i && strings.HasPrefix(w.Text, "*") {
			shortest = shortestSaid
		}
		n := len(text)
		if w.Quoted || n < shortest || n > longestEnding || DigitsIn(text) != text || known.Has(text) {
			continue
		}
		return text, slices.Concat(words[:from], words[i+1:])
	}
	return "", words
}
