package bot

import (
	"context"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

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

// offer asks whether a line is meant.
func (x *exchange) offer(ctx context.Context, question, line string) error {
	return x.Ask(ctx, x.Words.Say(question), []view.Choice{{Title: line, Line: line}})
}
