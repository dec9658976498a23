package joint

import (
	"context"
	"slices"
	"strings"

	"calltab/internal/bot/parse"
	"calltab/internal/bot/parse/lexicon"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// said is the one lexicon, as of package parse.
var said = lexicon.English

// Reader reads a part of a line.
type Reader func(words []parse.Word) parse.Reading

// Ask asks with which of its wishes a line is to begin, or for a line for each where a button for each cannot be shown.
// It reports whether the line has several.
func Ask(
	ctx context.Context, x *talk.Exchange, read Reader, isAhead func(day string) bool,
) (asked bool, err error) {
	some := Wishes(parse.Split(x.Turn.Text), read)
	unshown := func(r parse.Reading) bool { return !slices.Contains(shown, r.Intent) }
	switch {
	case len(some) == 0:
		return false, nil
	case len(some) > mostShown, slices.ContainsFunc(some, unshown):
		return true, x.Say(ctx, "reading.many")
	}
	choices := make([]view.Choice, len(some))
	var days []string
	for i, r := range some {
		choices[i] = Choice(x, r, r.Intent, r.First())
		if r.Doubt == parse.DoubtDate && isAhead(r.Date) {
			days = append(days, r.Date)
		}
	}
	question := x.Words.Say("joint.wishes")
	if len(days) > 0 {
		question += " " + x.Words.Say("joint.days", "dates", strings.Join(days, ", "))
	}
	return true, x.AskEach(ctx, question, choices)
}

// mostShown is for how many wishes of a line buttons are shown.
const mostShown = 5

// shown are the intents with a button. What takes an order back, or a number out of reach, has none here: the button may
// be pressed much later, and does not name which.
var shown = []string{"add", "change-plan", "change-number", "move", "release", "remove", "find", "diagnose"}

// Wishes takes a line apart that wants different things: "add Henry and remove Dana". It has none where the line wants
// one thing, or where some part of it is not a whole wish by itself, such as "give it to Erin".
func Wishes(line []parse.Word, read Reader) []parse.Reading {
	if !cuedTwice(line) {
		return nil
	}
	var all []parse.Reading
	for from := 0; from < len(line); {
		to := len(line)
		for at := from + 1; at < len(line); at++ {
			if !begins(line, at) {
				continue
			}
			next := upTo(joined(line[at:]))
			if cued(next) && whole(next, read(next)) {
				to = at
				break
			}
		}
		part := joined(line[from:to])
		r := read(part)
		if !whole(part, r) {
			return nil
		}
		all = append(all, r)
		from = to
	}
	if len(all) < 2 || same(all) {
		return nil
	}
	return all
}

// cuedTwice reports a line with words that tell what is wanted both before and behind where another wish may begin. Any
// other has one wish, and is not read again.
func cuedTwice(line []parse.Word) bool {
	for at := 1; at < len(line); at++ {
		if begins(line, at) && cued(line[:at]) && cued(joined(line[at:])) {
			return true
		}
	}
	return false
}

// cued reports words of which one may tell what is wanted.
func cued(part []parse.Word) bool {
	return slices.ContainsFunc(part, func(w parse.Word) bool { return !w.Quoted && parse.IsCue(w.Text) })
}

// begins reports a word that may begin another wish: one that joins, or what follows a comma or a full stop.
func begins(line []parse.Word, at int) bool {
	before := line[at-1]
	return !line[at].Quoted && (joins(line[at]) && !joins(before) || before.Ends || before.Stops)
}

// joins reports a word between two wishes.
func joins(w parse.Word) bool { return said.Joins.Has(w) || said.Breaks.Has(w) || said.Then.Has(w) }

// joined is a part of a line without the words that join it to the one before.
func joined(part []parse.Word) []parse.Word {
	for len(part) > 0 && joins(part[0]) {
		part = part[1:]
	}
	return part
}

// upTo is the beginning of a part, up to where another one may begin.
func upTo(part []parse.Word) []parse.Word {
	for at := 1; at < len(part); at++ {
		if begins(part, at) {
			return part[:at]
		}
	}
	return part
}

// whole reports a part of a line that is a wish by itself, about one person or number. "Give her number to Erin" is
// about another part.
func whole(part []parse.Word, r parse.Reading) bool {
	creates := said.Creates.Begins(part) && r.Intent == string(provision.Add)
	if slices.ContainsFunc(part, said.Pronouns.Has) || !creates && givesNothing(part, r) {
		return false
	}
	left := slices.DeleteFunc(slices.Clone(r.Left), said.Creates.Says)
	told := (r.Cue != "" && !r.Leaned || creates) && len(left) == 0
	dated := r.Doubt == parse.DoubtDate // the question says that no order waits for it
	sure := r.Doubt == "" || r.Doubt == parse.DoubtSlip || dated || creates && r.Doubt == parse.DoubtLeft
	named := len(r.Persons) == 1 && r.First().Found || len(r.Persons) == 0 && len(r.Numbers)+len(r.Digits) > 0
	return told && sure && named
}

// givesNothing reports a part that gives what another one names: "take 0105 off Gita, give to Erin".
func givesNothing(part []parse.Word, r parse.Reading) bool {
	named := r.Location != "" || r.Plan != "" || len(r.Numbers)+len(r.Digits) > 0
	return !named && says(part, said.Classes["give"]) && !says(part, said.Classes["line"])
}

// says reports whether one of some words is one of a set.
func says(some []parse.Word, set lexicon.Set) bool {
	return slices.ContainsFunc(some, func(w parse.Word) bool { return set.Says(lexicon.Folded(w.Text)) })
}

// same reports wishes of one kind, which are a list.
func same(all []parse.Reading) bool {
	return !slices.ContainsFunc(all, func(r parse.Reading) bool { return r.Intent != all[0].Intent })
}
