package lists

import (
	"encoding/json"

	"calltab/internal/bot/card"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// Repair is how the records of a person differ from what Microsoft shows, with a button that sets them.
func (w Writer) Repair(r provision.Repair) (json.RawMessage, string) {
	title := w.Say("repair.title", "person", r.Person.Name())
	status, color := w.Say("repair.same"), card.Good
	switch {
	case r.Live.ID != "":
		status, color = w.Say("repair.live", "order", string(r.Live.ID)), card.Attention
	case r.Set:
		status = w.Say("repair.set")
	case r.Differs():
		status, color = w.Say("repair.differs"), card.Warning
	}
	body := []card.Element{card.Text{Text: title, Heading: true}, card.Text{Text: status, Bold: true, Color: color}}
	body = append(body, w.differences(r)...)
	return view.Finish(w.Say("notice.summary", "title", title, "notice", status), body)
}

// differences are what the records say and what they would say, with the button that sets them while that is to do.
func (w Writer) differences(r provision.Repair) []card.Element {
	var body []card.Element
	if r.Before != r.After {
		body = append(body, card.Facts{
			{Title: w.Say("repair.before"), Value: w.kept(r, r.Before)},
			{Title: w.Say("repair.after"), Value: w.kept(r, r.After)},
		})
	}
	for _, n := range r.Numbers {
		text := w.Say("repair.number", "number", w.Number(n.Before.E164),
			"was", w.Say("number.state."+string(n.Before.State)), "is", w.Say("number.state."+string(n.After.State)))
		body = append(body, card.Text{Text: text, Tight: true})
	}
	for _, m := range r.Left {
		body = append(body, card.Text{Text: w.Message(m), Tight: true})
	}
	if r.Differs() && !r.Set && r.Live.ID == "" {
		body = append(body, card.Actions{{
			Title: w.Say("button.repair"), Verb: view.VerbMend, Primary: true,
			Data: card.Data{view.DataPerson: string(r.Person.ID), view.DataMark: r.Mark},
		}})
	}
	return body
}

// kept is what a record says of a person's phone.
func (w Writer) kept(r provision.Repair, s provision.Subscriber) string {
	plan, location := r.Names[string(s.Plan)], r.Names[string(s.Location)]
	switch {
	case s.User == "":
		return w.Say("repair.none")
	case s.Number == "":
		return w.Say("repair.imported", "location", location)
	}
	return w.Say("repair.phone", "number", w.Number(s.Number), "plan", plan, "location", location)
}
