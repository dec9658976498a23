package repair

import (
	"slices"
	"testing"

	"calltab/internal/provision"
)

// TestCompareRecords: the records follow what Microsoft shows, and nothing is taken from another person's record or from an order.
func TestCompareRecords(t *testing.T) {
	t.Parallel()
	const one, two = provision.E164("+12065550101"), provision.E164("+12065550102")
	had := provision.Subscriber{User: "dana", Location: "seattle", Plan: "metered", Number: one, Order: "a"}
	record := func(n provision.E164, s provision.NumberState, user provision.UserID) provision.Number {
		return provision.Number{E164: n, Location: "seattle", State: s, User: user}
	}
	for name, c := range map[string]struct {
		sub     provision.Subscriber
		holders []provision.Holder
		records []provision.Number
		plan    provision.PlanID
		number  provision.E164 // of the record afterwards
		at      provision.LocationID
		becomes []provision.NumberState
		left    []string
	}{
		"as it is":             {had, []provision.Holder{{Number: one, HeldBy: provision.HeldByPerson}}, []provision.Number{record(one, provision.Assigned, "dana")}, "metered", one, "seattle", nil, nil},
		"taken away by hand":   {had, []provision.Holder{{Number: one, HeldBy: provision.HeldByNobody}}, []provision.Number{record(one, provision.Assigned, "dana")}, "", "", "seattle", []provision.NumberState{provision.Cooling}, nil},
		"on somebody else":     {had, []provision.Holder{{Number: one, HeldBy: provision.HeldByOther}}, []provision.Number{record(one, provision.Assigned, "dana")}, "", "", "seattle", []provision.NumberState{provision.Blocked}, nil},
		"the record is lost":   {provision.Subscriber{User: "dana", Order: "a"}, []provision.Holder{{Number: one, HeldBy: provision.HeldByPerson}}, []provision.Number{record(one, provision.Assigned, "dana")}, "metered", one, "seattle", nil, nil},
		"given by hand":        {provision.Subscriber{}, []provision.Holder{{Number: two, HeldBy: provision.HeldByPerson}}, []provision.Number{record(two, provision.Free, "")}, "metered", two, "seattle", []provision.NumberState{provision.Assigned}, nil},
		"exchanged by hand":    {had, []provision.Holder{{Number: two, HeldBy: provision.HeldByPerson}, {Number: one, HeldBy: provision.HeldByNobody}}, []provision.Number{record(two, provision.Cooling, "erin"), record(one, provision.Assigned, "dana")}, "metered", two, "seattle", []provision.NumberState{provision.Assigned, provision.Cooling}, nil},
		"beside the own":       {had, []provision.Holder{{Number: two, HeldBy: provision.HeldByPerson}, {Number: one, HeldBy: provision.HeldByPerson}}, []provision.Number{record(two, provision.Free, ""), record(one, provision.Assigned, "dana")}, "metered", one, "seattle", []provision.NumberState{provision.Blocked}, nil},
		"another person's":     {provision.Subscriber{}, []provision.Holder{{Number: two, HeldBy: provision.HeldByPerson}}, []provision.Number{record(two, provision.Assigned, "erin")}, "metered", "", "", nil, []string{"repair-others"}},
		"held by an order":     {had, []provision.Holder{{Number: two, HeldBy: provision.HeldByPerson}, {Number: one, HeldBy: provision.HeldByPerson}}, []provision.Number{record(two, provision.Held, ""), record(one, provision.Assigned, "dana")}, "metered", one, "seattle", nil, []string{"repair-held"}},
		"not in the stock":     {had, []provision.Holder{{Number: two, HeldBy: provision.HeldByPerson}, {Number: one, HeldBy: provision.HeldByPerson}}, []provision.Number{{}, record(one, provision.Assigned, "dana")}, "metered", one, "seattle", nil, []string{"repair-not-ours"}},
		"no plan is in effect": {had, []provision.Holder{{Number: one, HeldBy: provision.HeldByPerson}}, []provision.Number{record(one, provision.Assigned, "dana")}, "", one, "seattle", nil, []string{"repair-no-plan"}},
		"bound to who is gone": {had, []provision.Holder{{Number: one, HeldBy: provision.HeldByUnknownAccount}}, []provision.Number{record(one, provision.Assigned, "dana")}, "", "", "seattle", []provision.NumberState{provision.Blocked}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := ShownPhone{Person: provision.Person{ID: "dana", DisplayName: "Dana Reyes"}, Holders: c.holders}
			r := compareRecords(v, c.sub, c.sub.User != "", c.records, c.plan)
			var becomes []provision.NumberState
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
