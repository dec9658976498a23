package lexicon

import (
	"slices"
	"strings"

	"calltab/internal/provision"
)

// StatePhrase is a state in several words.
type StatePhrase struct {
	Words []string
	State provision.NumberState
}

// StatePhrases are those of the lexicon, the longest first, and those of a length in the order of the alphabet.
var StatePhrases = func() (all []StatePhrase) {
	for state, phrases := range English.StatePhrases {
		for _, phrase := range phrases {
			all = append(all, StatePhrase{strings.Fields(phrase), state})
		}
	}
	slices.SortFunc(all, func(a, b StatePhrase) int {
		if len(a.Words) != len(b.Words) {
			return len(b.Words) - len(a.Words)
		}
		return slices.Compare(a.Words, b.Words)
	})
	return all
}()
