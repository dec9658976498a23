package fading_test

import (
	"errors"
	"iter"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/fading"
)

const routing = provision.VoiceRoutingPolicy

var now = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// ended is an order that ended some minutes ago.
func ended(id provision.OrderID, state provision.OrderState, ago time.Duration, old provision.OldPolicy) provision.Order {
	o := provision.Order{ID: id, State: state}
	old.Type = routing
	o.Before = []provision.OldPolicy{old}
	o.Ended = now.Add(-ago)
	o.Work = []provision.StepState{{Name: provision.StepPolicies, State: provision.StepDone, Since: now.Add(-ago)}}
	return o
}

func of(all []provision.Order) iter.Seq2[provision.Order, error] {
	return func(yield func(provision.Order, error) bool) {
		for _, o := range all {
			if !yield(o, nil) {
				return
			}
		}
	}
}

// TestDoubts: which policy is doubted that Microsoft shows, and what the person really has.
func TestDoubts(t *testing.T) {
	t.Parallel()
	metered := provision.OldPolicy{ID: "m", Name: "Metered"}
	given, gives, beside := metered, provision.OldPolicy{Set: "Metered"}, metered
	given.Set = "Unlimited"
	beside.Beside = true
	left := ended("o", provision.Done, time.Minute, metered)
	left.Decided.Resolution = provision.LeaveAsIs
	undoes := ended("o", provision.Done, time.Minute, given)
	undoes.Undoes = "first"
	undoes.Before[0].Set = ""
	for name, c := range map[string]struct {
		orders []provision.Order
		shows  string // directly; empty: none
		really string
	}{
		"nothing was done":                {nil, "Metered", "Metered"},
		"taken off":                       {[]provision.Order{ended("o", provision.Done, time.Minute, metered)}, "Metered", ""},
		"taken off, by a clock ahead":     {[]provision.Order{ended("o", provision.Done, -time.Minute, metered)}, "Metered", ""},
		"taken off long ago":              {[]provision.Order{ended("o", provision.Done, fading.Time, metered)}, "Metered", "Metered"},
		"another by hand":                 {[]provision.Order{ended("o", provision.Done, time.Minute, metered)}, "Special", "Special"},
		"given, and does not show":        {[]provision.Order{ended("o", provision.Done, time.Minute, gives)}, "", "Metered"},
		"in effect by a group":            {[]provision.Order{ended("o", provision.Done, time.Minute, provision.OldPolicy{})}, "", ""},
		"an admin's stays":                {[]provision.Order{ended("o", provision.Done, time.Minute, beside)}, "Metered", "Metered"},
		"replaced":                        {[]provision.Order{ended("o", provision.Done, time.Minute, given)}, "Metered", "Unlimited"},
		"replaced, and put back":          {[]provision.Order{ended("o", provision.Failed, time.Minute, given)}, "Unlimited", "Metered"},
		"left as it is":                   {[]provision.Order{left}, "Metered", "Metered"},
		"this order itself":               {[]provision.Order{ended("the", provision.Done, time.Minute, metered)}, "Metered", "Metered"},
		"given, then taken off":           {[]provision.Order{ended("o", provision.Done, time.Minute, metered), ended("p", provision.Done, 2*time.Minute, gives)}, "Metered", ""},
		"taken off, then given":           {[]provision.Order{ended("o", provision.Done, time.Minute, gives), ended("p", provision.Done, 2*time.Minute, metered)}, "", "Metered"},
		"undone: what they had before it": {[]provision.Order{undoes, ended("first", provision.Done, time.Hour, provision.OldPolicy{Name: "Special", ID: "s", Set: "Metered"})}, "Metered", "Special"},
	} {
		p, err := fading.Of(of(c.orders), "the", now)
		if err != nil {
			t.Fatal(err)
		}
		shown := provision.Policy{Name: c.shows, Direct: c.shows != ""}
		if got := p.Really(routing, shown); got.Name != c.really || p.Doubts(routing, shown) != (c.really != c.shows) {
			t.Errorf("%s: really %q, want %q", name, got.Name, c.really)
		}
	}
	if _, err := fading.Of(func(yield func(provision.Order, error) bool) { yield(provision.Order{}, errors.New("down")) }, "the", now); err == nil {
		t.Error("an order that cannot be read is passed over")
	}
}

// TestBelieved: what an order gave again shortly after another one had taken it off is not seen to be there before it can
// be told from what only showed.
func TestBelieved(t *testing.T) {
	t.Parallel()
	v := provision.Voice{Policies: map[string]provision.Policy{routing: {Name: "Metered", Direct: true}}}
	o := ended("the", provision.Waiting, time.Minute, provision.OldPolicy{Set: "Metered"})
	taken := ended("o", provision.Done, 2*time.Minute, provision.OldPolicy{ID: "m", Name: "Metered"})
	for name, c := range map[string]struct {
		before []provision.Order
		want   bool
	}{
		"given":          {nil, true},
		"given again":    {[]provision.Order{taken}, false},
		"given as it is": {[]provision.Order{taken, ended("p", provision.Done, time.Minute, provision.OldPolicy{Set: "Metered"})}, true},
	} {
		at, within := fading.Given(o, now)
		p, err := fading.Of(of(c.before), "the", at)
		if _, got := p.Believed(o, v).Policies[routing]; err != nil || !within || got != c.want {
			t.Errorf("%s: believed %v, %v, %v", name, got, within, err)
		}
	}
	if v.Policies[routing].Name != "Metered" {
		t.Error("what was read is changed")
	}
	if _, within := fading.Given(o, now.Add(fading.Time)); within {
		t.Error("it is doubted for ever")
	}
	if _, within := fading.Given(provision.Order{}, now); within {
		t.Error("an order that gave nothing is doubted")
	}
}
