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
		if o.Bulk.Held {
			return Approved
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
	if after.State == Working {
		after.Began = now
	}
	Put(tx, o.Tenant, o.Bulk.ID, before, after)
	if before.State == Working && (after.State == Waiting || after.State == Done) {
		return true, widen(tx, o.Tenant, o.Bulk.ID, now.Sub(before.Began))
	}
	return true, nil
}

// How many orders of a bulk are at work at a time at first, at least and at most; and how long the work on one may take
// for more to be begun, and for fewer.
const (
	FirstWidth = 50
	leastWidth = 10
	mostWidth  = 2000
	quick      = 2 * time.Minute
	slow       = 5 * time.Minute
)

// widen begins more orders at a time while each gets on as it would alone, and fewer where they keep each other
// waiting: what Microsoft's service takes in a second is documented nowhere.
func widen(tx provision.Tx, tenant provision.TenantID, id provision.BulkID, took time.Duration) error {
	b, err := Read(tx, tenant, id)
	if err != nil {
		return err
	}
	width := b.AtOnce()
	switch {
	case took <= quick:
		width = min(width+3, mostWidth)
	case took > slow:
		width = max(width-width/20-1, leastWidth)
	}
	if width == b.AtOnce() {
		return nil
	}
	b.Width = width
	Write(tx, b)
	return nil
}

// AtOnce is how many orders of a bulk may be at work at a time.
func (b Bulk) AtOnce() int {
	if b.Width == 0 {
		return FirstWidth
	}
	return b.Width
}
