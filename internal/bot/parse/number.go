package parse

import (
	"slices"
	"strings"
)

// How many digits of a number's end people write.
const (
	shortestEnding = 3
	longestEnding  = ShortestNumber - 1
)

// TakeEnding takes the end of a number out, such as 0144, where a line has no whole number: the first word that is
// three or four digits and no part of what a location or plan is called.
func TakeEnding(words []Word, known Vocabulary) (digits string, rest []Word) {
	if number, _ := TakeNumber(words); number != "" {
		return "", words
	}
	for i, w := range words {
		text := strings.TrimLeft(w.Text, ".…x#")
		n := len(text)
		if w.Quoted || n < shortestEnding || n > longestEnding || digitsIn(text) != text || known.Has(text) {
			continue
		}
		return text, slices.Concat(words[:i], words[i+1:])
	}
	return "", words
}
