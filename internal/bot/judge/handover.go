package judge

import (
	"slices"
	"strings"

	"calltab/internal/bot/parse"
	"calltab/internal/bot/parse/lexicon"
)

// handing are the intents that a line may be read as in which one person is to get another's number. What only asks or
// decides is none of them.
var handing = []string{
	"add", "order-own", "change-number", "move", "release", "remove", "reserve", "give-back", "why", parse.Unclear,
}

// HandsOver says who is to get whose number in a line that names two people: "give Dana's number to Henry", "Henry takes
// over 0144 from Dana", "release Dana and give her number to Henry". ok is false where a line says something else, says
// not to, or does not say which of the two has the number.
func HandsOver(r parse.Reading, line []lexicon.Word) (from, to parse.Person, ok bool) {
	ported := r.Intent == "explain" && r.Topic == "port"
	if len(r.Persons) != 2 || Found(r) != 2 || !ported && !slices.Contains(handing, r.Intent) {
		return from, to, false
	}
	if r.Doubt == parse.DoubtNot || slices.ContainsFunc(line, said.Forbids.Has) || newNumber(line) {
		return from, to, false
	}
	one := named{line, r.Intent, r.Persons[0], placesOf(line, r.Persons[0])}
	other := named{line, r.Intent, r.Persons[1], placesOf(line, r.Persons[1])}
	if len(one.at) == 0 || len(other.at) == 0 {
		return from, to, false
	}
	switch first, second := one.handsTo(other), other.handsTo(one); {
	case first && !second:
		return one.Person, other.Person, true
	case second && !first:
		return other.Person, one.Person, true
	}
	return from, to, false
}

// named is a person with the places of their name in a line.
type named struct {
	line   []lexicon.Word
	intent string
	parse.Person
	at []int
}

// placesOf are the places of the words of a name, as they are or as an owner's: "dana", "Dana's", "danas".
func placesOf(line []lexicon.Word, p parse.Person) (at []int) {
	one := parse.Reading{Persons: []parse.Person{p}}
	for i, w := range line {
		text := lexicon.Folded(w.Text)
		if ofPerson(one, text) || ofPerson(one, strings.TrimSuffix(text, "s")) || strings.EqualFold(w.Text, p.Text) {
			at = append(at, i)
		}
	}
	return at
}

// handsTo reports that a line gives what is this person's to the other one.
func (n named) handsTo(other named) bool {
	to := func(i int) bool {
		return slices.Contains([]string{"to", "for", "->", "=>", "→"}, wordAt(n.line, i-1))
	}
	if n.intent == "find" || len(n.at) > 0 && wordAt(n.line, n.at[len(n.at)-1]+1) == "->" {
		if !slices.ContainsFunc(other.at, to) { // "Dana's number for Henry", and not "Dana's number and Henry's plan"
			return false
		}
		return n.owns() || n.intent != "find" && slices.ContainsFunc(n.line, isNumber)
	}
	return n.owns() && !other.owned() && !n.parted(other) || n.handsOn(other)
}

// owned reports a name with the s of an owner.
func (n named) owned() bool { return slices.ContainsFunc(n.at, n.ownedAt) }

func (n named) ownedAt(i int) bool {
	text := strings.ReplaceAll(strings.ToLower(n.line[i].Text), "’", "'")
	plain := strings.TrimSuffix(text, "s")
	one := parse.Reading{Persons: []parse.Person{n.Person}}
	return strings.HasSuffix(text, "'s") || strings.HasSuffix(text, "s'") || plain != text && ofPerson(one, plain)
}

// owns reports that a number is said to be this person's: "Dana's old number", "the number of Dana", "0144 from Dana",
// "Dana gives her number".
func (n named) owns() bool {
	for _, i := range n.at {
		behind := i + 1
		for behind < len(n.line) && (said.SameOne.Has(n.line[behind]) || said.Former.Has(n.line[behind])) {
			behind++
		}
		if n.ownedAt(i) && n.number(behind) {
			return true
		}
		if gives(n.line, i+1) && isObject(n.line, i+2) && n.number(i+3) {
			return true
		}
		switch before := wordAt(n.line, i-1); {
		case before == "of" && n.number(i-2):
			return true
		case before == "from" || before == "off":
			return slices.ContainsFunc(n.line, func(w lexicon.Word) bool { return ofLine(w) || isNumber(w) })
		}
	}
	return false
}

// number reports a word for a number, or a number, at a place.
func (n named) number(i int) bool {
	return i >= 0 && i < len(n.line) && (ofLine(n.line[i]) || isNumber(n.line[i]))
}

// parted reports that a clause ends between two names.
func (n named) parted(other named) bool {
	from := min(n.at[0], other.at[0])
	to := max(n.at[0], other.at[0])
	return slices.ContainsFunc(n.line[from:to], func(w lexicon.Word) bool { return w.Ends || w.Stops || said.Joins.Has(w) })
}

// handsOn reports that behind this person's name a line gives on what is theirs: "Dana leaves, Henry takes over her
// number", "take 0144 off Dana and give it to Henry".
func (n named) handsOn(other named) bool {
	const near = 4
	for what := range n.line {
		if !isObject(n.line, what) && !isNumber(n.line[what]) {
			continue
		}
		whole := isNumber(n.line[what]) || wordAt(n.line, what) == "it"
		if !whole && !n.number(what+1) {
			continue
		}
		for verb := what - 1; verb >= max(0, what-near); verb-- {
			if replaces := said.Replaces[wordAt(n.line, verb)]; replaces && n.at[0] > verb && last(other) == verb-1 {
				return true // "Henry replaces Dana, same number"
			}
			if n.at[0] > verb || !gives(n.line, verb) && !takesOver(n.line, verb) {
				continue
			}
			first := other.at[0]
			between := first > verb && last(other) < what
			subject := last(other) == beforeModals(n.line, verb-1)
			behind := first > what && wordAt(n.line, first-1) == "to"
			if between || subject && takesOver(n.line, verb) || behind && gives(n.line, verb) {
				return true
			}
			break
		}
	}
	return false
}

func last(n named) int { return n.at[len(n.at)-1] }

// beforeModals is the place before "should", "is to" and the like.
func beforeModals(line []lexicon.Word, i int) int {
	for i >= 0 && (said.BeforeNot[wordAt(line, i)] || said.Being[wordAt(line, i)] || said.To[wordAt(line, i)]) {
		i--
	}
	return i
}

// isObject reports a word that stands for what was named before: "it", "her", "the".
func isObject(line []lexicon.Word, i int) bool {
	return said.Pronouns[wordAt(line, i)] || said.Objects[wordAt(line, i)] && !said.Articles[wordAt(line, i)]
}

// gives and takesOver report a word by which a number is given on, or got.
func gives(line []lexicon.Word, i int) bool {
	text := wordAt(line, i)
	return said.Classes["give"][text] || said.Classes["giveback"][text] || said.HandsOn[text]
}

func takesOver(line []lexicon.Word, i int) bool { return said.TakesOver[wordAt(line, i)] }

// isNumber reports the digits of a number or of its end.
func isNumber(w lexicon.Word) bool {
	const least = 3
	return !w.Quoted && parse.Numberish(w.Text) && parse.CountDigits(w.Text) >= least
}

// wordAt is a word of a line in small letters; empty beyond its ends.
func wordAt(line []lexicon.Word, i int) string {
	if i < 0 || i >= len(line) || line[i].Quoted {
		return ""
	}
	return lexicon.Folded(line[i].Text)
}

// MayHandOver reports a line that says whose number it is about, as one has that begins with a command and gives the
// number to another: "assign Dana's number to Henry".
func MayHandOver(line []lexicon.Word) bool {
	for i := range line {
		if i+1 >= len(line) || !ofLine(line[i+1]) && !said.SameOne.Has(line[i+1]) && !said.Former.Has(line[i+1]) {
			continue
		}
		text := strings.ReplaceAll(strings.ToLower(line[i].Text), "’", "'")
		owned := strings.HasSuffix(text, "'s") || strings.HasSuffix(text, "s'")
		if owned || strings.HasSuffix(text, "s") && !parse.IsCue(text) {
			return true
		}
	}
	of := func(i int) bool {
		return wordAt(line, i) == "of" || wordAt(line, i) == "from" || wordAt(line, i) == "off"
	}
	for i := 1; i+1 < len(line); i++ {
		if of(i) && (ofLine(line[i-1]) || isNumber(line[i-1])) {
			return true
		}
	}
	return false
}
