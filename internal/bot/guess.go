package bot

import (
	"context"
	"slices"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// takesAway are the intents that take a phone away, or an order back.
var takesAway = []string{"release", "remove", "cancel", "undo", "block", "swap", "unreserve"}

// aboutOne are the intents that are about one person or number. A line of a word or two that names neither is no
// question about one: "my team", "nobody".
var aboutOne = []string{"find", "why", "status", "diagnose", "history"}

const mostEmpty = 2

// offers reports a guess that is offered. told is that the line has something else that tells it.
func offers(r parse.Reading, told bool, words int) bool {
	empty := !told && words <= mostEmpty && slices.Contains(aboutOne, r.Intent)
	courtesy := r.Intent == "thanks" || r.Intent == "greet"
	return r.Leaned && parse.CommandOf(r.Intent) != "" && !courtesy && !empty
}

// unsure reports a reading that no cue tells: a guess by the words that a line has in common with others, of which
// nobody can tell what it asks for, or that would take something away, or change what the line does not name. Such a
// guess is not even offered: "Dana is sick" has most in common with lines about people who leave.
func unsure(r parse.Reading) bool {
	if r.Cue != "" {
		return false
	}
	vague := r.Intent == parse.Unclear && r.Doubt == parse.DoubtVague && len(r.Persons) > 0
	names := r.Location != "" || r.Plan != "" || len(r.Numbers) > 0 || r.Digits != ""
	changes := slices.Contains([]string{"move", "change-plan", "change-number"}, r.Intent)
	return vague || slices.Contains(takesAway, r.Intent) || changes && !names
}

// strange makes a line that names a person, and has words that are not known, one of which it is not clear what it asks
// for: "Dana sounds unhappy". It reports whether it is one.
func strange(r *parse.Reading) bool {
	if r.Cue != "" || len(r.Left) == 0 || parse.Orders(r.Intent) {
		return false
	}
	r.Intent = parse.Unclear
	r.Doubt = parse.DoubtVague
	return true
}

// unsure offers to show whom or what a line is about, and why a person cannot call. Nothing of it changes anything.
func (x *exchange) unsure(ctx context.Context, r parse.Reading) error {
	p := r.First()
	if named, err := x.byName(ctx); named || err != nil {
		return err
	}
	switch {
	case p.Found && len(r.Persons) == 1:
		return x.whichOf(ctx, r, "reading.unsure", "find", "diagnose")
	case len(r.Persons) == 0 && len(r.Numbers)+len(r.Digits) > 0:
		line := r.Line("find", p, x.Mentions())
		return x.Ask(ctx, x.Words.Say("reading.no-cue"), []view.Choice{{Title: x.titleOf(r, "find", p), Line: line}})
	}
	return x.Say(ctx, "reading.unclear")
}

// topicBack is what a line says of a person who is there again, or who should have their number again.
const topicBack = "back"

// cameBack answers a line about a person who is back: with what they have, and where that is nothing, with the ways to
// a phone.
func (x *exchange) cameBack(ctx context.Context, r parse.Reading) error {
	p := r.First()
	q := provision.Query{Text: p.Text, Whole: true, User: p.User}
	found, err := x.b.Service.Find(ctx, x.Turn.Actor.Tenant, x.Actor(), q, peopleShown)
	if err != nil {
		return err
	}
	for _, f := range found {
		x.Showed(provision.Subject{User: f.Person.ID, Number: f.Number.E164})
	}
	if len(found) != 1 {
		return x.Show(ctx, chats.Made(x.Writer().Found(found)))
	}
	one := found[0]
	if one.Number.E164 != "" {
		has := x.b.DialPlan.Format(one.Number.E164)
		if err := x.Say(ctx, "reading.has-phone", "person", one.Person.Name(), "number", has); err != nil {
			return err
		}
		return x.Show(ctx, chats.Made(x.Writer().Found(found)))
	}
	intents := []string{"add", "find"}
	if one.Order.Kind.Ends() && one.Order.State == provision.Done {
		intents = []string{"undo", "add", "find"}
	}
	return x.whichOf(ctx, r, "reading.back", intents...)
}
