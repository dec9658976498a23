package rows_test

import (
	"fmt"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/rows"
	"calltab/internal/provision/storetest"
)

var now = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// table is a bulk of which some orders are at work.
type table struct {
	t     *testing.T
	store provision.Store
	bulk  rows.Bulk
}

func atWork(t *testing.T, n int) *table {
	t.Helper()
	b := rows.Bulk{ID: "b", Tenant: "t", State: rows.Running, Rows: n}
	l := &table{t: t, store: storetest.Memory(), bulk: b}
	l.update(func(tx provision.Tx) error {
		rows.Write(tx, b)
		for i := range n {
			rows.Put(tx, "t", "b", rows.Row{}, rows.Row{N: i + 1, State: rows.Working, Order: l.order(i + 1).ID})
		}
		return nil
	})
	return l
}

func (l *table) update(f func(tx provision.Tx) error) {
	l.t.Helper()
	if err := l.store.Update(l.t.Context(), f); err != nil {
		l.t.Fatal(err)
	}
}

// order is the order of a row, of which every step but the last is done.
func (l *table) order(n int) provision.Order {
	return provision.Order{ID: provision.OrderID(fmt.Sprint("o", n)), Tenant: "t", State: provision.Running,
		Bulk: provision.BulkRow{ID: "b", Row: n},
		OrderWork: provision.OrderWork{Work: []provision.StepState{
			{Name: provision.StepPolicies, State: provision.StepDone},
			{Name: provision.StepVerify, State: provision.StepRunning}}}}
}

func (l *table) made(n int) {
	l.t.Helper()
	l.update(func(tx provision.Tx) error {
		_, err := rows.Note(tx, l.order(n), now)
		return err
	})
}

func (l *table) throttled(wait time.Duration) {
	l.t.Helper()
	l.update(func(tx provision.Tx) error { return rows.Throttled(tx, l.order(1), now, wait) })
}

func (l *table) now() (b rows.Bulk, c rows.Counts) {
	l.t.Helper()
	l.update(func(tx provision.Tx) (err error) {
		c = rows.Count(tx, "t", "b")
		b, err = rows.Read(tx, "t", "b")
		return err
	})
	return b, c
}

// TestWidens: a row whose changes are all made is waited for, and makes room for more than itself while all room is
// used, less once Microsoft has asked for a pause.
func TestWidens(t *testing.T) {
	t.Parallel()
	l := atWork(t, rows.FirstWidth)
	l.made(1)
	b, c := l.now()
	if c.Of(rows.Working) != rows.FirstWidth-1 || c.Of(rows.Waiting) != 1 || b.AtOnce() != rows.FirstWidth+3 {
		t.Errorf("%v, %d at once", c, b.AtOnce())
	}
	l.made(2) // there is room that nobody uses
	if b, _ := l.now(); b.AtOnce() != rows.FirstWidth+3 {
		t.Errorf("%d at once, though fewer are at work", b.AtOnce())
	}
	l.throttled(time.Second)
	l.throttled(time.Second)
	before, _ := l.now()
	if before.AtOnce() != rows.FirstWidth-3 {
		t.Errorf("%d at once after Microsoft asked for a pause twice", before.AtOnce())
	}
	l.made(3)
	if b, _ := l.now(); b.AtOnce() != before.AtOnce()+1 {
		t.Errorf("%d at once, and %d before", b.AtOnce(), before.AtOnce())
	}
}

// TestThrottled: no row begins for as long as Microsoft asked, at most a quarter of an hour, and some are always at
// work. A time that a clock wrote that was ahead holds nothing up.
func TestThrottled(t *testing.T) {
	t.Parallel()
	l := atWork(t, 1)
	for range 200 {
		l.throttled(10 * time.Second)
	}
	b, _ := l.now()
	if rests := b.Rests(now); rests < 10*time.Second || rests > 11*time.Second {
		t.Errorf("rests for %s", rests)
	}
	if b.AtOnce() != 10 {
		t.Errorf("%d at once", b.AtOnce())
	}
	if rests := b.Rests(now.Add(time.Minute)); rests != 0 {
		t.Errorf("rests for %s when it is over", rests)
	}
	if rests := b.Rests(now.Add(-24 * time.Hour)); rests != 0 {
		t.Errorf("rests for %s by a clock that was ahead", rests)
	}
	l.throttled(24 * time.Hour)
	b, _ = l.now()
	if rests := b.Rests(now); rests != 15*time.Minute {
		t.Errorf("rests for %s", rests)
	}
}
