package view_test

import (
	"encoding/json"
	"time"

	"calltab/internal/provision"
)

// repairCards are those of orders that are taken back while they wait, and of records that differ
// from what Microsoft shows.
func repairCards(w Writer, add add) map[string]func() (json.RawMessage, string) {
	add("order-taking-back", w.Order, sheet(provision.Running, takenBack))
	add("order-taken-back", w.Order, sheet(provision.Cancelled, takenBack))
	add("phone-taken-back", w.Phone, sheet(provision.Cancelled, takenBack))
	add("note-withdrawn", w.TakenBack, sheet(provision.Cancelled, takenBack))
	lost := func(s *provision.Sheet) {
		of(provision.ChangePlan)(s)
		takenBack(s)
		s.Order.Lost = true
	}
	add("withdrawn-lost", w.Order, sheet(provision.Cancelled, lost))
	add("phone-withdrawn-lost", w.Phone, sheet(provision.Cancelled, lost))
	add("order-held", w.Order, sheet(provision.Running, held("waits-for-carrier")))
	add("order-taking-back-held", w.Order, sheet(provision.Running, func(s *provision.Sheet) {
		takenBack(s)
		held("waits-for-microsoft")(s)
	}))
	all := map[string]func() (json.RawMessage, string){}
	for i, name := range []string{"repair", "repair-same", "repair-live", "repair-set"} {
		all[name] = func() (json.RawMessage, string) { return w.Repair(repairs()[i]) }
	}
	return all
}

// repairs are a difference, none, one beside an order at work, and one that is mended.
func repairs() []provision.Repair {
	was := provision.Subscriber{User: dana.ID, Location: "seattle", Plan: "metered", Number: mine}
	is := was
	is.Number, is.Plan = "", ""
	r := provision.Repair{
		Person: dana, Before: was, After: is, Mark: "0a1b", Now: now, Names: map[string]string{"seattle": "Seattle", "metered": "Metered"},
		Numbers: []provision.NumberRepair{{Before: provision.Number{E164: mine, State: provision.Assigned}, After: provision.Number{E164: mine, State: provision.Cooling}}},
		Left:    []provision.Message{provision.Say("repair-not-ours", "number", "+12065550199")},
	}
	same, live, set := provision.Repair{Person: dana, Before: was, After: was, Now: now}, r, r
	live.Live = provision.Order{ID: "k7m2p9"}
	set.Set = true
	return []provision.Repair{r, same, live, set}
}

// held is an order that an outage holds.
func held(id string) func(*provision.Sheet) {
	return func(s *provision.Sheet) {
		s.Order.Notice = provision.Say(id, "since", ago(3*time.Hour).Format(time.RFC3339))
	}
}

// takenBack is an order that was taken back while it waited.
func takenBack(s *provision.Sheet) {
	s.Order.TakenBack = provision.Resolved{Resolution: provision.TakeBack, By: provision.Actor{Name: "Bruno Keller"}, At: ago(time.Hour)}
	s.Order.Accepted, s.Order.Work = ago(48*time.Hour), nil
	for _, name := range s.Order.Kind.BackSteps() {
		s.Order.Work = append(s.Order.Work, provision.StepState{Name: name, State: provision.StepWaiting})
	}
	s.Order.Work[0].State, s.Order.Work[0].Since = provision.StepRunning, ago(time.Hour)
}
