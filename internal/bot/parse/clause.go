package parse

import (
	"slices"
	"strings"

	"calltab/internal/bot/parse/lexicon"
)

// sentenceEnd is the text of a break between two sentences, or between two fields of a form.
const sentenceEnd = "."

// stops reports a word that a sentence ends with. The full stop of "Mr.", of "C. Whitaker" and of "3. November" ends
// none.
func stops(w Word) bool {
	text := folded(w.Text)
	day := len(text) == 1 && text != "i" || len(text) == 2 && DigitsIn(text) == text
	return w.Stops && (w.Asks || !said.Abbreviations[text] && !day)
}

// ends reports a break between two sentences.
func (t token) ends() bool { return t.kind == aBreak && t.text == sentenceEnd }

// takeHeading puts the end of a sentence for the heading of a field with which the tokens end: "Office:" in "User: Hugo
// Lang. Office: Sydney" asks for no other office. A heading that says more than which field it is, such as "New
// office:", stays. In a form a field needs no sign before it, and a surname goes on with the first name.
func takeHeading(all []token, form bool) []token {
	last := len(all) - 1
	if !all[last].word.Heads || !said.Headings[all[last].text] {
		return all
	}
	from := last
	for from > 0 && all[from-1].kind == aWord && said.OfHeadings[all[from-1].text] {
		from--
	}
	more := from > 0 && all[from-1].kind == aWord && !all[from-1].word.Ends && !said.Breaks[all[from-1].text]
	switch {
	case more && (!form || said.Former[all[from-1].text] || said.Another[all[from-1].text]):
		return all
	case more && said.Surnames[all[from].text] && strings.HasSuffix(all[last].text, "name"):
		return all[:from] // "First name: Dana Last name: Reyes"
	}
	return append(all[:from], token{text: sentenceEnd, kind: aBreak})
}

// parts reports a token between two clauses.
func (t token) parts() bool {
	if t.kind == aBreak {
		return !said.Joins[t.text]
	}
	return t.kind == aWord && said.Contrasts[t.text]
}

// clauseAt is the clause that a token of a line stands in.
func clauseAt(all []token, i int) (from, to int) {
	from, to = i, i+1
	for from > 0 && !partsAt(all, from-1) {
		from--
	}
	for to < len(all) && !partsAt(all, to) {
		to++
	}
	return from, to
}

// partsAt is token.parts, and takes an "and" for the beginning of a clause that says what is not, or is to be left:
// "and nobody did it".
func partsAt(all []token, i int) bool {
	next := wordAt(all, i+1)
	return all[i].parts() || said.Joins[all[i].text] && (said.Not[next] || said.Lets[next])
}

// takesAway are the intents that take something away, or back.
var takesAway = lexicon.SetOf("release", "remove", "cancel", "undo", "block", "swap", "give-back")

// negated reports whether a line says not to do what it is read as. A negation in another clause is none: "don't
// remove her, just change her plan". Such a clause is not dropped: its words are returned. What takes something away is
// negated by any "don't" behind it, too: "release it, no, don't", but not by "no longer".
func (r *Reading) negated(all []token) (elsewhere []string, negated bool) {
	for i, t := range all {
		from, to := clauseAt(all, i)
		before, next := wordAt(all, i-1), wordAt(all, i+1)
		has := takesAway[r.Intent] || !lexicon.NoLine(i == from, before, next)
		told := t.text == "no" && i+1 < len(all) && all[i+1].used && has // "no longer needed"
		if t.kind != aWord || t.used || told || !said.Not[t.text] {
			continue
		}
		tells := func(t token) bool { return t.told }
		behind := slices.ContainsFunc(all[:from], tells)
		says := slices.ContainsFunc(all[from:to], func(t token) bool {
			empty := said.Not[t.text] || said.Politeness[t.text] || said.Asks[t.text] || said.Courtesy[t.text]
			return t.kind == aWord && !empty || t.kind != aWord && t.kind != aBreak
		})
		bare := t.text == "not" && said.Objects[next] // "not the user"
		opens := i == from && !bare || said.Politeness[before] || said.BeforeNot[before]
		orders := said.Forbids[t.text] && opens
		switch {
		case slices.ContainsFunc(all[from:to], tells), !says, behind && orders && takesAway[r.Intent],
			r.Cue == "" && (said.Forbids[t.text] || !r.Leaned): // what words lean to is asked about
			return nil, true
		}
		elsewhere = append(elsewhere, nameOf(all[from:to]))
	}
	return elsewhere, false
}

// refused reports a place or plan that its clause says not to be: Metered in "she no longer needs Metered, Unlimited
// please". The negation says nothing else then.
func refused(all []token, i int) bool {
	from, to := clauseAt(all, i)
	for j := from; j < to; j++ {
		if all[j].kind == aWord && said.Not[all[j].text] && !slices.ContainsFunc(all[from:to], func(t token) bool {
			return t.kind == all[i].kind && t.value != all[i].value
		}) {
			all[j].used = true
			return true
		}
	}
	return false
}
