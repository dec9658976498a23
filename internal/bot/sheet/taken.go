package sheet

import (
	"slices"
	"strings"
	"unicode"

	"calltab/internal/bot/parse"
	"calltab/internal/provision"
	"calltab/internal/provision/names"
)

// taken says why a number is no free one of ours, by what the other cells of its line say of it.
func (c cells) taken() provision.Message {
	if foreignType(c.kind) {
		return provision.Say("file-type", "text", c.kind)
	}
	for _, status := range c.status {
		if foreignType(status) {
			return provision.Say("file-type", "text", status)
		}
		if !lexicon.Free[valueWord(status)] {
			return provision.Say("file-status", "text", status)
		}
	}
	for _, answer := range c.assigned {
		if !lexicon.No[valueWord(answer)] {
			return provision.Say("file-status", "text", answer)
		}
	}
	for _, holder := range c.holders {
		if !lexicon.Nobody[valueWord(holder)] {
			return provision.Say("file-holder", "text", holder)
		}
	}
	for _, name := range c.names {
		if !lexicon.Nobody[valueWord(name)] {
			return provision.Say("file-name", "text", name)
		}
	}
	for _, other := range c.others {
		if parse.IsUPN(other) && !isNumber(other) {
			return provision.Say("file-holder", "text", other)
		}
		if saysTaken(other) {
			return provision.Say("file-status", "text", other)
		}
	}
	return provision.Message{}
}

// saysTaken reports whether a cell says that a number is not free, whatever its column is called.
func saysTaken(v string) bool {
	word := valueWord(v)
	if lexicon.Free[word] || lexicon.No[word] || lexicon.Nobody[word] {
		return false
	}
	if lexicon.Bots[word] {
		return true
	}
	words := strings.FieldsFunc(names.Plain(v), func(r rune) bool { return !unicode.IsLetter(r) })
	if slices.ContainsFunc(words, func(w string) bool { return lexicon.Taken[w] }) {
		return true
	}
	text := " " + strings.Join(words, " ") + " "
	return slices.ContainsFunc(lexicon.TakenPhrases, func(p string) bool { return strings.Contains(text, " "+p+" ") })
}

// valueWord is what a cell says, in small letters without accents and what parts words. Nothing else is left out, as
// "Free (reserved)" is not free.
func valueWord(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("-_.'’", r) {
			return -1
		}
		return r
	}, names.Plain(s))
}

func foreignType(s string) bool {
	word := valueWord(s)
	return slices.ContainsFunc(lexicon.Foreign, func(t string) bool { return strings.Contains(word, t) })
}
