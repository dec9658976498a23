package joint

import (
	"cmp"
	"context"
	"slices"
	"strings"

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

// PlanAndNumber asks with which of two changes to begin, where a line wants another plan and another number for one
// person. doubted is the sentence of the line's doubt.
func PlanAndNumber(ctx context.Context, x *talk.Exchange, r parse.Reading, doubted string) error {
	plan := r
	plan.Numbers = nil
	plan.Digits = ""
	number := r
	number.Plan = ""
	number.PlanName = ""
	p := r.First()
	choices := []view.Choice{Choice(x, plan, "change-plan", p), Choice(x, number, "change-number", p)}
	question := x.Words.Say("joint.wishes")
	if r.Doubt == parse.DoubtDay {
		doubted = x.Words.Say("reading.date", "date", r.Date)
	}
	if r.Doubt != "" && r.Doubt != parse.DoubtSlip {
		question += " " + doubted
	}
	return x.AskEach(ctx, question, choices)
}

// Doubted says what keeps a reading from being acted on. over is that its day is past.
func Doubted(x *talk.Exchange, r parse.Reading, over bool) string {
	doubt := cmp.Or(r.Doubt, "sure")
	if doubt == parse.DoubtDate && over {
		doubt = "past" // "Erin moved to Seattle last week"
	}
	left := strings.Join(r.Left, ", ")
	said := x.Words.Say("reading."+doubt, "left", left, "date", r.Date, "reporter", r.Reporter)
	if doubt == parse.DoubtSaid && left != "" { // "Carol says to move Dana and keep her number"
		said = x.Words.Say("reading.left", "left", left) + " " + said
	}
	told := []string{parse.DoubtDate, "past", parse.DoubtLeft, parse.DoubtDay}
	if r.Date != "" && !slices.Contains(told, doubt) { // "Leaver: Dana Last day: Friday Manager: Bruno"
		said += " " + x.Words.Say("reading.date", "date", r.Date)
	}
	return said
}

// WhichPlace says that there is no such location, and offers those that there are.
func WhichPlace(
	ctx context.Context, x *talk.Exchange, kind provision.OrderKind, place string, rest []parse.Word,
	places []provision.Location,
) error {
	var choices []view.Choice
	for _, l := range places[:min(len(places), MostOffered)] {
		line := parse.CommandLine(string(kind)) + " " + parse.Written(rest) + " " + string(l.ID)
		choices = append(choices, view.Choice{Title: l.Name, Line: line})
	}
	return x.Ask(ctx, x.Words.Say("place-unknown", "location", place), choices)
}

// MostOffered is how many locations or plans are offered.
const MostOffered = 6

// WhichPerson offers the order for people whose names are nearly the one that nobody goes by.
func WhichPerson(
	ctx context.Context, x *talk.Exchange, r provision.Request, w parse.Wish, near []provision.Person,
) error {
	var choices []view.Choice
	for _, p := range near {
		line := parse.CommandLine(string(r.Kind)) + " " + p.UPN
		for _, part := range []string{string(r.Location), string(r.Plan), string(r.Number)} {
			if part != "" {
				line += " " + part
			}
		}
		title := x.Words.Say("reading.title."+string(r.Kind)) + " · " + p.Name()
		choices = append(choices, view.Choice{Title: title, Line: line})
	}
	return x.Ask(ctx, x.Words.Say("person-near", "person", w.Person), choices)
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

// planLister lists the plans there are.
type planLister interface {
	Plans(ctx context.Context, tenant provision.TenantID) ([]provision.Plan, error)
}

// WhichPlan asks which plan is meant where a line says only that it is to be a better one.
func WhichPlan(ctx context.Context, x *talk.Exchange, r parse.Reading, of planLister) error {
	plans, err := of.Plans(ctx, x.Turn.Actor.Tenant)
	if err != nil {
		return err
	}
	var choices []view.Choice
	for _, p := range plans[:min(len(plans), MostOffered)] {
		one := r
		one.Plan = p.ID
		one.PlanName = p.Name
		choices = append(choices, Choice(x, one, r.Intent, r.First()))
	}
	return x.Ask(ctx, x.Words.Say("reading.which-plan", "person", r.First().Text), choices)
}
