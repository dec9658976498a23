package lexicon

import (
	"fmt"
	"strconv"
	"strings"
)

// HowCue is how a cue is held against a line.
type HowCue struct {
	Starts, Ends bool // ^ and $: only at the beginning of a line, and at its end
	Bonus        int  // +2: what it weighs beside its words
}

// ReadCue takes a cue as it is written apart: how it is held against a line, and its parts, at least one. It panics on
// one that is none: the lexicon is part of the program.
func ReadCue(text string) (how HowCue, parts []string) {
	for _, w := range strings.Fields(text) {
		switch {
		case w == "^":
			how.Starts = true
		case w == "$":
			how.Ends = true
		case w[0] == '+':
			bonus, err := strconv.Atoi(w)
			if err != nil {
				panic(fmt.Sprintf("lexicon: cue %q: %v", text, err))
			}
			how.Bonus += bonus
		default:
			parts = append(parts, w)
		}
	}
	if len(parts) == 0 {
		panic(fmt.Sprintf("lexicon: cue %q has no words", text))
	}
	return how, parts
}
