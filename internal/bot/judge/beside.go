package judge

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"calltab/internal/bot/parse"
	"calltab/internal/bot/parse/date"
	"calltab/internal/bot/parse/lexicon"
)

// Both reports a line that wants another plan and another number for one person, which are two orders: "Dana to
// Unlimited and a new number". What nobody can tell, or names several of one thing, is asked about as such; and where
// something is to be kept, the other may be what does not change.
func Both(r parse.Reading, line []lexicon.Word) bool {
	if len(r.Persons) != 1 || !r.First().Found || r.Leaned || Unsure(r) || r.Doubt == parse.DoubtMany {
		return false
	}
	if slices.ContainsFunc(line, said.Keeping.Has) {
		return false
	}
	switch r.Intent {
	case "change-plan":
		return SaysBoth(line) || newNumber(line)
	case "change-number":
		return r.Plan != ""
	}
	return false
}

// SaysBoth reports a line that names plan and number as what changes: "change her plan and number".
func SaysBoth(line []lexicon.Word) bool {
	plan := func(w lexicon.Word) bool { return parse.Changed([]parse.Word{w}) == "change-plan" }
	number := func(w lexicon.Word) bool { return parse.Changed([]parse.Word{w}) == "change-number" }
	for i := 2; i < len(line); i++ {
		before, behind := line[i-2], line[i]
		joins := said.Joins.Has(line[i-1])
		if joins && (plan(before) && number(behind) || number(before) && plan(behind)) {
			return true
		}
	}
	return slices.ContainsFunc(line, plan) && newNumber(line)
}

// newNumber reports words such as "a new number". A number behind them says which one. A new phone is a device, but for
// "a new phone number".
func newNumber(line []lexicon.Word) bool {
	for i := 1; i < len(line); i++ {
		if !said.Another.Has(line[i-1]) || !ofLine(line[i]) {
			continue
		}
		if !said.Devices.Has(line[i]) || i+1 < len(line) && ofLine(line[i+1]) {
			return true
		}
	}
	return false
}

// ofLine reports a word for a number, or the phone that it is of.
func ofLine(w lexicon.Word) bool { return said.Classes["line"].Says(lexicon.Folded(w.Text)) }

// Beside notes what a line says beside what it is read as, of which no order takes account: what is to be kept, and
// that it was done already. A question whether it was done, or decided, is one about the person.
func Beside(r *parse.Reading, line []lexicon.Word) {
	kept := keeps(*r, line)
	switch {
	case kept != "":
		r.Left = append(r.Left, kept)
		if r.Date != "" && !slices.Contains(r.Left, r.Date) {
			r.Left = append(r.Left, r.Date)
		}
		if !slices.Contains(saidFirst, r.Doubt) {
			r.Doubt = parse.DoubtLeft
		}
	case happened(*r, line):
		r.Doubt = DoubtHappened
	case asksDone(*r, line):
		r.Intent = "find"
		r.Doubt = ""
	case asksDecision(*r) && decidedBetween(*r, line):
		r.Intent = "status"
		r.Doubt = ""
		r.Persons = r.Persons[1:]
	case asksDecision(*r): // "did Carol approve Dana and Erin"
		r.Intent = "status"
		r.Doubt = parse.DoubtMany
	}
}

// saidFirst are the doubts that are said before that something is to be kept.
var saidFirst = []string{parse.DoubtNobody, parse.DoubtMany, parse.DoubtSaid}

// asksDecision reports a question about a decision that names several people.
func asksDecision(r parse.Reading) bool {
	decides := r.Intent == "approve" || r.Intent == "deny"
	return decides && len(r.Persons) > 1 && r.Doubt == parse.DoubtAsked
}

// decidedBetween reports that a line asks whether the first of two people decided about the other, both of whom the
// directory knows: "did Carol approve Erin".
func decidedBetween(r parse.Reading, line []lexicon.Word) bool {
	if len(r.Persons) != 2 || !r.Persons[1].Found {
		return false
	}
	verb := slices.IndexFunc(line, said.Decides.Has)
	return verb > 0 && names(line[:verb], r.Persons[0]) && names(line[verb:], r.Persons[1])
}

// names reports whether some words have one of a person's name.
func names(words []lexicon.Word, p parse.Person) bool {
	one := parse.Reading{Persons: []parse.Person{p}}
	return slices.ContainsFunc(words, func(w lexicon.Word) bool { return ofPerson(one, lexicon.Folded(w.Text)) })
}

// keeps is the number or phone that a line wants to be kept, of which the order takes that it is read as: "keep her
// number". It is empty where there is none: "she keeps working here".
func keeps(r parse.Reading, line []lexicon.Word) string {
	if !parse.Orders(r.Intent) || r.Intent == "add" || r.Intent == "change-plan" {
		return ""
	}
	for from, w := range line {
		if !said.Keeping.Has(w) || denied(line, from) {
			continue
		}
		at := from + 1
		for at < len(line) && isOwners(r, line[at]) {
			at++
		}
		if at == len(line) || !ofLine(line[at]) && !parse.Numberish(line[at].Text) {
			continue
		}
		to := at + 1
		for to < len(line) && !line[to-1].Ends && !line[to-1].Stops {
			to++
		}
		return lexicon.Join(line[from:to])
	}
	return ""
}

// isOwners reports a word that says which or whose number is meant: "the", "her", "Dana's", "same".
func isOwners(r parse.Reading, w lexicon.Word) bool {
	return said.Objects.Has(w) || said.SameOne.Has(w) || ofPerson(r, lexicon.Folded(w.Text))
}

// denied reports a word that another of the few before it denies: "no need to keep".
func denied(line []lexicon.Word, at int) bool {
	const few = 3
	for i := at - 1; i >= max(0, at-few) && !line[i].Ends && !line[i].Stops; i-- {
		if said.Not[wordAt(line, i)] {
			return true
		}
	}
	return false
}

// DoubtHappened is the doubt of a line that says what was done: "Dana has been moved to Boston".
const DoubtHappened = "happened"

// happened reports a line that says that what it is read as was done.
func happened(r parse.Reading, line []lexicon.Word) bool {
	if r.Doubt != "" || !parse.Orders(r.Intent) || r.Intent == "remove" {
		return false
	}
	for i := 1; i < len(line); i++ {
		if !said.Happened.Has(line[i]) {
			continue
		}
		before := lexicon.Folded(line[i-1].Text)
		if said.Past[before] || slices.Contains([]string{"been", "already", "just"}, before) {
			return true
		}
	}
	return false
}

// year is a year in figures.
var year = regexp.MustCompile(`[0-9]{4}`)

// Yearless reports a day without its year: in figures, or by its weekday. Of an order it is the coming one, as orders
// are for what is ahead.
func Yearless(day string) bool {
	if date.IsWeekday(day) {
		return true
	}
	return strings.ContainsAny(day, "0123456789") && !year.MatchString(day)
}

// asksDone reports a question whether a person has got what a line is read as: "did Dana get her phone".
func asksDone(r parse.Reading, line []lexicon.Word) bool {
	kinds := []string{"add", "change-plan", "change-number", "move"}
	return slices.Contains(kinds, r.Intent) && r.Doubt == parse.DoubtAsked && len(r.Persons) == 1 && r.First().Found &&
		r.Location == "" && r.Plan == "" && said.AsksWhetherDone.Begins(line)
}

// OtherLanguage reports a line that no cue tells, and that has words of another language: of those that are known, or
// in a script that no name of its has which the directory knows.
func OtherLanguage(r parse.Reading, line []lexicon.Word) bool {
	if r.Cue != "" && !r.Slip {
		return false
	}
	named := Found(r) > 0 || len(r.Numbers)+len(r.Digits) > 0
	for _, w := range line {
		text := lexicon.Folded(w.Text)
		if w.Quoted || ofPerson(r, text) {
			continue
		}
		if said.Tongues[text] || named && foreignLetters(text) {
			return true
		}
	}
	return false
}

// ofPerson reports a word of a name that the directory knows.
func ofPerson(r parse.Reading, text string) bool {
	return slices.ContainsFunc(r.Persons, func(p parse.Person) bool {
		return p.Found && slices.ContainsFunc(lexicon.Split(p.Text), func(w lexicon.Word) bool {
			return lexicon.Folded(w.Text) == text
		})
	})
}

// foreignLetters reports a word with letters of a script that English is not written in.
func foreignLetters(text string) bool {
	for _, letter := range text {
		if unicode.IsLetter(letter) && !unicode.Is(unicode.Latin, letter) {
			return true
		}
	}
	return false
}
