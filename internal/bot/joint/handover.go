package joint

import (
	"context"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// Pass is who is to get whose number, and what its sender may do.
type Pass struct {
	From, To parse.Person
	By       provision.Access
}

// HandOver answers a line by which one person is to get another's number. That takes an order for each: it says which,
// and offers the first, by which the number becomes free.
func HandOver(ctx context.Context, x *talk.Exchange, r parse.Reading, p Pass) error {
	giver, done, err := onlyOne(ctx, x, p.From)
	if err != nil || done {
		return err
	}
	taker, done, err := onlyOne(ctx, x, p.To)
	if err != nil || done {
		return err
	}
	r = parse.Reading{Date: r.Date}
	next := "add"
	if taker.Number.E164 != "" {
		next = "change-number"
	}
	from := called(giver, p.From)
	to := called(taker, p.To)
	if giver.Number.E164 == "" {
		question := x.Words.Say("handover.none", "from", from.Text, "to", to.Text)
		return x.AskEach(ctx, question, []view.Choice{Choice(x, r, next, to), Choice(x, r, "find", from)})
	}
	then := r
	then.Numbers = []string{string(giver.Number.E164)}
	keep := ""
	if p.By.May(provision.Manage, giver.Location.ID) {
		keep = then.Line("reserve", addressed(taker, to), nil)
	}
	question := x.Words.Say("handover.first", "from", from.Text, "to", to.Text,
		"number", x.Resolver().DialPlan.Format(giver.Number.E164),
		"keep", keep, "line", then.Line(next, addressed(taker, to), nil))
	if r.Date != "" {
		question += " " + x.Words.Say("reading.date", "date", r.Date)
	}
	return x.AskEach(ctx, question, []view.Choice{
		Choice(x, r, "release", from), Choice(x, r, "change-number", from), Choice(x, r, "find", from),
	})
}

// Swap answers a line by which two people are to have each other's numbers: with the first of its orders, for either.
func Swap(ctx context.Context, x *talk.Exchange, r parse.Reading) error {
	if len(r.Persons) != 2 || !r.Persons[0].Found || !r.Persons[1].Found {
		return x.Say(ctx, "not-yet.swap")
	}
	one, other := r.Persons[0], r.Persons[1]
	r = parse.Reading{}
	question := x.Words.Say("handover.swap", "from", one.Text, "to", other.Text)
	return x.AskEach(ctx, question, []view.Choice{
		Choice(x, r, "change-number", one), Choice(x, r, "change-number", other),
	})
}

// Shaped is a reading of which only what it names tells what is meant, by whether its person has a phone: one who has
// none gets one, and for one who has, another place is a move.
func Shaped(ctx context.Context, x *talk.Exchange, r parse.Reading) parse.Reading {
	p := r.First()
	of := x.Resolver()
	found, err := of.Service.Find(ctx, of.Tenant, of.By, provision.Query{Text: p.Text, Whole: true, User: p.User}, 2)
	if err != nil || len(found) != 1 {
		return r // it is asked about as it is
	}
	has := found[0].Number.E164 != ""
	number := len(r.Numbers)+len(r.Digits) > 0
	switch {
	case !has && r.Intent == "change-plan":
		r.Intent = "add"
	case has && r.Intent == "add" && r.Location != "" && r.Location != found[0].Location.ID && r.Plan == "":
		r.Intent = "move"
	case has && r.Intent == "add" && number && r.Location == "" && r.Plan == "":
		r.Intent = "change-number"
	case has && r.Intent == "add" && r.Plan != "" && !number && (r.Location == "" || r.Location == found[0].Location.ID):
		r.Intent = "change-plan"
		r.Location = ""
		r.LocationName = ""
	}
	return r
}

// onlyOne finds the person whom a line names. Where it can be several, or nobody, they are shown, and it is done.
func onlyOne(ctx context.Context, x *talk.Exchange, p parse.Person) (one provision.Finding, done bool, err error) {
	of := x.Resolver()
	q := provision.Query{Text: p.Text, Whole: true, User: p.User}
	found, err := of.Service.Find(ctx, of.Tenant, of.By, q, peopleShown)
	if err != nil {
		return one, false, err
	}
	for _, f := range found {
		x.Showed(provision.Subject{User: f.Person.ID, Number: f.Number.E164})
	}
	if len(found) == 1 {
		return found[0], false, nil
	}
	return one, true, x.Show(ctx, chats.Made(x.Writer().Found(found)))
}

// called is a person of a line by their whole name.
func called(f provision.Finding, p parse.Person) parse.Person {
	p.Text = f.Person.Name()
	return p
}

// addressed is a person of a line by their user name, for a line that is written later.
func addressed(f provision.Finding, p parse.Person) parse.Person {
	if f.Person.UPN != "" {
		p.Text = f.Person.UPN
	}
	return p
}
