package bot

import (
	"context"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/parse/asked"
	"calltab/internal/bot/view"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
	"calltab/internal/provision/people"
)

// phoneLister lists who has which phone.
type phoneLister interface {
	Phones(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, q people.PhoneQuery,
	) (people.PhonePage, error)
}

// phones lists who has which phone: all, or those of a location or a plan.
func phones(ctx context.Context, x *exchange, words []parse.Word) error {
	places, err := x.b.Service.Places(ctx, x.Turn.Actor.Tenant)
	if err != nil {
		return err
	}
	plans, err := x.b.Service.Plans(ctx, x.Turn.Actor.Tenant)
	if err != nil {
		return err
	}
	day, rest := parse.TakePeriod(words)
	w := parse.ReadWish(parse.Bare(asked.WithoutSince(rest)), x.Mentions(), parse.NewVocabulary(places, plans))
	if w.Person != "" {
		return find(ctx, x, words)
	}
	q := people.PhoneQuery{Location: w.Location, Plan: w.Plan}
	if day != "" {
		from, _, ok := asked.ReadPeriod(words, day, x.b.Now(), x.Zone())
		if !ok {
			return x.Say(ctx, "date-unclear", "text", day)
		}
		q.Since = from
	}
	m, err := x.phoneList(ctx, q)
	if err != nil {
		return err
	}
	return x.Show(ctx, m)
}

// phonesPage is the button that turns to other people.
func phonesPage(ctx context.Context, x *exchange, data map[string]string) error {
	q := people.PhoneQuery{
		Location: provision.LocationID(data[view.DataLocation]), Plan: provision.PlanID(data[view.DataPlan]),
		From: provision.UserID(data[view.DataPerson]),
	}
	q.Since, _ = time.Parse(time.RFC3339Nano, data[view.DataSince])
	m, err := x.phoneList(ctx, q)
	if err != nil {
		return err
	}
	return x.Replace(ctx, m)
}

// phoneList is the card of a page of people with a phone.
func (x *exchange) phoneList(ctx context.Context, q people.PhoneQuery) (chats.Message, error) {
	tenant := x.Turn.Actor.Tenant
	if err := x.b.Service.Admit(ctx, tenant, x.Actor(), provision.Look); err != nil {
		return chats.Message{}, err
	}
	q.Limit = lists.ListedPhones
	page, err := x.b.Service.Phones(ctx, tenant, x.Actor(), q)
	if err != nil {
		return chats.Message{}, err
	}
	stock, err := x.b.Service.Stock(ctx, tenant, x.Actor())
	if err != nil {
		return chats.Message{}, err
	}
	plans, err := x.b.Service.Plans(ctx, tenant)
	if err != nil {
		return chats.Message{}, err
	}
	for _, p := range page.Phones {
		x.Showed(provision.Subject{User: p.User})
	}
	list := lists.PhoneList{PhoneQuery: q, PhonePage: page, Stock: stock, Plans: plans, Now: x.b.Now()}
	return chats.Made(x.Writer().Phones(list)), nil
}
