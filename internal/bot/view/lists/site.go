package lists

import (
	"encoding/json"
	"strconv"

	"calltab/internal/bot/card"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// LocationForm is what was typed of a new location, and what is wrong with it.
type LocationForm struct {
	Name, Country, Zone, Emergency, Cooling, Low string
	Notice                                       provision.Message
}

// NewLocation asks for a new location.
func (w Writer) NewLocation(f LocationForm) (json.RawMessage, string) {
	title := w.Say("location.new")
	body := []card.Element{card.Text{Text: title, Heading: true}, card.Text{Text: w.Say("location.new.more")}}
	summary := title
	if f.Notice.ID != "" {
		notice := w.Message(f.Notice)
		body = append(body, view.Box(card.WarningStyle, card.Text{Text: notice}))
		summary = w.Say("notice.summary", "title", title, "notice", notice)
	}
	field := func(id, name, value string, most int, required bool) card.TextInput {
		in := card.TextInput{ID: id, Label: w.Say("location." + name), Value: value,
			Placeholder: w.Say("location." + name + ".example"), MaxLength: most}
		if required {
			in.Required = w.Say("location." + name + ".error")
		}
		return in
	}
	return view.Finish(summary, append(body,
		field(view.InputName, "name", f.Name, 60, true),
		field(view.InputCountry, "country", f.Country, 2, true),
		field(view.InputZone, "zone", f.Zone, 60, true),
		card.Actions{{Title: w.Say("button.add-location"), Verb: view.VerbAddLocation, Primary: true}},
		card.Fold{ID: "more", Title: w.Say("fold.more"), Items: []card.Element{
			field(view.InputEmergency, "emergency", f.Emergency, 36, false),
			field(view.InputCooling, "cooling", f.Cooling, 3, false),
			field(view.InputLow, "low", f.Low, 6, false),
		}}))
}

// LowStock warns an admin of a location that its numbers run low.
func (w Writer) LowStock(l provision.Location, free int) (json.RawMessage, string) {
	title := w.Say("low.title", "location", l.Name)
	text := w.Say("low.text", "count", strconv.Itoa(free), "location", l.Name, "low", strconv.Itoa(l.LowStock))
	return view.Finish(w.Say("notice.summary", "title", title, "notice", text), []card.Element{
		card.Text{Text: title, Heading: true},
		view.Box(card.WarningStyle, card.Text{Text: text}),
		card.Text{Text: w.Say("low.next", "id", string(l.ID))},
		card.Actions{{Title: w.Say("button.resting"), Verb: view.VerbNumbers,
			Data: card.Data{view.DataLocation: string(l.ID), view.DataState: string(provision.Cooling),
				view.DataNumber: ""}}},
	})
}

// LocationAdded shows a location that was added, and what to do next.
func (w Writer) LocationAdded(l provision.Location) (json.RawMessage, string) {
	title := w.Say("location.added", "location", l.Name)
	facts := card.Facts{
		{Title: w.Say("location.country"), Value: l.Country},
		{Title: w.Say("location.zone"), Value: l.TimeZone},
		{Title: w.Say("location.rests"), Value: w.Say("location.rests.days", "count",
			strconv.Itoa(int(l.Cooling().Hours()/24)))},
	}
	if l.LowStock > 0 {
		facts = append(facts, card.Fact{Title: w.Say("location.warns"),
			Value: w.Say("location.warns.below", "count", strconv.Itoa(l.LowStock))})
	}
	body := []card.Element{card.Text{Text: title, Heading: true}, facts}
	if l.EmergencyLocation != "" { // too long for a fact on a phone
		body = append(body, card.Text{Text: w.Say("location.added.emergency", "id", l.EmergencyLocation)})
	}
	return view.Finish(title, append(body,
		card.Text{Text: w.Say("location.added.next", "id", string(l.ID))},
		card.Text{Text: w.Say("location.added.file"), Subtle: true}))
}
