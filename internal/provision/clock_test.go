package provision_test

import (
	"testing"
	"time"

	"calltab/internal/provision"
)

// TestAfterAClockThatWasAhead has each kind of work begin by a clock that is days ahead and is then set right: what it measures lasts its
// full time from then, no less, and no more.
func TestAfterAClockThatWasAhead(t *testing.T) {
	t.Parallel()
	const tooFar = 40 * 24 * time.Hour
	draft := func(d *desk, s provision.Sheet) work {
		return work{func() (time.Duration, bool, error) { return d.Tick(d.t.Context(), tenant, s.Order.ID) }, func() bool {
			return d.sheet(s.Order.ID).Order.State == provision.Expired
		}}
	}
	rests := func(d *desk, n provision.E164) work {
		return work{func() (again time.Duration, over bool, err error) {
			d.update(func(tx provision.Tx) error {
				again, over, err = d.EndCooling(tx, tenant, n)
				return err
			})
			return again, over, err
		}, func() bool { return d.record(n).State == provision.Free }}
	}
	for name, c := range map[string]struct {
		begin func(d *desk) work
		full  time.Duration
	}{
		"a draft": {func(d *desk) work { return draft(d, d.begin(provision.Request{})) }, 24 * time.Hour},
		"a hold": {func(d *desk) work {
			s := d.full(dana, "+12065550110")
			w := draft(d, s)
			w.ended = func() bool { return d.record("+12065550110").State == provision.Free }
			return w
		}, 15 * time.Minute},
		"an approval": {func(d *desk) work {
			s := d.ask(alice)
			return work{func() (time.Duration, bool, error) { return d.Await(d.t.Context(), tenant, s.Order.ID) }, func() bool {
				return d.sheet(s.Order.ID).Order.State == provision.Expired
			}}
		}, 3 * 24 * time.Hour},
		"a resting number": {func(d *desk) work {
			d.carry(d.full(dana, "+12065550110"))
			d.carry(d.begin(provision.Request{Kind: provision.Release, User: dana}))
			return rests(d, "+12065550110")
		}, 30 * 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			policy := provision.AccessPolicy{}
			if name == "an approval" {
				policy.Approvals = []provision.ApprovalRule{{By: provision.ByManager}}
			}
			d := approvalDesk(t, policy)
			d.advance(tooFar)
			w := c.begin(d)
			d.clock.Store(0)
			for spent, looks := time.Duration(0), 0; !w.ended(); looks++ {
				again, over, err := w.look()
				if err != nil || over && !w.ended() || looks > 20 {
					t.Fatalf("after %v and %d looks: over %v, %v", spent, looks, over, err)
				}
				if w.ended() {
					if spent < c.full || spent > c.full+time.Minute {
						t.Errorf("it ends after %v, want %v", spent, c.full)
					}
					return
				}
				spent += again
				d.advance(again)
			}
		})
	}
}

// work is one look of a job, and whether what it waits for has ended.
type work struct {
	look  func() (again time.Duration, over bool, err error)
	ended func() bool
}

// TestRestInterruptedByAClockThatWasAhead: a number that was taken out of its rest goes back to it for the full time.
func TestRestInterruptedByAClockThatWasAhead(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.advance(40 * 24 * time.Hour)
	done := d.carry(d.full(dana, "+12065550110"))
	released := d.carry(d.begin(provision.Request{Kind: provision.Release, User: dana}))
	s, err := d.Undo(t.Context(), tenant, alice, released.ID)
	if err != nil || d.record(done.Number).State != provision.Held {
		t.Fatalf("the number is %s, %v", d.record(done.Number).State, err)
	}
	d.clock.Store(0)
	if _, err := d.Cancel(t.Context(), tenant, alice, s.Order.ID); err != nil {
		t.Fatal(err)
	}
	n := d.record(done.Number)
	if n.State != provision.Cooling || !n.Until.Equal(start.Add(30*24*time.Hour)) {
		t.Errorf("it is %s until %v", n.State, n.Until)
	}
}

// TestListsAfterAClockThatWasAhead: a draft that is set right is found where it is listed, and only there.
func TestListsAfterAClockThatWasAhead(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.advance(40 * 24 * time.Hour)
	s := d.full(dana, "+12065550110")
	d.clock.Store(0)
	if _, _, err := d.Tick(t.Context(), tenant, s.Order.ID); err != nil {
		t.Fatal(err)
	}
	for _, f := range []provision.Filter{{Requester: alice.ID, Limit: 9}, {Person: dana, Limit: 9}} {
		found, err := d.Orders(t.Context(), tenant, alice, f)
		if err != nil || len(found) != 1 || !found[0].Created.Equal(start) || !found[0].HoldEnds.Equal(start.Add(15*time.Minute)) {
			t.Errorf("%+v: %+v, %v", f, found, err)
		}
	}
	if n := d.record("+12065550110"); !n.Until.Equal(start.Add(15 * time.Minute)) {
		t.Errorf("the number is held until %v", n.Until)
	}
}
