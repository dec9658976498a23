package view

import (
	"encoding/json"
	"maps"
	"strings"
	"time"

	"calltab/internal/bot/card"
	"calltab/internal/provision"
)

// Order is the card of an order, from the first form to the end: one message in the requester's chat is
// edited through all of it.
func (w Writer) Order(s provision.Sheet) (json.RawMessage, string) {
	switch s.Order.State {
	case provision.Draft:
		return w.draft(s)
	case provision.Pending:
		return w.waitingForApproval(s)
	case provision.Approved, provision.Running, provision.Waiting:
		return w.progress(s)
	}
	return w.end(s)
}

// header names the person that the card is about, and says what came of the last answer.
func (w Writer) header(s provision.Sheet) []card.Element {
	o := s.Order
	body := []card.Element{card.Text{Text: w.Title(o), Heading: true}}
	if upn := o.Person.UPN; upn != "" && upn != o.Person.Name() {
		body = append(body, card.Text{Text: upn, Subtle: true, Tight: true})
	}
	body = append(body, w.takes(s)...)
	if notice := w.notice(s); notice != "" {
		body = append(body, Box(card.AttentionStyle, card.Text{Text: notice}))
	}
	return body
}

func (w Writer) Title(o provision.Order) string {
	if o.Person.ID == "" {
		return w.SayFor(o, "card.title.new")
	}
	return w.SayFor(o, "card.title", "person", w.Person(o))
}

// notice is what to say on top. Once the number is assigned, only an outdated card is worth it, and an outage that
// holds what is left of the work, or keeps Calltab from seeing whether the phone is ready. An outage that holds up the
// undoing of an order is in its status.
func (w Writer) notice(s provision.Sheet) string {
	o := s.Order
	switch {
	case o.Waits() && o.Undoing() && o.Withdrawn():
		return ""
	case o.Waits() && (o.AtWork() || o.Undoing() || o.State == provision.Waiting):
		return w.waits(s, o.Notice.ID)
	}
	switch o.State {
	case provision.Draft, provision.Pending, provision.Approved, provision.Running:
		return w.Message(o.Notice)
	}
	if o.Notice.ID == "card-was-old" || o.Notice.ID == "order-press-was-old" || o.Notice.ID == "decided-by" {
		return w.Message(o.Notice)
	}
	return ""
}

// waits says what an outage means for an order, under an id of its own, and since when.
func (w Writer) waits(s provision.Sheet, id string) string {
	args := maps.Clone(s.Order.Notice.Args)
	if since, err := time.Parse(time.RFC3339, args["since"]); err == nil {
		args["since"] = w.When(s, since)
	}
	return w.Message(provision.Message{ID: id, Args: args})
}

// facts are what is settled about an order, always in the same order; what is not settled is left out.
func (w Writer) facts(s provision.Sheet) card.Facts {
	o := s.Order
	var facts card.Facts
	add := func(id, value string) {
		if value != "" {
			facts = append(facts, card.Fact{Title: w.Say(id), Value: value})
		}
	}
	if name := w.fullName(o); o.Person.ID != "" && name != w.Person(o) {
		add("fact.person", name) // else the title has it
	}
	location := w.changed(w.locationOf(s), s.HadAt.Name)
	if o.Kind == provision.Remove {
		add("fact.location", w.instead(o, location))
	} else {
		add("fact.location", location)
	}
	plan := w.planOf(s)
	if s.Plan.ID == s.HadPlan.ID {
		add("fact.plan", w.instead(o, plan))
	} else {
		add("fact.plan", w.changed(plan, s.HadPlan.Name))
	}
	if o.State != provision.Draft || o.Form != provision.FormNumber { // which shows the number as chosen
		add("fact.number", w.instead(o, w.changed(w.numberOf(s), w.Number(o.Had.Number))))
	}
	add("fact.policies", w.policies(s))
	if o.State != provision.Draft {
		if s.Refused.Own { // requesters know their own name
			add("fact.requester", w.Words.Shown(o.Requester.Name))
		}
		add("fact.reference", reference(o))
	}
	return facts
}

// reference is what an operator searches the log for; only an order that has gone wrong shows one.
func reference(o provision.Order) string {
	if o.State == provision.Failed || o.State == provision.Parked {
		return string(o.ID)
	}
	return ""
}

// fullName is the name as the order has it, which may be typed and differ from the directory's.
func (w Writer) fullName(o provision.Order) string {
	if name := strings.TrimSpace(o.GivenName + " " + o.Surname); name != "" {
		return name
	}
	return w.Person(o)
}

func (w Writer) Plan(p provision.Plan) string {
	if p.Name == "" {
		return ""
	}
	return w.Say("fact.plan.value", "plan", p.Name, "price", p.Price)
}

// planOf is the plan of an order; of a draft with the reason why it is proposed.
func (w Writer) planOf(s provision.Sheet) string {
	if s.Order.Proposed.Plan && s.Plan.ID != "" && s.Plan.ID == s.Location.Plan {
		return w.Say("proposed.plan", "plan", w.Plan(s.Plan), "location", s.Location.Name)
	}
	return w.Plan(s.Plan)
}

// locationOf is the location of an order; of a draft with the reason why it is proposed.
func (w Writer) locationOf(s provision.Sheet) string {
	if why := s.Order.Proposed.Location; why != "" {
		return w.Say("proposed.location."+string(why), "location", s.Location.Name, "person", w.Person(s.Order))
	}
	return s.Location.Name
}

// ZoneNote says by which clock a card shows times. Every card that shows one has it.
func (w Writer) ZoneNote(s provision.Sheet) []card.Element {
	zone, note := w.zone(s).String(), w.Say("card.times.own")
	switch zone {
	case s.Location.TimeZone:
		note = w.Say("card.times.location", "location", s.Location.Name)
	case "UTC":
		note = w.Say("card.times.utc")
	}
	return []card.Element{card.Text{Text: note, Subtle: true, Small: true}}
}

// Reasons says why a person cannot have a phone, each with its remedy.
func (w Writer) Reasons(list []provision.Reason) []card.Element { return w.advice(list, "") }

// advice is reasons with remedies for certain readers: those whose id has the ending, where there is one.
func (w Writer) advice(list []provision.Reason, ending string) []card.Element {
	var body []card.Element
	for _, r := range list {
		args, remedy := w.Readable(r.Args), "rule."+string(r.Rule)+".remedy"
		if w.Words.Has(remedy + ending) {
			remedy += ending
		}
		body = append(body,
			card.Text{Text: w.Words.SayArgs("rule."+string(r.Rule), args), Bold: true},
			card.Text{Text: w.Words.SayArgs(remedy, args), Tight: true})
	}
	return body
}

func Box(style card.Style, items ...card.Element) card.Element {
	return card.Container{Style: style, Items: items}
}
