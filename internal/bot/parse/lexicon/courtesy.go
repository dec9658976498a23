package lexicon

import (
	"slices"

	"calltab/internal/provision"
)

// Without takes out the words of a set.
func Without(line []Word, set Set) []Word {
	var kept []Word
	for _, w := range line {
		if !set.Has(w) {
			kept = append(kept, w)
		}
	}
	return kept
}

// Bare takes out the words that only refer: "cancel my order", "all orders of Dana Reyes".
func Bare(line []Word) []Word { return Without(WithoutReferring(line), English.All) }

// WithoutReferring is Bare for what changes something: "all" is no word to pass over there.
func WithoutReferring(line []Word) []Word { return Without(line, English.Referring) }

// WithoutCourtesy takes out what people write behind a command and ask nothing by: "please", "thank you very much". It
// knows fewer words than politeness has before a command, as some of those are names too, such as Will and Can: nobody
// who is named is passed over.
func WithoutCourtesy(line []Word) []Word { return Without(line, English.Courtesy) }

// SaysSeveral reports whether a line means more orders than one.
func SaysSeveral(line []Word) bool { return slices.ContainsFunc(line, English.Several.Has) }

// SaysOwn reports a line with a word like "my" in it.
func SaysOwn(line []Word) bool { return slices.ContainsFunc(line, English.Own.Has) }

// OnlySeveral reports whether a line says nothing else.
func OnlySeveral(line []Word) bool { return len(Without(line, English.Several)) == 0 }

// WithoutSmall takes out small words, and articles before one of them: "give Dana a new phone".
func WithoutSmall(line []Word) []Word {
	is := func(i int, set Set) bool { return i < len(line) && set.Has(line[i]) }
	var kept []Word
	for i, w := range line {
		end := i
		for is(end, English.Articles) {
			end++
		}
		if !is(i, English.Small) && !(end > i && is(end, English.Small)) {
			kept = append(kept, w)
		}
	}
	return kept
}

// Unused refuses a line that has more words than its command uses: nothing that a person wrote is passed over but
// courtesy.
func Unused(rest []Word) error {
	rest = WithoutCourtesy(WithoutSmall(rest))
	if len(rest) == 0 {
		return nil
	}
	say := provision.Say("words-unused", "text", Join(rest))
	return &provision.Error{Op: "read line", Kind: provision.Invalid, Say: say}
}

// longestGreeting is how many words a line has at most that only greets.
const longestGreeting = 4

// Greets reports a line that greets, and has hardly room for more: a letter may begin so, too.
func Greets(line []Word) bool {
	said := English
	if len(line) == 0 || len(line) > longestGreeting {
		return false
	}
	first := line[0].Text
	return said.Greetings.Says(first) || len(line) > 1 && said.Good.Says(first) && said.Greetings.Says(line[1].Text)
}
