package joint

import (
	"context"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// WhichOf asks which of some intents is meant for the person whom a line names.
func WhichOf(ctx context.Context, x *talk.Exchange, r parse.Reading, question string, intents ...string) error {
	p := r.First()
	choices := make([]view.Choice, len(intents))
	for i, intent := range intents {
		choices[i] = Choice(x, r, intent, p)
	}
	return x.Ask(ctx, x.Words.Say(question, "person", p.Text), choices)
}

// peopleShown is how many people of one name are shown.
const peopleShown = 8

// CameBack answers a line about a person who is back: with what they have, and where that is nothing, with the ways to
// a phone.
func CameBack(ctx context.Context, x *talk.Exchange, r parse.Reading) error {
	p := r.First()
	of := x.Resolver()
	q := provision.Query{Text: p.Text, Whole: true, User: p.User}
	found, err := of.Service.Find(ctx, of.Tenant, of.By, q, peopleShown)
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
		has := of.DialPlan.Format(one.Number.E164)
		if err := x.Say(ctx, "reading.has-phone", "person", one.Person.Name(), "number", has); err != nil {
			return err
		}
		return x.Show(ctx, chats.Made(x.Writer().Found(found)))
	}
	intents := []string{"add", "find"}
	if one.Order.Kind.Ends() && one.Order.State == provision.Done {
		intents = []string{"undo", "add", "find"}
	}
	return WhichOf(ctx, x, r, "reading.back", intents...)
}
