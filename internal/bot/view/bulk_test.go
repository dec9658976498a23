package view_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"time"

	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
	"calltab/internal/provision/bulk"
	"calltab/internal/provision/rows"
)

// bulkSheets are a list of orders in every state that its card tells apart.
func bulkSheets() map[string]bulk.Sheet {
	of := func(state rows.State, counts rows.Counts, change func(*bulk.Sheet)) bulk.Sheet {
		s := bulk.Sheet{Bulk: rows.Bulk{ID: "b1", State: state, Revision: 3, Rows: 120,
			Requester: alice, Created: now.Add(-time.Hour)},
			Counts: counts, Now: now}
		if change != nil {
			change(&s)
		}
		return s
	}
	wrong := []rows.Row{
		{N: 2, Line: "add hugo seattle", State: rows.Wrong, Name: "Hugo Lang",
			Reasons: []provision.Reason{{Rule: provision.NoPhoneLicence}}},
		{N: 4, Line: "add nobody seattle", State: rows.Wrong, Why: provision.Say("person-not-found", "person", "nobody")},
	}
	failed := []rows.Row{
		{N: 7, State: rows.Failed, Name: "Gita Rao", Why: provision.Say("bulk.order-failed")},
		{N: 9, State: rows.Parked, Name: "Yuri Sokolov", Why: provision.Say("number-not-showing", "number", "+12065550144")},
	}
	return map[string]bulk.Sheet{
		"checking": of(rows.Checking, rows.Counts{rows.New: 100, rows.Ready: 20}, nil),
		"review": of(rows.Review, rows.Counts{rows.Ready: 112, rows.Wrong: 8}, func(s *bulk.Sheet) {
			o := sheet(provision.Draft, nil).Order
			s.Ready = []rows.Row{{N: 1, State: rows.Ready, Draft: &o}, {N: 3, State: rows.Ready, Draft: &o}}
			s.Kinds = map[provision.OrderKind]int{provision.Add: 110, provision.Release: 2}
			s.Wrong, s.Numbers = wrong, 110
			s.Plans = map[provision.PlanID]int{metered.ID: 100, flat.ID: 12}
			s.Offers = []provision.Plan{flat, metered}
		}),
		"review-approvals": of(rows.Review, rows.Counts{rows.Ready: 120}, func(s *bulk.Sheet) { s.Approvals = 3 }),
		"review-none":      of(rows.Review, rows.Counts{rows.Wrong: 120}, func(s *bulk.Sheet) { s.Wrong = wrong }),
		"running": of(rows.Running, rows.Counts{rows.Done: 30, rows.Waiting: 10, rows.Working: 20, rows.Asked: 3, rows.Ready: 50,
			rows.Failed: 1, rows.Parked: 1, rows.Wrong: 5}, func(s *bulk.Sheet) {
			s.Failed, s.Began = failed, now.Add(-20*time.Minute)
		}),
		"paused": of(rows.Paused, rows.Counts{rows.Done: 30, rows.Ready: 90}, nil),
		"ended":  of(rows.Ended, rows.Counts{rows.Done: 120}, nil),
		"ended-some": of(rows.Ended, rows.Counts{rows.Done: 118, rows.Failed: 1, rows.Parked: 1}, func(s *bulk.Sheet) {
			s.Failed = failed
		}),
		"stopped": of(rows.Ended, rows.Counts{rows.Done: 20, rows.Stopped: 100}, func(s *bulk.Sheet) { s.Stopped = true }),
		"lost-role": of(rows.Ended, rows.Counts{rows.Done: 20, rows.Stopped: 100}, func(s *bulk.Sheet) {
			s.Stopped, s.Why = true, provision.Say("bulk.lost-role")
		}),
		"left": of(rows.Left, rows.Counts{rows.Stopped: 120}, nil),
	}
}

func bulkAsked() bulk.Asked {
	o := sheet(provision.Pending, nil).Order
	return bulk.Asked{At: now, Bulk: rows.Bulk{ID: "b1", Requester: alice,
		Reason: "The new team begins on Monday."}, Orders: []provision.Order{o, o, o},
		Plans:  map[provision.PlanID]provision.Plan{metered.ID: metered},
		Places: map[provision.LocationID]provision.Location{seattle.ID: seattle}}
}

func bulkCards(w Writer) map[string]func() (json.RawMessage, string) {
	all := map[string]func() (json.RawMessage, string){}
	for name, s := range bulkSheets() {
		all["bulk-"+name] = func() (json.RawMessage, string) { return w.Bulk(s) }
	}
	a := bulkAsked()
	all["bulk-approval"] = func() (json.RawMessage, string) { return w.BulkApproval(a) }
	more := a
	more.Orders = slices.Repeat(a.Orders[:1], lists.ListedRows)
	more.More = true
	all["bulk-approval-many"] = func() (json.RawMessage, string) { return w.BulkApproval(more) }
	left := []lists.LeftRow{{Person: "Yuri Sokolov", Why: provision.Say("may-not-ask")}}
	all["bulk-undecided"] = func() (json.RawMessage, string) { return w.BulkLeft(a, left, 12) }
	news := []lists.RowNews{{Says: "The phone for Yuri Sokolov takes longer than usual", Order: a.Orders[0]}}
	all["bulk-news"] = func() (json.RawMessage, string) { return w.BulkNews(news, 11) }
	o := sheet(provision.Parked, nil).Order
	o.Problem = provision.Say("carrier-denied")
	another := o
	another.Person.DisplayName = "Yuri Sokolov"
	all["bulk-stopped-rows"] = func() (json.RawMessage, string) {
		return w.BulkStopped([]provision.Order{o, another}, 11)
	}
	for name, d := range map[string]provision.DecisionKind{"approved": provision.Approve, "denied": provision.Deny, "none": ""} {
		all["bulk-voted-"+name] = func() (json.RawMessage, string) { return w.BulkVoted(a, d) }
	}
	return all
}

// poisonedBulks are these cards with a text in every place.
func poisonedBulks(w Writer, text string) map[string]json.RawMessage {
	all := map[string]json.RawMessage{}
	for name, s := range bulkSheets() {
		s.Wrong, s.Failed, s.Offers = slices.Clone(s.Wrong), slices.Clone(s.Failed), slices.Clone(s.Offers)
		for i := range s.Wrong {
			s.Wrong[i].Reasons = slices.Clone(s.Wrong[i].Reasons)
		}
		s.Plans = maps.Clone(s.Plans)
		if len(s.Wrong)+len(s.Failed) == 0 { // nothing on it is anybody's words
			continue
		}
		poison(reflect.ValueOf(&s).Elem(), text)
		all["bulk-"+name], _ = w.Bulk(s)
	}
	a := bulkAsked()
	poison(reflect.ValueOf(&a).Elem(), text)
	all["bulk-approval"], _ = w.BulkApproval(a)
	all["bulk-undecided"], _ = w.BulkLeft(a, []lists.LeftRow{{Person: text, Why: provision.Say("decided-by", "person", text)}}, 1)
	return all
}
