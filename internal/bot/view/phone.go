package view

import (
	"encoding/json"

	"calltab/internal/bot/card"
	"calltab/internal/provision"
)

// Phone goes to the person who has the phone now: the number, what to do if the dial pad is not there, and a button
// each for whether it is. After the answer it is the same card with what the answer led to.
func (w Writer) Phone(s provision.Sheet) (json.RawMessage, string) {
	o := s.Order
	title := w.SayFor(o, "phone.title.plain")
	switch {
	case o.Past || o.State != provision.Done && o.Confirmed.IsZero(), leftOpen(o), goesBack(o):
		title = w.Say("phone.about")
	case o.GivenName != "":
		title = w.SayFor(o, "phone.title", "person", o.GivenName)
	}
	number := w.Say("phone.number", "number", w.Number(o.Number))
	if o.Past || goesBack(o) {
		number = w.Number(o.Number)
	}
	facts := card.Facts{}
	for _, f := range []card.Fact{{Title: w.Say("fact.location"), Value: s.Location.Name},
		{Title: w.Say("fact.plan"), Value: s.Plan.Name}} {
		if f.Value != "" {
			facts = append(facts, f)
		}
	}
	body := []card.Element{card.Text{Text: title, Heading: true}, card.Text{Text: number, Bold: true}}
	if o.State == provision.Done && o.Confirmed.IsZero() && !o.Past && !leftOpen(o) && !goesBack(o) {
		body = append(append(body, facts), w.phoneWords(o)...) // all of it is news
	} else {
		body = append(append(body, w.phoneWords(o)...), facts)
	}
	summary := w.SayFor(o, "phone.summary", "number", w.Number(o.Number))
	if o.Past || goesBack(o) {
		summary = title
	}
	return Finish(summary, body)
}

func (w Writer) phoneWords(o provision.Order) []card.Element {
	seen, missing := w.SeenButton(o), w.MissingButton(o)
	switch {
	case goesBack(o) && o.Lost:
		return []card.Element{card.Text{Text: w.Say("phone.withdrawn.lost", "number", w.Number(o.Had.Number))}}
	case goesBack(o):
		return []card.Element{card.Text{Text: w.SayFor(o, "phone.withdrawn")}}
	case o.Past:
		return []card.Element{card.Text{Text: w.Say("phone.past")}}
	case o.State == provision.Failed || o.State == provision.Parked:
		return []card.Element{card.Text{Text: w.ByRequester("phone.problem", o), Bold: true, Color: card.Warning}}
	case leftOpen(o):
		return []card.Element{card.Text{Text: w.Say("phone.left")}, card.Actions{seen, missing}}
	case !o.Confirmed.IsZero() && o.State == provision.Done:
		return []card.Element{
			card.Text{Text: w.Say("phone.thanks"), Bold: true, Color: card.Good},
			card.Text{Text: w.Say("phone.thanks.next"), Subtle: true},
			card.Actions{missing},
		}
	case !o.Confirmed.IsZero():
		return []card.Element{card.Text{Text: w.Say("phone.thanks"), Bold: true, Color: card.Good}}
	case o.State != provision.Done && o.Reopened > 0:
		return []card.Element{
			card.Text{Text: w.ByRequester("phone.looking", o)},
			card.Text{Text: w.Say("phone.looking.next")},
			card.Actions{seen},
		}
	case o.Reopened > 0:
		return []card.Element{card.Text{Text: w.Say("phone.again")}, card.Text{Text: w.Say("phone.wait")},
			card.Actions{seen, missing}}
	}
	return []card.Element{
		card.Text{Text: w.Say("phone.open")},
		card.Text{Text: w.Say("phone.restart")},
		card.Text{Text: w.Say("phone.wait")},
		card.Actions{seen, missing},
	}
}

// SeenButton is the answer of a person who sees the dial pad, and MissingButton of one who does not.
func (w Writer) SeenButton(o provision.Order) card.Action {
	seen := w.button(o, VerbSeen, "button.seen")
	seen.Primary = true
	return seen
}

func (w Writer) MissingButton(o provision.Order) card.Action {
	return w.button(o, VerbMissing, "button.missing")
}

// goesBack reports an order that was taken back while it waited, or is being taken back.
func goesBack(o provision.Order) bool {
	return o.Withdrawn() && (o.State == provision.Running || o.State == provision.Cancelled)
}

// ByRequester says a message that names the requester; its plain form where the name is not known, and its .self form
// for a requester who ordered the phone for themselves.
func (w Writer) ByRequester(id string, o provision.Order) string {
	switch {
	case own(o):
		return w.Say(id + ".self")
	case o.Requester.Name == "":
		return w.Say(id + ".plain")
	}
	return w.Say(id, "requester", o.Requester.Name)
}

// own reports an order whose requester is also the person who gets the phone.
func own(o provision.Order) bool { return o.Person.ID != "" && o.Person.ID == o.Requester.ID }
