package provision_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/bulk"
	"calltab/internal/provision/record"
	"calltab/internal/provision/rows"
)

// reads takes the line of a row for the user name of a person who gets a phone in Seattle.
func reads(_ context.Context, b rows.Bulk, line string) (provision.Request, error) {
	return provision.Request{Kind: provision.Add, Query: line, Location: "seattle", Plan: "metered"}, nil
}

// failing fails at every row.
func failing(context.Context, rows.Bulk, string) (provision.Request, error) {
	return provision.Request{}, errors.New("a fault of the test")
}

// sent begins a list of Alice's.
func (d *desk) sent(lines ...string) rows.Bulk {
	d.t.Helper()
	b, err := d.BeginBulk(d.t.Context(), tenant, alice, lines)
	if err != nil {
		d.fails("begin list", err)
	}
	return b
}

// work has the job of a list work until it asks for a pause.
func (d *desk) work(b rows.Bulk, read bulk.Reader) (again time.Duration, err error) {
	d.t.Helper()
	for range 5000 {
		again, over, err := d.Work(d.t.Context(), tenant, b.ID, read)
		if again > 0 || over || err != nil {
			return again, err
		}
	}
	d.t.Fatal("the list works on and on")
	return 0, nil
}

// state is how a list and its rows are.
func (d *desk) state(b rows.Bulk) bulk.Sheet {
	d.t.Helper()
	s, err := d.ReadBulk(d.t.Context(), tenant, b.ID)
	if err != nil {
		d.fails("read list", err)
	}
	return s
}

func (d *desk) decide(b rows.Bulk, what bulk.Decision) {
	d.t.Helper()
	if _, err := d.DecideBulk(d.t.Context(), tenant, alice, b.ID, d.state(b).Revision, what, "Because."); err != nil {
		d.fails(string(what), err)
	}
}

// TestListOfOneSilentAccount: a person of whom Microsoft tells nothing holds up nobody else, and is named in the end;
// an outage holds all.
func TestListOfOneSilentAccount(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	silent := func(who ...provision.UserID) {
		d.ms.change(func(m *microsoft) {
			m.silent = map[provision.UserID]bool{}
			for _, id := range who {
				m.silent[id] = true
			}
		})
	}
	silent(dana)
	b := d.sent("dana1@example.com", "erin2@example.com")
	again, err := d.work(b, reads)
	if s := d.state(b); again == 0 || err != nil || s.Counts.Of(rows.Ready) != 1 || s.Counts.Of(rows.New) != 1 {
		t.Fatalf("after the first tries: %v, %v, %v", again, err, s.Counts)
	}
	tries := 0
	for ; d.state(b).State == rows.Checking && tries < 20; tries++ {
		if _, err := d.work(b, reads); err != nil {
			t.Fatal(err)
		}
	}
	s := d.state(b)
	if s.State != rows.Review || len(s.Wrong) != 1 || s.Wrong[0].Why.ID != "bulk.no-answer" || tries > 9 {
		t.Errorf("after %d tries: %s, %+v", tries, s.State, s.Wrong)
	}
	d.decide(b, bulk.Leave)

	d.ms.change(func(m *microsoft) { m.err = &provision.Error{Op: "read person", Kind: provision.Unavailable} })
	b = d.sent("dana1@example.com", "erin2@example.com")
	for range 30 {
		if _, err := d.work(b, reads); !provision.Slow(err) {
			t.Fatalf("in an outage: %v", err)
		}
	}
	if s := d.state(b); s.Counts.Of(rows.New) != 2 {
		t.Errorf("in an outage: %v", s.Counts)
	}
}

// TestListOfManyFaults: every row at which Calltab failed is checked once more, and no more than that.
func TestListOfManyFaults(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const count = 600
	tries := map[string]int{}
	fault := func(_ context.Context, _ rows.Bulk, line string) (provision.Request, error) {
		tries[line]++
		return provision.Request{}, errors.New("a fault of the test")
	}
	lines := make([]string, count)
	for i := range lines {
		lines[i] = fmt.Sprint("line ", i)
	}
	b := d.sent(lines...)
	if _, err := d.work(b, fault); err != nil {
		t.Fatal(err)
	}
	for line, n := range tries {
		if n != 2 {
			t.Fatalf("%s was tried %d times", line, n)
		}
	}
	if s := d.state(b); s.State != rows.Review || s.Counts.Of(rows.Wrong) != count || len(tries) != count {
		t.Errorf("%s, %v", s.State, s.Counts)
	}
}

// TestListCutOff: a list that a crash left half stored is given up at once, and its requester may begin another.
func TestListCutOff(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := rows.Bulk{ID: "half", Tenant: tenant, Requester: alice, State: rows.Reading, Revision: 1, Rows: 9, Created: d.now()}
	d.update(func(tx provision.Tx) error {
		rows.Write(tx, b)
		rows.Put(tx, tenant, b.ID, rows.Row{}, rows.Row{N: 1, Line: "x", State: rows.New})
		return nil
	})
	if _, err := d.work(b, reads); err != nil {
		t.Fatal(err)
	}
	if s := d.state(b); s.State != rows.Left || s.Why.ID != "bulk.cut-off" || s.Counts.Of(rows.Stopped) != 1 {
		t.Errorf("%s, %v, %v", s.State, s.Why, s.Counts)
	}
	d.sent("dana1@example.com")
}

// TestListCutOffAnywhere: whichever commit of storing a list is the last one of its process, the next one gives the
// list up or checks it, and its requester may send another.
func TestListCutOffAnywhere(t *testing.T) {
	t.Parallel()
	lines := make([]string, 600)
	for i := range lines {
		lines[i] = fmt.Sprintf("person%d@example.com", i)
	}
	for n := range 8 {
		d := newDesk(t)
		whole := d.Core
		d.Core = d.open(&dying{Store: d.store, after: n, err: errors.New("the process dies")})
		_, cut := d.BeginBulk(t.Context(), tenant, alice, lines)
		d.Core = whole // the next process, with ids of its own
		for range 20 {
			whole.NewID()
		}
		s, err := d.NewestBulk(t.Context(), tenant, alice)
		if n == 0 && provision.KindOf(err) == provision.NotFound {
			continue
		}
		if err != nil {
			t.Fatalf("after %d commits: %v", n, err)
		}
		if _, err := d.work(s.Bulk, failing); err != nil {
			t.Fatalf("after %d commits: %v", n, err)
		}
		switch now := d.state(s.Bulk); {
		case cut == nil && now.State == rows.Review:
			d.decide(s.Bulk, bulk.Leave)
		case cut == nil || now.State != rows.Left || now.Why.ID != "bulk.cut-off":
			t.Fatalf("after %d commits: %v, %s, %v", n, cut, now.State, now.Why)
		}
		d.sent("dana1@example.com")
	}
}

// TestListsByAClockThatWasAhead: lists of a clock that was ahead stay in their order, hide none that is begun after it
// was set right, and hold nothing for longer than others.
func TestListsByAClockThatWasAhead(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.advance(40 * 24 * time.Hour)
	first := d.sent("dana1@example.com")
	if _, err := d.work(first, reads); err != nil {
		t.Fatal(err)
	}
	d.decide(first, bulk.Leave)
	d.advance(time.Hour)
	second := d.sent("dana1@example.com")
	if _, err := d.work(second, reads); err != nil {
		t.Fatal(err)
	}
	d.clock.Store(0)
	for _, b := range []rows.Bulk{second, first} {
		if _, err := d.work(b, reads); err != nil {
			t.Fatal(err)
		}
	}
	newest := func(want rows.Bulk) {
		t.Helper()
		if s, err := d.NewestBulk(t.Context(), tenant, alice); err != nil || s.ID != want.ID {
			t.Errorf("the newest list is %s, %v; want %s", s.ID, err, want.ID)
		}
	}
	newest(second)
	d.advance(25 * time.Hour)
	if _, err := d.work(second, reads); err != nil {
		t.Fatal(err)
	}
	if s := d.state(second); s.State != rows.Left {
		t.Errorf("a day later the list is %s", s.State)
	}
	newest(d.sent("erin2@example.com"))
}

// TestListBegunBesideOneAhead: it is the newest also where nothing else has set the clock right.
func TestListBegunBesideOneAhead(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.advance(40 * 24 * time.Hour)
	old := d.sent("dana1@example.com")
	d.decide(old, bulk.Leave)
	d.clock.Store(0)
	b := d.sent("erin2@example.com")
	if s, err := d.NewestBulk(t.Context(), tenant, alice); err != nil || s.ID != b.ID {
		t.Errorf("the newest list is %s, %v; want %s", s.ID, err, b.ID)
	}
}

// asked is a list of two rows that wait for the boss.
func (d *desk) asked() rows.Bulk {
	d.t.Helper()
	manager := provision.Person{ID: boss.ID, DisplayName: boss.Name, Enabled: true}
	d.ms.change(func(m *microsoft) {
		m.managers[dana], m.managers[erin] = manager, manager
	})
	d.update(func(tx provision.Tx) error {
		record.Save(tx, record.TableAccessPolicies, string(tenant), provision.AccessPolicy{
			Approvals: []provision.ApprovalRule{{By: provision.ByManager}}})
		return nil
	})
	b := d.sent("dana1@example.com", "erin2@example.com")
	if _, err := d.work(b, reads); err != nil {
		d.fails("check", err)
	}
	d.decide(b, bulk.Go)
	if _, err := d.work(b, reads); err != nil {
		d.fails("ask", err)
	}
	if c := d.state(b).Counts; c.Of(rows.Asked) != 2 {
		d.t.Fatalf("asked: %v", c)
	}
	return b
}

// approveAll has the boss approve both rows.
func (d *desk) approveAll(b rows.Bulk) {
	d.t.Helper()
	waits, err := d.BulkToApprove(d.t.Context(), tenant, boss, b.ID, 9)
	if err != nil || len(waits.Orders) != 2 {
		d.t.Fatalf("%v, %v", waits.Orders, err)
	}
	for _, o := range waits.Orders {
		approve := provision.Decision{Kind: provision.Approve}
		if _, err := d.Decide(d.t.Context(), tenant, boss, o.ID, o.Approval.Revision, approve); err != nil {
			d.fails("approve", err)
		}
	}
}

// spoil makes the order of a row unreadable.
func (d *desk) spoil(b rows.Bulk, n int) {
	d.t.Helper()
	d.update(func(tx provision.Tx) error {
		r, err := rows.ReadRow(tx, tenant, b.ID, n)
		tx.Put(record.TableOrders, record.Key(tenant, string(r.Order)), []byte("1{"))
		return err
	})
}

// TestListWithABrokenOrder: an approved row at which Calltab fails is passed by with a reference.
func TestListWithABrokenOrder(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.asked()
	d.approveAll(b)
	d.spoil(b, 1)
	if _, err := d.work(b, reads); err != nil {
		t.Fatal(err)
	}
	s := d.state(b)
	if s.Counts.Of(rows.Working) != 1 || len(s.Failed) != 1 || s.Failed[0].N != 1 || s.Failed[0].Why.ID != "bulk.broken" {
		t.Errorf("%v, %+v", s.Counts, s.Failed)
	}
}

// TestStoppedListWithABrokenOrder: a row whose order cannot be read does not keep a stopped list from letting go what
// the others hold, nor its approver from deciding about others.
func TestStoppedListWithABrokenOrder(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.asked()
	d.spoil(b, 1)
	waits, err := d.BulkToApprove(t.Context(), tenant, boss, b.ID, 9)
	if err != nil || len(waits.Orders) != 1 {
		t.Errorf("%d orders wait, %v", len(waits.Orders), err)
	}
	d.decide(b, bulk.Stop)
	if _, err := d.work(b, reads); err != nil {
		t.Fatal(err)
	}
	if c := d.state(b).Counts; c.Of(rows.Stopped) != 1 || c.Of(rows.Failed) != 1 {
		t.Errorf("%v", c)
	}
}

// TestListWithAStrayOrder: a row whose order is somewhere else than the row has it follows the order. Nothing is begun or
// cancelled for it, and the list ends.
func TestListWithAStrayOrder(t *testing.T) {
	t.Parallel()
	stray := func(d *desk, b rows.Bulk, to provision.OrderState) {
		d.update(func(tx provision.Tx) error {
			r, err := rows.ReadRow(tx, tenant, b.ID, 1)
			if err != nil {
				return err
			}
			o, err := d.OrderIn(tx, tenant, r.Order)
			o.State, o.Bulk.Held = to, false
			record.Save(tx, record.TableOrders, record.Key(tenant, string(r.Order)), o)
			return err
		})
	}
	t.Run("approved", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t)
		b := d.asked()
		d.approveAll(b)
		stray(d, b, provision.Waiting)
		if _, err := d.work(b, reads); err != nil {
			t.Fatal(err)
		}
		if c := d.state(b).Counts; c.Of(rows.Waiting) != 1 || c.Of(rows.Working) != 1 {
			t.Errorf("%v", c)
		}
	})
	t.Run("stopped", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t)
		b := d.asked()
		stray(d, b, provision.Running)
		d.decide(b, bulk.Stop)
		if _, err := d.work(b, reads); err != nil {
			t.Fatal(err)
		}
		if c := d.state(b).Counts; c.Of(rows.Working) != 1 || c.Of(rows.Failed) != 1 {
			t.Errorf("%v", c)
		}
	})
}
