package provision

import "time"

// A clock that was ahead has written times that are still to come. What is measured from one would stand still until
// then, so each who measures sets it right first, and stores that: it begins now, and lasts its full time.

// clockSlack is how far a clock may go back without anything being made of it, as time servers have it do.
const clockSlack = time.Minute

// Ahead reports whether the clock that wrote a beginning was ahead of now.
func Ahead(began, now time.Time) bool { return began.Sub(now) > clockSlack }

// SetRight has beginnings be now that a clock wrote which was ahead, and reports whether there was one.
func SetRight(now time.Time, began ...*time.Time) (changed bool) {
	for _, at := range began {
		if Ahead(*at, now) {
			*at, changed = now.UTC(), true
		}
	}
	return changed
}

// SetRight does the same to all that is measured of an order. What its approvers have is for [approve.Service.Await].
func (o *Order) SetRight(now time.Time) (changed bool) {
	changed = SetRight(now, &o.Created, &o.Amended, &o.Submitted, &o.Accepted, &o.ReopenedAt)
	for i := range o.Work {
		if SetRight(now, &o.Work[i].Since) {
			changed = true
		}
	}
	if Ahead(o.HoldEnds, now.Add(HoldTime)) {
		o.HoldEnds, changed = now.Add(HoldTime).UTC(), true
	}
	return changed
}

// SetRight lets a number cool down its full time from now where its cooling period began by a clock that was ahead.
func (n *Number) SetRight(now time.Time) (changed bool) {
	full := n.Until.Sub(n.Rested)
	if n.State != Cooling || !SetRight(now, &n.Rested) {
		return false
	}
	n.Until = n.Rested.Add(full)
	return true
}
