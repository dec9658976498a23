package view_test

import (
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/observe"
)

// stuck is an order whose work has stopped, with what Microsoft showed then.
func stuck(s *provision.Sheet) {
	s.Order.Problem = provision.Say("gave-up", "step", string(provision.StepAssign))
	s.Order.Work, s.Order.Ended = work(1, provision.StepRunning), ago(26*time.Hour)
	s.Order.Halt = provision.Halt{Job: provision.JobAdd, Step: provision.StepAssign, Since: ago(40 * time.Minute), Tries: 12, Revision: 7}
	s.Order.Observation = provision.Observation{
		At: ago(5 * time.Minute), Account: provision.AccountThere, Licensed: true, Plan: observe.NotInEffect,
		Holders: []provision.Holder{{Number: mine, HeldBy: provision.HeldByNobody}},
	}
	if s.Order.Had.Number != "" && s.Order.Had.Number != s.Order.Number {
		s.Order.Observation.Holders = []provision.Holder{{Number: s.Order.Number, HeldBy: provision.HeldByOther, User: danae.ID, Name: danae.DisplayName}, {Number: mine, HeldBy: provision.HeldByPerson}}
	}
}

// parkedCards are those of an order that has stopped, by what is known of it, and what people decided about it.
func parkedCards(w Writer, add add) {
	decided := func(r provision.Resolution) provision.Resolved {
		d := provision.Resolved{Resolution: r, By: alice, At: ago(time.Minute)}
		if r == provision.LeaveAsIs {
			d.Why = "Assigned by hand"
		}
		return d
	}
	change := func(kind provision.OrderKind, f func(*provision.Sheet)) func(*provision.Sheet) {
		return func(s *provision.Sheet) {
			if kind != "" {
				of(kind)(s)
			}
			stuck(s)
			f(s)
		}
	}
	parked := func(name string, kind provision.OrderKind, f func(*provision.Sheet)) {
		add(name, w.Order, sheet(provision.Parked, change(kind, f)))
	}
	parked("order-parked-known", "", func(*provision.Sheet) {})
	parked("order-parked-conditions", "", func(s *provision.Sheet) { s.Order.Conditions = conditions(provision.ConfigurationMade) })
	parked("order-parked-again", "", func(s *provision.Sheet) { s.Order.Decided = decided(provision.TryAgain) })
	parked("order-parked-unanswered", "", func(s *provision.Sheet) {
		s.Order.Observation = provision.Observation{At: ago(time.Minute), Holders: []provision.Holder{{Number: mine}}}
	})
	parked("order-parked-undoing", "", func(s *provision.Sheet) {
		s.Order.Halt.Undoing, s.Order.Decided, s.Order.Problem = true, decided(provision.TakeBack), provision.Say("undo-failed")
		s.Order.Observation.Account, s.Order.Observation.Holders[0].HeldBy = provision.AccountBlocked, provision.HeldByPerson
	})
	parked("order-parked-phantom", "", func(s *provision.Sheet) {
		s.Order.Observation.Licensed, s.Order.Observation.Plan = false, observe.InEffect
		s.Order.Observation.Holders[0] = provision.Holder{Number: mine, HeldBy: provision.HeldByUnknownAccount, User: "f0000000-0000-4000-8000-00000000000f"}
	})
	parked("change-number-parked", provision.ChangeNumber, func(*provision.Sheet) {})
	parked("remove-parked-gone", provision.Remove, func(s *provision.Sheet) {
		s.Order.Problem = provision.Say("number-bound-gone", "number", string(mine))
		s.Order.Observation.Account, s.Order.Observation.Licensed, s.Order.Observation.Plan = provision.AccountGone, false, ""
		s.Order.Observation.Holders = []provision.Holder{{Number: mine, HeldBy: provision.HeldByUnknownAccount, User: dana.ID}}
	})
	left := func(s *provision.Sheet) { s.Order.Decided = decided(provision.LeaveAsIs) }
	add("order-accepted", w.Order, sheet(provision.Done, change("", left)))
	add("order-accepted-ready", w.Order, sheet(provision.Done, func(s *provision.Sheet) { done(s); stuck(s); left(s) }))
	add("left", w.Left, sheet(provision.Done, change("", left)))
	add("remove-left", w.Left, sheet(provision.Done, change(provision.Remove, left)))
	add("phone-left", w.Phone, sheet(provision.Done, func(s *provision.Sheet) { reopened(conditions(provision.RoutingPolicy))(s); left(s) }))
	add("order-undoing", w.Order, sheet(provision.Running, change("", func(s *provision.Sheet) { s.Order.Decided = decided(provision.TakeBack) })))
	add("order-undone", w.Order, sheet(provision.Failed, change("", func(s *provision.Sheet) {
		s.Order.Decided, s.Order.Work = decided(provision.TakeBack), work(1, provision.StepUndone)
	})))
}
