package rows

import (
	"time"

	"calltab/internal/provision"
)

// How many orders of a bulk may be at work at a time at first, at least and at most.
const (
	FirstWidth = 200
	leastWidth = 10
	mostWidth  = 2000
)

// longestBusy bounds the pause of a bulk for which Microsoft asked once.
const longestBusy = 15 * time.Minute

// widen has more orders at work at a time, for each whose changes are made while as many were at work as may be: three
// until Microsoft has asked for a pause, then one. What its service takes in a second is documented nowhere.
func widen(tx provision.Tx, tenant provision.TenantID, id provision.BulkID) error {
	b, err := Read(tx, tenant, id)
	if err != nil {
		return err
	}
	if Count(tx, tenant, id).Of(Working)+1 < b.AtOnce() {
		return nil
	}
	more := 3
	if !b.Busy.IsZero() {
		more = 1
	}
	b.Width = min(b.AtOnce()+more, mostWidth)
	Write(tx, b)
	return nil
}

// Throttled notes that Microsoft asked an order of a bulk to wait: until then none begins, so that those at work go
// first, and fewer are at work at a time.
func Throttled(tx provision.Tx, o provision.Order, now time.Time, wait time.Duration) error {
	b, err := Read(tx, o.Tenant, o.Bulk.ID)
	if err != nil {
		return provision.IgnoreNotFound(err) // the bulk is forgotten, and its orders are not
	}
	wait = min(wait+wait/20, longestBusy) // throttled orders come back within a tenth of it: half of them go first
	if b.Rests(now) < wait {
		b.Busy = now.Add(wait).UTC()
	}
	b.Width = max(b.AtOnce()-3, leastWidth)
	Write(tx, b)
	return nil
}

// Rests is for how long no order of a bulk begins, as Microsoft asked. A time that is far ahead was written by a clock
// that was ahead.
func (b Bulk) Rests(now time.Time) time.Duration {
	left := b.Busy.Sub(now)
	if left > longestBusy {
		return 0
	}
	return max(left, 0)
}

// AtOnce is how many orders of a bulk may be at work at a time.
func (b Bulk) AtOnce() int {
	if b.Width == 0 {
		return FirstWidth
	}
	return b.Width
}
