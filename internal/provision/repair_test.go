package provision

import (
	"slices"
	"testing"
)

// TestCompareRecords: the records follow what Microsoft shows, and nothing is taken from another person's record or from an order.
func TestCompareRecords(t *testing.T) {
	t.Parallel()
	const one, two = E164("+12065550101"), E164("+12065550102")
	had := Subscriber{User: "dana", Location: "seattle", Plan: "metered", Number: one, Order: "a"}
	record := func(n E164, s NumberState, user UserID) Number {
		return Number{E164: n, Location: "seattle", State: s, User: user}
	}
	for name, c := range map[string]struct {
		sub     Subscriber
		holders []Holder
		records []Number
		plan    PlanID
		number  E164 // of the record afterwards
		at      LocationID
		becomes []NumberState
		left    []string
	}{
		"as it is":             {had, []Holder{{Number: one, Whose: Persons}}, []Number{record(one, Assigned, "dana")}, "metered", one, "seattle", nil, nil},
		"taken away by hand":   {had, []Holder{{Number: one, Whose: Nobodys}}, []Number{record(one, Assigned, "dana")}, "", "", "seattle", []NumberState{Cooling}, nil},
		"on somebody else":     {had, []Holder{{Number: one, Whose: Others}}, []Number{record(one, Assigned, "dana")}, "", "", "seattle", []NumberState{Blocked}, nil},
		"the record is lost":   {Subscriber{User: "dana", Order: "a"}, []Holder{{Number: one, Whose: Persons}}, []Number{record(one, Assigned, "dana")}, "metered", one, "seattle", nil, nil},
		"given by hand":        {Subscriber{}, []Holder{{Number: two, Whose: Persons}}, []Number{record(two, Free, "")}, "metered", two, "seattle", []NumberState{Assigned}, nil},
		"exchanged by hand":    {had, []Holder{{Number: two, Whose: Persons}, {Number: one, Whose: Nobodys}}, []Number{record(two, Cooling, "erin"), record(one, Assigned, "dana")}, "metered", two, "seattle", []NumberState{Assigned, Cooling}, nil},
		"beside the own":       {had, []Holder{{Number: two, Whose: Persons}, {Number: one, Whose: Persons}}, []Number{record(two, Free, ""), record(one, Assigned, "dana")}, "metered", one, "seattle", []NumberState{Blocked}, nil},
		"another person's":     {Subscriber{}, []Holder{{Number: two, Whose: Persons}}, []Number{record(two, Assigned, "erin")}, "metered", "", "", nil, []string{"repair-others"}},
		"held by an order":     {had, []Holder{{Number: two, Whose: Persons}, {Number: one, Whose: Persons}}, []Number{record(two, Held, ""), record(one, Assigned, "dana")}, "metered", one, "seattle", nil, []string{"repair-held"}},
		"not in the stock":     {had, []Holder{{Number: two, Whose: Persons}, {Number: one, Whose: Persons}}, []Number{{}, record(one, Assigned, "dana")}, "metered", one, "seattle", nil, []string{"repair-not-ours"}},
		"no plan is in effect": {had, []Holder{{Number: one, Whose: Persons}}, []Number{record(one, Assigned, "dana")}, "", one, "seattle", nil, []string{"repair-no-plan"}},
		"bound to who is gone": {had, []Holder{{Number: one, Whose: Phantoms}}, []Number{record(one, Assigned, "dana")}, "", "", "seattle", []NumberState{Blocked}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := shownPhone{person: Person{ID: "dana", DisplayName: "Dana Reyes"}, holders: c.holders}
			r := compareRecords(v, c.sub, c.sub.User != "", c.records, c.plan)
			var becomes []NumberState
			for _, n := range r.Numbers {
				becomes = append(becomes, n.After.State)
			}
			var left []string
			for _, m := range r.Left {
				left = append(left, m.ID)
			}
			if r.After.Number != c.number || r.After.Location != c.at || !slices.Equal(becomes, c.becomes) || !slices.Equal(left, c.left) {
				t.Errorf("the record is %+v, the numbers become %v, left are %v", r.After, becomes, left)
			}
			if again := compareRecords(v, c.sub, c.sub.User != "", c.records, c.plan); again.Mark != r.Mark || r.Mark == "" {
				t.Errorf("marked %q, then %q", r.Mark, again.Mark)
			}
		})
	}
}
