package bot

import (
	"context"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/joint"
	"calltab/internal/bot/judge"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/resolve"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
	"calltab/internal/provision/routes"
)

// orderStarter begins orders, of locations and plans that there are.
type orderStarter interface {
	Begin(ctx context.Context, r provision.Request) (provision.Sheet, error)
	Plans(ctx context.Context, tenant provision.TenantID) ([]provision.Plan, error)
	PlanFaults(ctx context.Context, tenant provision.TenantID,
		plans []provision.Plan) (map[provision.PlanID][]routes.Fault, error)
}

// ordering is the command for orders of a kind.
func ordering(kind provision.OrderKind) func(context.Context, *exchange, []parse.Word) error {
	if kind == provision.Add {
		return func(ctx context.Context, x *exchange, words []parse.Word) error {
			numbers := len(words) > 0 && parse.Numbers.Says(words[0].Text)
			location := parse.Location.Begins(words)
			if numbers || location {
				if err := x.b.Service.Admit(ctx, x.Turn.Actor.Tenant, x.Actor(), provision.Manage); err != nil {
					return x.refused(ctx, err)
				}
			}
			switch {
			case numbers:
				return x.b.numbers.Add(ctx, x.Exchange, words[1:])
			case location:
				name := parse.Join(words[1:])
				if len(words) > 2 && len(parse.WithoutSmall(words[1:2])) == 0 { // "new office in Tokyo"
					name = parse.Join(words[2:])
				}
				return x.Show(ctx, chats.Made(x.Writer().NewLocation(lists.LocationForm{Name: name})))
			case ofFile(kind, words):
				return x.Say(ctx, "in-organisation-file")
			}
			return x.order(ctx, kind, words)
		}
	}
	return func(ctx context.Context, x *exchange, words []parse.Word) error {
		if ofFile(kind, words) {
			return x.Say(ctx, "in-organisation-file")
		}
		return x.order(ctx, kind, words)
	}
}

// ofFile reports the line of an order that is about a plan or a location as such, which stand in the organisation file:
// "add plan Gold", "delete location Boston". What also names a person is about them.
func ofFile(kind provision.OrderKind, words []parse.Word) bool {
	if len(words) != 2 || parse.IsUPN(words[1].Text) {
		return false
	}
	about := parse.Changed(words[:1])
	return about == provision.ChangePlan && (kind == provision.Add || kind == provision.Remove) ||
		about == provision.Move && kind == provision.Remove
}

// ownOrder is the command for a phone of one's own: "I need a phone". A line that names another person means them.
func ownOrder(ctx context.Context, x *exchange, words []parse.Word) error {
	x.own = true
	return x.order(ctx, provision.Add, parse.WithoutCourtesy(words))
}

// order begins an order with what the line says, and shows the first form for the rest.
func (x *exchange) order(ctx context.Context, kind provision.OrderKind, words []parse.Word) error {
	tenant := x.Turn.Actor.Tenant
	places, err := x.b.Service.Places(ctx, tenant)
	if err != nil {
		return err
	}
	plans, err := x.b.Service.Plans(ctx, tenant)
	if err != nil {
		return err
	}
	said := words
	if kind == provision.Move || kind == provision.ChangeNumber {
		_, words = parse.TakeOrigin(words, parse.NewVocabulary(places, nil))
	}
	known := parse.OrderVocabulary(kind, places, plans)
	if asked, err := x.onADay(ctx, kind, words, known, plans); asked || err != nil {
		return err
	}
	if place, rest := parse.UnknownPlace(words, known); place != "" && kind == provision.Move {
		return joint.WhichPlace(ctx, x.Exchange, kind, place, rest, places)
	}
	r, w, err := x.Resolver().Request(ctx, resolve.Line{Kind: kind, Words: said, Own: x.own}, places, plans)
	if err != nil {
		return x.numberRefused(ctx, err)
	}
	sheet, err := x.begin(ctx, r)
	if judge.NotFound(err) && r.User == "" {
		return x.nobodyCalled(ctx, r, words, w, err)
	}
	if err != nil {
		return err
	}
	if err := x.sayRead(ctx, r, words, places, plans); err != nil {
		return err
	}
	if kind == provision.Add && (len(x.Turn.Mentions) > 1 || len(parse.OtherUsers(words, w.Person)) > 0) {
		if err := x.Say(ctx, "one-at-a-time", "person", w.Person); err != nil {
			return err
		}
	}
	return x.ShowSheet(ctx, sheet, chats.OrderCard)
}

// change is the command that names what changes, or leaves it to be guessed from the rest: "change plan dana",
// "change dana to unlimited".
func change(ctx context.Context, x *exchange, words []parse.Word) error {
	if kind := parse.Changed(words); kind != "" {
		return x.order(ctx, kind, words)
	}
	places, err := x.b.Service.Places(ctx, x.Turn.Actor.Tenant)
	if err != nil {
		return err
	}
	plans, err := x.b.Service.Plans(ctx, x.Turn.Actor.Tenant)
	if err != nil {
		return err
	}
	switch w := parse.ReadWish(words, x.Mentions(), parse.NewVocabulary(places, plans)); {
	case w.Plan != "":
		return x.order(ctx, provision.ChangePlan, words)
	case w.Location != "":
		return x.order(ctx, provision.Move, words)
	case w.Number != "":
		return x.order(ctx, provision.ChangeNumber, words)
	}
	return x.Say(ctx, "change-what")
}
