package view_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
)

// of turns an order into one of a kind, for a person who had a metered phone in Berlin.
func of(kind provision.OrderKind) func(*provision.Sheet) {
	return func(s *provision.Sheet) {
		s.Order.Kind = kind
		s.Order.Had = provision.Subscriber{User: dana.ID, UPN: dana.UPN, Name: "Dana Reyes", Location: "seattle", Plan: "metered", Number: mine}
		s.HadPlan, s.HadAt = metered, seattle
		switch kind {
		case provision.ChangePlan:
			s.Order.Plan, s.Plan = "unlimited", flat
		case provision.ChangeNumber:
			s.Order.Number = "+12065550117"
		case provision.Move:
			s.Order.Number, s.Order.Location, s.Location = "+493055500101", "berlin", berlin
		}
	}
}

// kindCards are the cards of orders that change a phone or take it away, where they differ from those of a new phone.
func kindCards(w Writer, add add) {
	for _, kind := range provision.Kinds() {
		if kind.Gives() {
			continue
		}
		name := string(kind)
		add(name+"-nobody", w.Order, draft(provision.FormPerson, func(s *provision.Sheet) { nobody(s); s.Order.Kind = kind }))
		add(name+"-review", w.Order, draft(provision.FormReview, of(kind)))
		add(name+"-refused", w.Order, draft(provision.FormRefused, func(s *provision.Sheet) {
			of(kind)(s)
			s.Order.Reasons = []provision.Reason{{Rule: provision.NoPhone}}
		}))
		add(name+"-running", w.Order, sheet(provision.Running, func(s *provision.Sheet) {
			of(kind)(s)
			for i, step := range kind.Steps() {
				s.Order.Work = append(s.Order.Work, provision.StepState{
					Name: step, State: []string{provision.StepDone, provision.StepRunning, provision.StepWaiting}[min(i, 2)], Since: ago(time.Minute),
				})
			}
		}))
		ended := sheet(provision.Done, func(s *provision.Sheet) { of(kind)(s); s.Order.Ready = ago(time.Minute) })
		if kind.Ends() {
			ended.Order.Ready = time.Time{}
		}
		add(name+"-done", w.Order, ended)
		add(name+"-told", w.Ready, ended)
		add(name+"-failed", w.Failed, sheet(provision.Failed, func(s *provision.Sheet) {
			of(kind)(s)
			s.Order.Problem = provision.Say("undo-failed")
		}))
		add(name+"-cancelled", w.Order, sheet(provision.Cancelled, of(kind)))
		add(name+"-cancelled-unnamed", w.Order, sheet(provision.Cancelled, func(s *provision.Sheet) { of(kind)(s); nobody(s) }))
	}
	add("order-replaced", w.Order, sheet(provision.Cancelled, func(s *provision.Sheet) { s.Order.Notice = provision.Say("draft-replaced") }))
	add("remove-gone", w.Order, sheet(provision.Done, func(s *provision.Sheet) { of(provision.Remove)(s); s.Order.Person.Gone = true }))
	add("change-number-phone", w.Phone, sheet(provision.Done, of(provision.ChangeNumber)))
	add("change-plan-phone", w.Phone, sheet(provision.Done, of(provision.ChangePlan)))
	add("phone-past", w.Phone, sheet(provision.Done, func(s *provision.Sheet) { s.Order.Past = true }))
}

// phoneCards are the cards of people and numbers that can be acted on.
func phoneCards(w Writer) map[string]func() (json.RawMessage, string) {
	sub := provision.Subscriber{User: dana.ID, UPN: dana.UPN, Location: "seattle", Plan: "metered", Number: mine}
	has := provision.Finding{
		Person: dana, VoiceKnown: true, Subscriber: sub, Number: provision.Number{E164: mine, State: provision.Assigned}, Location: seattle, Plan: metered,
		Conditions: []provision.Condition{{Name: provision.NumberOnPerson, Met: true}}, Now: now,
		History: []provision.Order{sheet(provision.Done, of(provision.ChangePlan)).Order, sheet(provision.Done, nil).Order},
	}
	has.Order = has.History[0]
	broken, imported, gone := has, has, has
	broken.Conditions = []provision.Condition{{Name: provision.EnterpriseVoice}, {Name: provision.NumberOnPerson, Met: true}}
	imported.Number, imported.Plan, imported.Conditions = provision.Number{}, provision.Plan{}, nil
	imported.Subscriber.Number, imported.Subscriber.Plan, imported.History, imported.Order = "", "", nil, provision.Order{}
	gone.Person = provision.Person{ID: dana.ID, UPN: dana.UPN, DisplayName: "Dana Reyes", Gone: true}
	gone.Conditions, gone.VoiceKnown = nil, false
	busy := has
	busy.Order = sheet(provision.Running, of(provision.ChangePlan)).Order
	found := func(f provision.Finding) func() (json.RawMessage, string) {
		return func() (json.RawMessage, string) { return w.Found([]provision.Finding{f}) }
	}
	cooling := provision.Number{E164: mine, Location: "seattle", State: provision.Cooling, User: dana.ID, Until: now.Add(20 * 24 * time.Hour)}
	return map[string]func() (json.RawMessage, string){
		"stopped": func() (json.RawMessage, string) {
			return w.Stopped([]provision.Order{sheet(provision.Parked, stuck).Order, sheet(provision.Parked, func(s *provision.Sheet) { of(provision.Move)(s); s.Order.Ended = ago(3 * time.Hour) }).Order}, true, now)
		},
		"stopped-none": func() (json.RawMessage, string) { return w.Stopped(nil, false, now) },
		"addition": func() (json.RawMessage, string) {
			return w.Addition(provision.Addition{Location: seattle, First: mine, Last: "+12065550199", Count: 100, New: 97}, "+12065550100-0199", false)
		},
		"addition-done": func() (json.RawMessage, string) {
			return w.Addition(provision.Addition{Location: seattle, First: mine, Last: mine, Count: 1, New: 1}, "+12065550100", true)
		},
		"addition-nothing": func() (json.RawMessage, string) {
			return w.Addition(provision.Addition{Location: seattle, First: mine, Last: "+12065550102", Count: 3}, "+12065550100-0102", false)
		},
		"numbers-last": func() (json.RawMessage, string) {
			return w.Numbers(lists.NumberList{Title: "Numbers in Seattle", State: provision.Free, After: mine, Numbers: best(), Stock: stock(), Now: now})
		},
		"found-phone":          found(has),
		"found-phone-broken":   found(broken),
		"found-phone-imported": found(imported),
		"found-phone-gone":     found(gone),
		"found-phone-busy":     found(busy),
		"found-fine":           found(provision.Finding{Person: danae, VoiceKnown: true}),
		"found-number-cooling": found(provision.Finding{Number: cooling, Location: seattle, Now: now}),
	}
}

// A card of an order that changes or ends a phone never speaks of a new phone, and one that ends
// it promises no dial pad.
func TestKindsSpeakOfThemselves(t *testing.T) {
	t.Parallel()
	w := writer(t)
	kindCards(w, func(name string, view func(provision.Sheet) (json.RawMessage, string), s provision.Sheet) {
		t.Run(name, func(t *testing.T) {
			raw, summary := view(s)
			text := string(raw) + summary
			for _, bad := range []string{"Phone for", "New phone", "Who gets the phone", "“add Dana", "can call now", "is setting up"} {
				if !s.Order.Kind.Gives() && strings.Contains(text, bad) {
					t.Errorf("it says %q: %s", bad, text)
				}
			}
			if s.Order.Kind.Ends() && (strings.Contains(text, "dial pad") || strings.Contains(text, "24 hours")) {
				t.Errorf("it speaks of a phone to come: %s", text)
			}
		})
	})
}

// A person with a phone has every button; a person with an order at work has none.
func TestFoundButtons(t *testing.T) {
	t.Parallel()
	all := phoneCards(writer(t))
	for name, want := range map[string]int{
		"found-phone": 5, "found-phone-broken": 5, "found-phone-imported": 2, "found-phone-gone": 1, "found-phone-busy": 0, "found-fine": 1,
	} {
		raw, _ := all[name]()
		if got := strings.Count(string(raw), `"type":"Action.Execute"`); got != want {
			t.Errorf("%s has %d buttons, want %d: %s", name, got, want, raw)
		}
	}
}
