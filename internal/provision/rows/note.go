package rows

import (
	"time"

	"calltab/internal/provision"
)

// Of is the state of a row whose order is in a state.
func Of(o provision.Order) RowState {
	switch o.State {
	case provision.Pending:
		return Asked
	case provision.Approved, provision.Running:
		switch last := len(o.Work) - 1; {
		case o.Bulk.Held:
			return Approved
		case last > 0 && o.Work[last].Name == provision.StepVerify && o.Work[last].State == provision.StepRunning:
			return Waiting // every change is made
		}
		return Working
	case provision.Waiting:
		return Waiting
	case provision.Done:
		return Done
	case provision.Parked:
		return Parked
	}
	return Failed
}

// Note has a row follow its order. It reports whether the row is in another state now.
func Note(tx provision.Tx, o provision.Order, now time.Time) (bool, error) {
	before, err := ReadRow(tx, o.Tenant, o.Bulk.ID, o.Bulk.Row)
	if provision.KindOf(err) == provision.NotFound { // the bulk is forgotten, and its orders are not
		return false, nil
	}
	if err != nil {
		return false, err
	}
	after := before
	after.State = Of(o)
	if before.Order != o.ID || before.State == after.State { // it was tried again, by another order
		return false, nil
	}
	after.Draft = nil
	after.Why = provision.Message{}
	after.Reasons = nil
	switch {
	case after.State == Failed && o.Problem.ID == "":
		after.Why = provision.Say("bulk.order-" + string(o.State))
	case after.State == Failed, after.State == Parked:
		after.Why = o.Problem
		after.Reasons = o.Reasons
	}
	Put(tx, o.Tenant, o.Bulk.ID, before, after)
	if before.State == Working && (after.State == Waiting || after.State == Done) {
		return true, widen(tx, o.Tenant, o.Bulk.ID)
	}
	return true, nil
}
