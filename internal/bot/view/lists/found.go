package lists

import (
	"encoding/json"
	"slices"
	"strconv"

	"calltab/internal/bot/card"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// Found shows people and what Calltab knows of them: number, order, and whether they can have a phone. A finding
// without a person is a number that nobody has.
func (w Writer) Found(found []provision.Finding) (json.RawMessage, string) {
	if len(found) == 0 {
		return w.nothing(w.Say("found.people"), "found.none")
	}
	title := w.Say("found.title", "count", strconv.Itoa(len(found)))
	if len(found) == 1 {
		title = found[0].Person.Name()
		if title == "" {
			title = w.Number(found[0].Number.E164)
		}
	}
	return w.list(title, title, len(found), func(i int) []card.Element {
		f := found[i]
		if f.Person.ID == "" {
			return w.bareNumber(f)
		}
		var body []card.Element
		if len(found) > 1 {
			body = append(body, line(f.Person.Name(), ""))
		}
		if f.Person.UPN != f.Person.Name() {
			body = append(body, card.Text{Text: f.Person.UPN, Subtle: true, Tight: true})
		}
		alone := len(found) == 1
		if alone && f.Subscriber.User != "" {
			body = append(body, w.phoneState(f)...)
		}
		// of several people the phone service is not asked: no verdict is full
		if alone || !f.Eligibility.OK() {
			body = append(body, w.verdict(f)...)
		}
		body = append(body, w.findingFacts(f))
		if f.Unread.ID != "" || alone && judged(f) && !f.VoiceKnown {
			body = append(body, w.unknown(f))
		}
		if alone {
			body = append(body, w.foundActions(f)...)
		}
		return body
	}, w.after(len(found))...)
}

// after says how to learn more where several people were found.
func (w Writer) after(found int) []card.Element {
	if found < 2 {
		return nil
	}
	return []card.Element{card.Text{Text: w.Say("found.more"), Subtle: true}}
}

func (w Writer) bareNumber(f provision.Finding) []card.Element {
	site := provision.Sheet{Location: f.Location, Now: f.Now}
	facts := card.Facts{
		{Title: w.Say("fact.location"), Value: f.Location.Name},
		{Title: w.Say("fact.state"), Value: w.numberState(f.Number, site)},
	}
	if f.Number.Note != "" {
		facts = append(facts, card.Fact{Title: w.Say("fact.note"), Value: f.Number.Note})
	}
	body := []card.Element{facts}
	if f.Number.State == provision.Cooling && !f.Refused.Manage {
		body = append(body, card.Text{Text: w.Say("number.cooling.more")}, card.Actions{{
			Title: w.Say("button.free"), Verb: view.VerbFree, Data: card.Data{view.DataNumber: string(f.Number.E164)},
		}})
	}
	if f.Number.State == provision.Reserved && !f.Refused.Manage {
		body = append(body, card.Text{Text: w.Say("number.reserved.more", "person", f.Number.Kept.Name)}, card.Actions{{
			Title: w.Say("button.unreserve"), Verb: view.VerbUnreserve,
			Data: card.Data{view.DataNumber: string(f.Number.E164)},
		}})
	}
	if endsByItself(f.Number) {
		body = append(body, w.ZoneNote(site)...)
	}
	return body
}

// phoneState says how the phone of a found person stands.
func (w Writer) phoneState(f provision.Finding) []card.Element {
	switch {
	case f.Person.Gone:
		return []card.Element{view.Box(card.WarningStyle, card.Text{Text: w.Say("found.gone")})}
	case f.Number.E164 == "":
		return []card.Element{card.Text{Text: w.Say("found.imported"), Bold: true}}
	case provision.AllMet(f.Conditions):
		return []card.Element{card.Text{Text: w.Say("found.ready"), Bold: true, Color: card.Good}}
	case len(f.Conditions) > 0:
		return []card.Element{view.Box(card.WarningStyle, w.Unmet(f.Conditions, "late.unmet")...)}
	}
	return nil
}

// foundActions are what was ordered for a found person, and what can be done for them.
func (w Writer) foundActions(f provision.Finding) []card.Element {
	give := w.BeginButton(f, provision.Add)
	give.Primary = true
	if f.Subscriber.User == "" {
		if judged(f) && f.Eligibility.OK() && f.VoiceKnown && !f.Refused.Operate {
			return []card.Element{card.Actions{give}}
		}
		return nil
	}
	var body []card.Element
	if len(f.History) > 0 {
		body = append(body, card.Text{Text: w.Say("found.history"), Bold: true})
		for _, o := range f.History {
			state := w.Say("orders.line", "state", w.OrderState(o), "ago", w.Words.Ago(o.Created, f.Now),
				"order", string(o.ID))
			body = append(body, view.Row(w.SayFor(o, "found.order"), state, ""))
		}
	}
	if f.Order.ID != "" && !f.Order.State.Over() || f.Refused.Operate {
		return body // one order at a time
	}
	switch {
	case f.Person.Gone:
		return append(body, card.Actions{w.BeginButton(f, provision.Remove)})
	case f.Number.E164 == "":
		return append(body, card.Actions{give}, card.Actions{w.BeginButton(f, provision.Remove)})
	}
	return append(body, view.PhoneActions(w.Writer, f)...)
}

func (w Writer) findingFacts(f provision.Finding) card.Facts {
	number := w.Say("found.number.none")
	switch {
	case f.Number.E164 != "":
		number = w.Number(f.Number.E164)
	case len(f.Voice.Numbers) > 0:
		number = w.Say("found.number.elsewhere", "number", w.Number(f.Voice.Numbers[0]))
	case !f.VoiceKnown:
		number = ""
	}
	var facts card.Facts
	if f.Location.Name != "" {
		facts = append(facts, card.Fact{Title: w.Say("fact.location"), Value: f.Location.Name})
	}
	if f.Plan.Name != "" {
		facts = append(facts, card.Fact{Title: w.Say("fact.plan"), Value: w.Plan(f.Plan)})
	}
	if number != "" {
		facts = append(facts, card.Fact{Title: w.Say("fact.number"), Value: number})
	}
	for _, b := range f.Voice.Beside {
		facts = append(facts,
			card.Fact{Title: w.Say("fact.beside"),
				Value: w.Say("found.beside", "number", w.Number(b.Number), "category", b.Category)})
	}
	if f.Order.ID != "" && f.Order.State != provision.Done { // which tells nothing beside the phone that came of it
		facts = append(facts, card.Fact{Title: w.Say("fact.order"), Value: w.OrderState(f.Order)})
	}
	return facts
}

// Why names every reason against a person who has no phone, each with its remedy. Missing names alone do not keep
// anybody from a phone: add asks for them.
func (w Writer) Why(f provision.Finding) (json.RawMessage, string) {
	title := f.Person.Name()
	return w.list(title, title, 1, func(int) []card.Element {
		var body []card.Element
		if f.Person.UPN != title {
			body = append(body, card.Text{Text: f.Person.UPN, Subtle: true, Tight: true})
		}
		switch {
		case f.Listing.OK() && f.VoiceKnown:
			body = append(body, card.Text{Text: w.Say("why.none"), Bold: true, Color: card.Good})
		case !f.Listing.OK():
			body = append(body, view.Box(card.WarningStyle, append(
				[]card.Element{card.Text{Text: w.Say("why.reasons", "count", strconv.Itoa(len(f.Listing.Reasons)))}},
				w.Reasons(f.Listing.Reasons)...)...))
		}
		if !f.VoiceKnown {
			body = append(body, w.unknown(f))
		}
		if f.VoiceKnown && f.Eligibility.OK() && !f.Refused.Operate {
			give := w.BeginButton(f, provision.Add)
			give.Primary = true
			body = append(body, card.Actions{give})
		}
		return append(body, w.waiver(f)...)
	})
}

// waiver lets an admin allow a phone beside a calling plan, with a reason, and take that back.
func (w Writer) waiver(f provision.Finding) []card.Element {
	person := card.Data{view.DataPerson: string(f.Person.ID)}
	switch {
	case f.Waiver.User != "" && f.Refused.Manage:
		return []card.Element{card.Text{Text: w.Say("waiver.given", "person", f.Waiver.By.Name, "why", f.Waiver.Why),
			Subtle: true}}
	case f.Waiver.User != "":
		return []card.Element{
			card.Text{Text: w.Say("waiver.given", "person", f.Waiver.By.Name, "why", f.Waiver.Why), Subtle: true},
			card.Actions{{Title: w.Say("button.unwaive"), Verb: view.VerbUnwaive, Data: person, Bare: true}},
		}
	case f.Refused.Manage:
		return nil
	case slices.ContainsFunc(f.Eligibility.Reasons, func(r provision.Reason) bool {
		return r.Rule == provision.HasCallingPlan
	}):
		return []card.Element{
			card.Text{Text: w.Say("waiver.offer")},
			card.TextInput{ID: view.InputWhy, Label: w.Say("waiver.why"), Required: w.Say("waiver.why.error"),
				MaxLength: 200},
			card.Actions{{Title: w.Say("button.waive"), Verb: view.VerbWaive, Data: person}},
		}
	}
	return nil
}

// judged reports a person of whom it is said whether they can have a phone. One who has a phone from Calltab, or is
// about to, needs no verdict.
func judged(f provision.Finding) bool {
	served := f.Subscriber.User != "" && f.Eligibility.OK() || f.Number.E164 != ""
	return !f.Person.Gone && !served && (f.Order.ID == "" || f.Order.State.Over())
}

// verdict explains whether the person can have a phone.
func (w Writer) verdict(f provision.Finding) []card.Element {
	switch {
	case !judged(f):
		return nil
	case !f.Eligibility.OK():
		return []card.Element{view.Box(card.WarningStyle, append(
			[]card.Element{card.Text{Text: w.Say("found.refused")}}, w.Reasons(f.Eligibility.Reasons)...)...)}
	case f.VoiceKnown:
		return []card.Element{card.Text{Text: w.Say("found.fine"), Bold: true, Color: card.Good}}
	}
	return nil
}

// unknown says that the telephone service has not said everything, and what keeps Calltab from reading it.
func (w Writer) unknown(f provision.Finding) card.Element {
	if permission := f.Unread.Args["permission"]; permission != "" {
		return card.Text{Text: w.Say("found.unread", "permission", permission), Subtle: true}
	}
	return card.Text{Text: w.Say("found.unknown"), Subtle: true}
}
