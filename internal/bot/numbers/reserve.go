package numbers

import (
	"context"
	"strings"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/parse/date"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// reserver keeps numbers for people.
type reserver interface {
	Reserve(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, p provision.Person, n provision.E164,
		until time.Time,
	) (provision.Number, error)
	Unreserve(ctx context.Context, tenant provision.TenantID, by provision.Actor, n provision.E164) error
}

// reservable are the states of numbers that can be kept for a person.
var reservable = []provision.NumberState{provision.Free, provision.Cooling, provision.Reserved}

// peopleFound is how many people of a name are shown to choose from.
const peopleFound = 8

// Reserve is the command that keeps a number for a person: the only one that goes by the whole name. Of several it
// shows all, and keeps nothing.
func (k *Keeper) Reserve(ctx context.Context, x *talk.Exchange, words []parse.Word) error {
	tenant := x.Turn.Actor.Tenant
	places, err := k.Service.Places(ctx, tenant)
	if err != nil {
		return err
	}
	day, rest := parse.TakeUntil(parse.Bare(words))
	digits, rest := parse.TakeEnding(rest, nil)
	w := parse.ReadWish(rest, x.Mentions(), parse.NewVocabulary(places, nil))
	if w.Number == "" && digits == "" || w.Person == "" && w.User == "" {
		return x.Say(ctx, "reserve-what")
	}
	if err := parse.Unused(w.Left); err != nil {
		return err
	}
	if two := date.Either(day, x.Now(), x.Zone()); len(two) > 0 {
		return whichEnd(ctx, x, words, day, two)
	}
	until := time.Time{}
	if day != "" {
		read, ok := date.Until(day, x.Now(), x.Zone())
		if !ok {
			return x.Say(ctx, "date-unclear", "text", day)
		}
		until = read
	}
	var n provision.E164
	if w.Number == "" {
		n, err = x.Resolver().Ending(ctx, digits, w.Location, reservable...)
	} else {
		n, err = k.stockNumber(ctx, x, w.Number, "", "")
	}
	if err != nil {
		return err
	}
	q := provision.Query{Text: w.Person, Whole: true, User: w.User}
	found, err := k.Service.Find(ctx, tenant, x.Actor(), q, peopleFound)
	if err != nil {
		return err
	}
	if len(found) > 1 {
		return whoseNumber(ctx, x, n, w.Person, day, found)
	}
	if len(found) == 0 {
		return x.Show(ctx, chats.Made(x.Writer().Found(found)))
	}
	return k.keep(ctx, x, n, found[0].Person, until)
}

// whoseNumber asks for which of several people a number is to be kept.
func whoseNumber(ctx context.Context, x *talk.Exchange, n provision.E164, name, day string,
	found []provision.Finding) error {
	var choices []view.Choice
	for _, f := range found {
		line := parse.CommandLine("reserve") + " " + string(n) + " " + f.Person.UPN
		if day != "" {
			line += " until " + day
		}
		choices = append(choices, view.Choice{Title: f.Person.Name() + " · " + f.Person.UPN, Line: line})
		x.Showed(provision.Subject{User: f.Person.ID})
	}
	return x.Ask(ctx, x.Words.Say("reserve-whom", "person", name), choices)
}

// whichEnd asks until which of two days a number is to be kept, where one in figures can be both.
func whichEnd(ctx context.Context, x *talk.Exchange, words []parse.Word, day string, days []string) error {
	line := parse.CommandLine("reserve") + " " + parse.Written(words)
	var choices []view.Choice
	for _, d := range days {
		choices = append(choices, view.Choice{Title: d, Line: strings.Replace(line, day, d, 1)})
	}
	return x.Ask(ctx, x.Words.Say("date-two-ways", "text", day), choices)
}

// keep keeps a number for a person, and says until when.
func (k *Keeper) keep(ctx context.Context, x *talk.Exchange, n provision.E164, p provision.Person,
	until time.Time) error {
	v, err := k.Service.Reserve(ctx, x.Turn.Actor.Tenant, x.Actor(), p, n, until)
	if err != nil {
		return err
	}
	x.Showed(provision.Subject{User: p.ID, Number: n})
	upn := p.UPN
	if upn == p.Name() {
		upn = ""
	}
	return x.Say(ctx, "number-reserved", "number", string(n), "person", p.Name(), "upn", upn,
		"when", v.Until.In(x.Zone()).Format("2 January 2006"))
}

// Unreserve is the command that gives a number back that is kept for a person.
func (k *Keeper) Unreserve(ctx context.Context, x *talk.Exchange, words []parse.Word) error {
	digits, rest := parse.TakeEnding(parse.Bare(words), nil)
	text, rest := parse.TakeNumber(rest)
	if text == "" && digits == "" {
		return x.Say(ctx, "unreserve-what")
	}
	if err := parse.Unused(rest); err != nil {
		return err
	}
	n, err := k.stockNumber(ctx, x, text, digits, provision.Reserved)
	if err != nil {
		return err
	}
	if err := k.Service.Unreserve(ctx, x.Turn.Actor.Tenant, x.Actor(), n); err != nil {
		return err
	}
	return x.Say(ctx, "number-unreserved", "number", string(n))
}

// Release is the button that does the same, and shows the number as it is now.
func (k *Keeper) Release(ctx context.Context, x *talk.Exchange, data map[string]string) error {
	tenant, n := x.Turn.Actor.Tenant, provision.E164(data[view.DataNumber])
	if err := k.Service.Unreserve(ctx, tenant, x.Actor(), n); err != nil {
		return err
	}
	found, err := k.Service.Find(ctx, tenant, x.Actor(), provision.Query{Number: n}, 1)
	if err != nil {
		return err
	}
	return x.Replace(ctx, chats.Made(x.Writer().Found(found)))
}
