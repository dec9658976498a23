package view

import (
	"encoding/json"
	"strconv"

	"calltab/internal/bot/card"
	"calltab/internal/provision"
)

// LocationForm is what was typed of a new location, and what is wrong with it.
type LocationForm struct {
	Name, Country, Zone, Emergency, Cooling, Low string
	Notice                                       provision.Message
}

// NewLocation asks for a new location.
func (w Writer) NewLocation(f LocationForm) (json.RawMessage, string) {
	title := w.say("location.new")
	body := []card.Element{card.Text{Text: title, Heading: true}, card.Text{Text: w.say("location.new.more")}}
	summary := title
	if f.Notice.ID != "" {
		notice := w.message(f.Notice)
		body = append(body, box(card.WarningStyle, card.Text{Text: notice}))
		summary = w.say("notice.summary", "title", title, "notice", notice)
	}
	field := func(id, name, value string, most int, required bool) card.TextInput {
		in := card.TextInput{ID: id, Label: w.say("location." + name), Value: value,
			Placeholder: w.say("location." + name + ".example"), MaxLength: most}
		if required {
			in.Required = w.say("location." + name + ".error")
		}
		return in
	}
	return finish(summary, append(body,
		field(InputName, "name", f.Name, 60, true),
		field(InputCountry, "country", f.Country, 2, true),
		field(InputZone, "zone", f.Zone, 60, true),
		field(InputEmergency, "emergency", f.Emergency, 36, false),
		field(InputCooling, "cooling", f.Cooling, 3, false),
		field(InputLow, "low", f.Low, 6, false),
		card.Actions{{Title: w.say("button.add-location"), Verb: VerbAddLocation, Primary: true}}))
}

// LowStock warns an admin of a location that its numbers run low.
func (w Writer) LowStock(l provision.Location, free int) (json.RawMessage, string) {
	title := w.say("low.title", "location", l.Name)
	text := w.say("low.text", "count", strconv.Itoa(free), "location", l.Name, "low", strconv.Itoa(l.LowStock))
	return finish(w.say("notice.summary", "title", title, "notice", text), []card.Element{
		card.Text{Text: title, Heading: true},
		box(card.WarningStyle, card.Text{Text: text}),
		card.Text{Text: w.say("low.next", "id", string(l.ID))},
		card.Actions{{Title: w.say("button.resting"), Verb: VerbNumbers,
			Data: card.Data{DataLocation: string(l.ID), DataState: string(provision.Cooling), DataNumber: ""}}},
	})
}

// LocationAdded shows a location that was added, and what to do next.
func (w Writer) LocationAdded(l provision.Location) (json.RawMessage, string) {
	title := w.say("location.added", "location", l.Name)
	facts := card.Facts{
		{Title: w.say("location.country"), Value: l.Country},
		{Title: w.say("location.zone"), Value: l.TimeZone},
		{Title: w.say("location.cooling"), Value: strconv.Itoa(int(l.Cooling().Hours() / 24))},
	}
	if l.EmergencyLocation != "" {
		facts = append(facts, card.Fact{Title: w.say("location.emergency"), Value: l.EmergencyLocation})
	}
	if l.LowStock > 0 {
		facts = append(facts, card.Fact{Title: w.say("location.low"), Value: strconv.Itoa(l.LowStock)})
	}
	return finish(title, []card.Element{
		card.Text{Text: title, Heading: true}, facts,
		card.Text{Text: w.say("location.added.next", "id", string(l.ID))},
		card.Text{Text: w.say("location.added.file"), Subtle: true},
	})
}
