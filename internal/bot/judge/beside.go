package judge

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"calltab/internal/bot/parse"
	"calltab/internal/bot/parse/lexicon"
)

// Both reports a line that wants another plan and another number for one person, which are two orders: "Dana to
// Unlimited and a new number".
func Both(r parse.Reading, line []lexicon.Word) bool {
	if len(r.Persons) != 1 || !r.First().Found {
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

// newNumber reports words such as "a new number". A number behind them says which one.
func newNumber(line []lexicon.Word) bool {
	for i := 1; i < len(line); i++ {
		another := said.Another.Has(line[i-1])
		if another && said.Classes["line"].Says(lexicon.Folded(line[i].Text)) {
			return true
		}
	}
	return false
}

// Beside notes what a line says beside what it is read as, of which no order takes account: what is to be kept, and that
// it was done already. A question whether it was done, or decided, is one about the person.
func Beside(r *parse.Reading, line []lexicon.Word) {
	kept := keeps(*r, line)
	switch {
	case len(kept) > 0:
		r.Doubt = parse.DoubtLeft
		r.Left = append(r.Left, kept...)
	case happened(*r, line):
		r.Doubt = DoubtHappened
	case asksDone(*r, line):
		r.Intent = "find"
		r.Doubt = ""
	case asksDecision(*r):
		r.Intent = "status"
		r.Doubt = ""
		r.Persons = r.Persons[len(r.Persons)-1:]
	}
}

// asksDecision reports a question about the decision about another person: "did Carol approve Erin".
func asksDecision(r parse.Reading) bool {
	last := len(r.Persons) - 1
	decides := r.Intent == "approve" || r.Intent == "deny"
	return decides && last > 0 && r.Doubt == parse.DoubtAsked && r.Persons[last].Found
}

// keeps is what a line wants to be kept of what the order that it is read as takes: "keep her number".
func keeps(r parse.Reading, line []lexicon.Word) []string {
	if !parse.Orders(r.Intent) || r.Intent == "add" || r.Intent == "change-plan" {
		return nil
	}
	from := slices.IndexFunc(line, said.Keeping.Has)
	if from < 0 {
		return nil
	}
	to := from + 1
	for to < len(line) && !line[to-1].Ends && !line[to-1].Stops {
		to++
	}
	return []string{lexicon.Join(line[from:to])}
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

// Yearless reports a day in figures without its year: of an order it is the coming one, as orders are for what is ahead.
func Yearless(day string) bool {
	return strings.ContainsAny(day, "0123456789") && !year.MatchString(day)
}

// asksDone reports a question whether a person has got what a line is read as: "did Dana get her phone".
func asksDone(r parse.Reading, line []lexicon.Word) bool {
	return r.Intent == "add" && r.Doubt == parse.DoubtAsked && len(r.Persons) == 1 && r.First().Found &&
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
