package view

import (
	"encoding/json"

	"calltab/internal/bot/card"
	"calltab/internal/provision"
)

// Repair is how the records of a person differ from what Microsoft shows, with a button that sets them.
func (w Writer) Repair(r provision.Repair) (json.RawMessage, string) {
	title := w.say("repair.title", "person", r.Person.Name())
	status, color := w.say("repair.same"), card.Good
	switch {
	case r.Live.ID != "":
		status, color = w.say("repair.live", "order", string(r.Live.ID)), card.Attention
	case r.Set:
		status = w.say("repair.set")
	case r.Differs():
		status, color = w.say("repair.differs"), card.Warning
	}
	body := []card.Element{card.Text{Text: title, Heading: true}, card.Text{Text: status, Bold: true, Color: color}}
	if r.Before != r.After {
		body = append(body, card.Facts{
			{Title: w.say("repair.before"), Value: w.kept(r, r.Before)},
			{Title: w.say("repair.after"), Value: w.kept(r, r.After)},
		})
	}
	for _, n := range r.Numbers {
		text := w.say("repair.number", "number", w.number(n.Before.E164),
			"was", w.say("number.state."+string(n.Before.State)), "is", w.say("number.state."+string(n.After.State)))
		body = append(body, card.Text{Text: text, Tight: true})
	}
	for _, m := range r.Left {
		body = append(body, card.Text{Text: w.message(m), Tight: true})
	}
	if r.Differs() && !r.Set && r.Live.ID == "" {
		body = append(body, card.Actions{{
			Title: w.say("button.repair"), Verb: VerbMend, Primary: true,
			Data: card.Data{DataPerson: string(r.Person.ID), DataMark: r.Mark},
		}})
	}
	return finish(w.say("notice.summary", "title", title, "notice", status), body)
}

// kept is what a record says of a person's phone.
func (w Writer) kept(r provision.Repair, s provision.Subscriber) string {
	plan, location := r.Names[string(s.Plan)], r.Names[string(s.Location)]
	switch {
	case s.User == "":
		return w.say("repair.none")
	case s.Number == "":
		return w.say("repair.imported", "location", location)
	}
	return w.say("repair.phone", "number", w.number(s.Number), "plan", plan, "location", location)
}
