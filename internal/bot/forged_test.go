package bot

import (
	"fmt"
	"strings"
	"testing"

	"calltab/internal/bot/turns"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// TestForgedPresses presses what no card of ours shows to that person: nothing changes, nothing leaks, and everybody
// gets an answer.
func TestForgedPresses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.lift(mallory)
	w.say(alice, "add dana reyes seattle metered +12065550119")
	many := map[string]string{}
	for i := range 300 {
		many[fmt.Sprintf("input%d", i)] = strings.Repeat("x", 100)
	}
	verbs := []string{view.VerbPerson, view.VerbWhich, view.VerbRecheck, view.VerbLocation, view.VerbPlan, view.VerbNumber, view.VerbSave,
		view.VerbBack, view.VerbCancel, view.VerbSeen, view.VerbMissing, "", "order.fly"}
	for _, kind := range []turns.Kind{turns.Action, turns.Submit} {
		for _, verb := range verbs {
			for _, data := range []map[string]string{
				nil,
				{"order": "o1"},
				{"order": "o1", "rev": "-1"},
				{"order": "o1", "rev": "99999999999999999999"},
				{"order": "o2", "rev": "1"},
				{"order": "../o1", "rev": "1"},
				{"order": "o1", "rev": "1", view.InputLocation: "boston", view.InputPlan: "free", view.InputNumber: "+12065550118", view.InputWhich: string(mallory), view.InputUPN: "x"},
				many,
			} {
				before := len(w.teams.posts())
				forged := w.turn(mallory, kind)
				forged.Verb, forged.Data = verb, data
				a := w.handle(forged)
				said := string(a.Card) + a.Error + a.Toast
				for _, p := range w.teams.posts()[before:] {
					said += p.String()
				}
				if said == "" {
					t.Errorf("%s %q %v: no answer", kind, verb, data)
				}
				if strings.Contains(said, "Dana") || strings.Contains(said, "0119") || strings.Contains(said, "card") && a.Card != nil {
					t.Errorf("%s %q %v: a stranger reads %s", kind, verb, data, said)
				}
			}
		}
	}
	o := w.sheet("o1").Order
	if o.State != provision.Draft || o.Revision != 1 || o.Form != provision.FormReview {
		t.Errorf("the order has become %s at %s, revision %d", o.State, o.Form, o.Revision)
	}
}

// TestForgedByTheRequester presses every button on an order that asks for something else.
func TestForgedByTheRequester(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.say(alice, "add dana reyes")
	for verb, inputs := range map[string]map[string]string{
		view.VerbSave:     nil,
		view.VerbAnother:  {view.DataForm: "review"},
		view.VerbNumber:   {view.InputNumber: "+12065550119"},
		view.VerbWhich:    {view.InputWhich: string(mallory)},
		view.VerbRecheck:  nil,
		view.VerbSeen:     nil,
		view.VerbMissing:  nil,
		view.VerbPlan:     {view.InputPlan: "gold"},
		view.VerbLocation: {view.InputLocation: "atlantis"},
	} {
		forged := w.turn(alice, turns.Action)
		forged.Verb, forged.Data = verb, map[string]string{"order": "o1", "rev": "1"}
		for k, v := range inputs {
			forged.Data[k] = v
		}
		if a := w.handle(forged); a.Card == nil && a.Error == "" {
			t.Errorf("%s: no answer", verb)
		}
		if o := w.sheet("o1").Order; o.State != provision.Draft || o.Form != provision.FormLocation || o.Number != "" || o.Revision != 1 {
			t.Fatalf("%s: the order has become %s at %s with %q", verb, o.State, o.Form, o.Number)
		}
	}
}

// TestRightsTakenAwayInAForm: the next press is refused, with a word, and the form stays as it is.
func TestRightsTakenAwayInAForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := only(t, w.say(alice, "add dana reyes"))
	w.core.Admins = nil
	a := w.press(alice, p, view.VerbLocation, map[string]string{view.InputLocation: "seattle"})
	if a.Card != nil || a.Error != w.words.Say("not-allowed") {
		t.Errorf("answered %+v", a)
	}
	if o := w.sheet("o1").Order; o.Location != "" {
		t.Errorf("the order went on: %+v", o)
	}
	search := w.turn(alice, turns.Search)
	search.Dataset, search.ReplyTo = view.DatasetNumbers, p.activity
	if a := w.handle(search); len(a.Choices) > 0 {
		t.Errorf("found %v", a.Choices)
	}
}
