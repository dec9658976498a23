package judge

import (
	"slices"
	"strings"
	"unicode"

	"calltab/internal/bot/parse"
	"calltab/internal/bot/parse/lexicon"
	"calltab/internal/provision"
)

// said is the one lexicon, as of package parse.
var said = lexicon.English

// WithoutIdle takes out the words that an order is the same without: "Mr", "asap", "new hire".
func WithoutIdle(words []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool {
		text := lexicon.Spelt(lexicon.Folded(w))
		return text == "" || said.Idle[text] || said.Courtesy[text]
	})
}

// WithoutKind takes out the word by which an order is named before its person: "undo release Theo".
func WithoutKind(line []lexicon.Word) []lexicon.Word {
	if len(line) > 1 && said.KindsOfOrders.Has(line[0]) {
		return line[1:]
	}
	return line
}

// SaysLast reports words that mean one's own last order: "last", "last thing I did", "what I just did".
func SaysLast(line []lexicon.Word) bool {
	begins := said.Last.Begins(line) || len(line) > 1 && said.WhatIDid.Begins(line)
	return begins && len(lexicon.Without(line[1:], said.LastThing)) == 0
}

// Decided is whom a decision is about, of the words behind "approve" or "deny": they end where a reason begins, as in
// "Erin because it is too much". It is empty where they name nobody: "all of them", "her request".
func Decided(line []lexicon.Word) []lexicon.Word {
	reason := slices.IndexFunc(line, func(w lexicon.Word) bool {
		return said.Contrasts.Has(w) || said.Breaks.Has(w) && !said.Joins.Has(w)
	})
	if reason >= 0 {
		line = line[:reason]
	}
	nobody := func(w lexicon.Word) bool {
		return said.Several.Has(w) || said.Everyone.Has(w) || said.Someone.Has(w) || said.Referring.Has(w)
	}
	if !slices.ContainsFunc(line, func(w lexicon.Word) bool { return !nobody(w) }) {
		return nil
	}
	return line
}

// Lists is the list that a line about a file names: "phones" or "numbers"; empty where it names neither.
func Lists(line []lexicon.Word) string {
	for _, list := range []string{"phones", "numbers"} {
		for _, w := range line {
			if lexicon.Folded(w.Text) == list {
				return list
			}
		}
	}
	return ""
}

// IsSlipOf reports a word that is a name of five letters or more with one slip of the pen, and not its beginning.
func IsSlipOf(w lexicon.Word, name string) bool {
	text := strings.ToLower(w.Text)
	name = strings.ToLower(name)
	const least = 5
	if w.Quoted || len(text) < least || strings.HasPrefix(name, text) {
		return false
	}
	return lexicon.Slips([]rune(text), []rune(name)) == 1
}

// Slip is a word that was read as a name which it nearly is.
type Slip struct{ Word, Name string }

// Slips are the words that were read as the location or the plan of a request and are nearly its name.
func Slips(
	words []lexicon.Word, r provision.Request, places []provision.Location, plans []provision.Plan,
) (all []Slip) {
	note := func(name string) {
		for _, w := range words {
			if IsSlipOf(w, name) {
				all = append(all, Slip{w.Text, name})
			}
		}
	}
	for _, l := range places {
		if l.ID == r.Location {
			note(l.Name)
		}
	}
	for _, p := range plans {
		if p.ID == r.Plan {
			note(p.Name)
		}
	}
	return all
}

// NearPlace reports a word that may be a name with up to two slips of the pen, whose first letter it has.
func NearPlace(text, name string) bool {
	text = strings.ToLower(text)
	name = strings.ToLower(name)
	const least = 4
	return len(text) >= least && text[0] == name[0] && lexicon.Slips([]rune(text), []rune(name)) <= 2
}

// CouldName reports words that may all be parts of a name: of letters alone, as "Smith" and "O'Neil", and none of them
// one that joins or denies, as in "but keep her".
func CouldName(words []string) bool {
	if slices.ContainsFunc(words, func(w string) bool {
		text := lexicon.Folded(w)
		passes := text == "per" || text == "behalf" || text == "by" // "as per HR"
		return passes || said.Contrasts[text] || said.Not[text] || said.Keeping[text] || said.Joins[text]
	}) {
		return false
	}
	return !slices.ContainsFunc(words, func(w string) bool {
		return strings.ContainsFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' && r != '-' })
	})
}

// MayName reports words that may be the name of a person: none of them is a location or a day.
func MayName(line []lexicon.Word, places []provision.Location) bool {
	day, _ := parse.TakePeriod(line)
	known := parse.NewVocabulary(places, nil)
	isPlace := func(w lexicon.Word) bool { return known.Has(w.Text) }
	return day == "" && !slices.ContainsFunc(line, isPlace) && CouldName(strings.Fields(lexicon.Join(line)))
}
