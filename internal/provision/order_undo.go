package provision

import (
	"cmp"
	"slices"
	"time"
)

// HasOf is the number that Microsoft shows on the order's person, empty for none. A number that the order is not about
// came to them from elsewhere, and is preferred.
func (o Order) HasOf(all []Holder) (has E164) {
	for _, h := range all {
		if h.HeldBy != HeldByPerson {
			continue
		}
		if other := h.Number != o.Number && h.Number != o.Had.Number; has == "" || other {
			has = h.Number
		}
	}
	return has
}

// A person has one phone, and one order at a time works on it. An order acts only while it is that one: the one that
// is live for the person, or, where none is, the one that made their phone what it is. Everything that would wake an
// old order asks here first.

// Live reports whether an order is at work, or will be once an approver has decided: the same person may have no second
// live order.
func (s OrderState) Live() bool {
	switch s {
	case Pending, Approved, Running, Waiting, Parked:
		return true
	}
	return false
}

// A request that waits for approval in a backup may have been approved and done after it, or its person has another
// phone by now. When the store is put back, such a request is ended by what Microsoft shows, before the numbers are
// compared: a person with a live order is left to that order, and nobody would ever be at work on this one. So is an
// order whose phone the backup waits for, and whose person has another number of the stock by now: its watch would wait
// for a number that does not come.

// Settled says why a request ended when the store was put back from a backup. The zero value is that it did not.
type Settled struct {
	At  time.Time `json:"at"`
	Why Message   `json:"why"`
}

// IsSettled reports a request, or an order that waited, that ended because the store was put back: done already, or
// overtaken.
func (o Order) IsSettled() bool { return !o.Settled.At.IsZero() }

// MayBeSettled reports an order that Calltab is not at work on: what it waits for, Microsoft may show to be overtaken.
func (o Order) MayBeSettled() bool { return o.State == Pending || o.CanWithdraw() }

// AsDoneBy has the records say that an order made the phone what it is, with the plan of the order where that is in
// effect.
func (r *Repair) AsDoneBy(o Order, plan PlanID) {
	if r.After.User == "" {
		return
	}
	r.After.Order = o.ID
	if r.After.Number == "" {
		return
	}
	if plan != "" {
		r.After.Plan = plan
	}
	for i := range r.Numbers {
		if after := &r.Numbers[i].After; after.State == Assigned {
			after.Order = o.ID
		}
	}
}

// Undoable reports whether a card offers to take the order back; whether that can be done shows when it is begun.
func (o Order) Undoable() bool { return !o.Past && o.WhyNotUndoable() == nil }

// WhyNotUndoable says why an order is none that could ever be taken back.
func (o Order) WhyNotUndoable() error {
	id, why := string(o.ID), ""
	switch o.State {
	case Done:
	case Failed:
		why = "undo-order-failed"
	case Parked:
		why = "undo-order-parked"
	case Pending, Approved, Running, Waiting:
		why = "undo-order-running"
	default:
		why = "undo-order-never"
	}
	switch {
	case why != "":
		return NewConflict("undo order", why, "order", id)
	case o.NoChange:
		return NewConflict("undo order", "undo-no-change", "order", id)
	case o.UndoneBy != "":
		return NewConflict("undo order", "undo-already", "order", id, "by", string(o.UndoneBy))
	case o.Kind == Remove && o.Had.Number == "":
		return NewConflict("undo order", "undo-import", "person", o.Person.Name())
	case (o.Kind == ChangePlan || o.Kind.Ends()) && o.Had.Plan == "":
		return NewConflict("undo order", "undo-no-plan", "person", o.Person.Name())
	}
	return nil
}

// Opposite is the kind of the order that takes this one back.
func (o Order) Opposite() OrderKind {
	switch {
	case o.Kind.Gives() && o.Had.User != "":
		return Release
	case o.Kind.Gives():
		return Remove
	case o.Kind == Release:
		return Assign
	case o.Kind == Remove:
		return Add
	}
	return o.Kind
}

// Begun is what the audit trail notes of a new draft.
func (o Order) Begun() string {
	if o.Undoes == "" {
		return string(o.Form)
	}
	return string(o.Form) + " undoes " + string(o.Undoes)
}

// Aim has a draft ask for what was before the order that it takes back.
func (o *Order) Aim(old Order) {
	switch had := old.Had; {
	case old.Kind == ChangePlan:
		o.Plan = had.Plan
	case old.Kind.Gives():
		if had.User != "" { // imported, and perhaps at another location
			o.Location = had.Location
		}
	default:
		o.Location = had.Location
		if o.Number == "" {
			o.Wish = had.Number
		}
		if old.Kind.Ends() {
			o.Plan = had.Plan
		}
	}
}

// Wakes reports whether an order may take a number out of its cooling period: to give it back to the person who had it
// last.
func (o Order) Wakes(v Number) bool {
	return o.Undoes != "" && v.State == Cooling && v.User == o.Person.ID
}

// CanWithdraw reports an order whose phone is waited for, or was until the watch gave up, and whose own work is done:
// Withdraw takes it back by steps of their own.
func (o Order) CanWithdraw() bool {
	return !o.stepsLeft() && (o.State == Waiting || o.State == Parked && o.Halt.Watched())
}

// AtWork reports an order whose own work goes on, and does not go back: Withdraw turns it round. One that waits for
// Microsoft's side may still be letting the old number go.
func (o Order) AtWork() bool {
	switch o.State {
	case Approved:
		return true
	case Running:
		return !o.Undoing()
	case Waiting:
		return o.stepsLeft()
	}
	return false
}

// ShowsTakeBack reports whether the order's card offers to take it back: while its phone is waited for, and while an
// outage holds its work, as the card says then.
func (o Order) ShowsTakeBack() bool {
	return o.CanWithdraw() || o.AtWork() && (o.Waits() || o.Notice.ID == "microsoft-silent")
}

func (o Order) stepsLeft() bool {
	return slices.ContainsFunc(o.Work, func(step StepState) bool {
		return step.State == StepWaiting || step.State == StepRunning
	})
}

// Withdrawn reports an order that was taken back while it was at work or waited, or is being taken back.
func (o Order) Withdrawn() bool { return !o.TakenBack.At.IsZero() }

// Imported is how a person without a phone is kept: as the order found them, or else as the directory has them.
func (o Order) Imported() Subscriber {
	upn, name := cmp.Or(o.Had.UPN, o.Person.UPN), o.Had.Name
	if name == "" {
		name = o.Person.Name()
	}
	return Subscriber{User: o.Person.ID, UPN: upn, Name: name, Order: o.ID}
}
