package view_test

import (
	"encoding/json"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/order"
)

// taking turns an order into one that takes back what an earlier one of a kind did.
func taking(back provision.OrderKind, change func(*provision.Sheet)) func(*provision.Sheet) {
	return func(s *provision.Sheet) {
		old := sheet(provision.Done, nil)
		of(back)(&old)
		if back == provision.Add {
			old.Order.Kind, old.Order.Had = back, provision.Subscriber{}
		}
		old.Order.ID, old.Order.Ended = "q4w8x2", ago(5*24*time.Hour)
		s.Order.Undoes, s.Undone = old.Order.ID, old.Order
		if change != nil {
			change(s)
		}
	}
}

// undoCards are those of orders that take another one back, and of the orders that are taken back.
func undoCards(w Writer, add add) {
	review := func(name string, back provision.OrderKind, change func(*provision.Sheet)) {
		add("undo-"+name+"-review", w.Order, draft(provision.FormReview, taking(back, change)))
	}
	ends := func(kind provision.OrderKind) func(*provision.Sheet) {
		return func(s *provision.Sheet) { of(kind)(s); s.Order.HoldEnds = time.Time{} }
	}
	review("add", provision.Add, ends(provision.Remove))
	review("add-own", provision.Add, func(s *provision.Sheet) { // imported at another location, with policies that Calltab did not give
		ends(provision.Release)(s)
		s.Location = berlin
		s.Undone.Before = []provision.OldPolicy{{Type: provision.VoiceRoutingPolicy, ID: "1", Name: "VRP-Old"}, {Type: provision.DialPlanPolicy, ID: "2"}, {Type: provision.CallingPolicy}}
	})
	review("plan", provision.ChangePlan, func(s *provision.Sheet) {
		of(provision.ChangePlan)(s)
		s.Order.HoldEnds, s.Plan, s.HadPlan = time.Time{}, metered, flat
	})
	review("move", provision.Move, func(s *provision.Sheet) {
		of(provision.Move)(s)
		s.Order.Number, s.Order.Had.Number, s.Location, s.HadAt = mine, "+493055500101", seattle, berlin
	})
	review("release", provision.Release, func(s *provision.Sheet) { s.Order.Kind = provision.Assign })
	add("undo-refused", w.Order, draft(provision.FormRefused, taking(provision.ChangePlan, func(s *provision.Sheet) {
		of(provision.ChangePlan)(s)
		s.Order.Reasons = []provision.Reason{
			{Rule: order.UndoOvertaken, Args: map[string]string{"order": "z1y2x3"}}, {Rule: order.UndoPlanGone, Args: map[string]string{"plan": "metered"}},
		}
	})))
	add("undo-approval", func(s provision.Sheet) (json.RawMessage, string) { return w.Approval(s, danae.ID) },
		sheet(provision.Pending, taking(provision.ChangePlan, func(s *provision.Sheet) {
			of(provision.ChangePlan)(s)
			s.Plan, s.HadPlan = metered, flat
			s.Order.Approval = provision.Approval{By: provision.BySite, Asked: []provision.Asked{{Actor: provision.Actor{ID: danae.ID, Name: danae.DisplayName}}}, Ever: []provision.UserID{danae.ID}, Due: now.Add(48 * time.Hour)}
		})))
	add("undo-running", w.Order, sheet(provision.Running, taking(provision.Add, func(s *provision.Sheet) {
		of(provision.Remove)(s)
		s.Order.Work = []provision.StepState{{Name: provision.StepUnassign, State: provision.StepRunning, Since: ago(time.Minute)}}
	})))
	add("undo-done", w.Order, sheet(provision.Done, taking(provision.Add, of(provision.Remove))))
	add("undo-told", w.Ready, sheet(provision.Done, taking(provision.Add, of(provision.Remove))))
	add("undo-failed", w.Failed, sheet(provision.Failed, taking(provision.Add, func(s *provision.Sheet) {
		of(provision.Remove)(s)
		s.Order.Problem = provision.Say("undo-failed")
	})))
	add("undo-cancelled", w.Order, sheet(provision.Cancelled, taking(provision.Add, of(provision.Remove))))
	add("undone", w.Order, sheet(provision.Done, func(s *provision.Sheet) { done(s); s.Order.UndoneBy = "q4w8x2" }))
	add("release-undone", w.Order, sheet(provision.Done, func(s *provision.Sheet) { of(provision.Release)(s); s.Order.UndoneBy = "q4w8x2" }))
}
