package provision_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/core"
	"calltab/internal/provision/result"
)

// TestSaveTwice: by a second press, and by two at once, an order is saved once.
func TestSaveTwice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := d.full(dana, "+12065550110")
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			got, err := d.Save(t.Context(), tenant, alice, s.Order.ID, s.Order.Revision, "")
			if err != nil || got.Order.State != provision.Approved || len(got.Order.Work) != 6 {
				t.Errorf("%+v, %v", got.Order, err)
			}
		})
	}
	wg.Wait()
	if got := d.save(s); got.Order.Revision != s.Order.Revision+1 || got.Order.Notice.ID != "" {
		t.Errorf("%+v", got.Order)
	}
	if n := d.events(provision.OrderSubmitted); n != 1 {
		t.Errorf("submitted %d times", n)
	}
	if _, err := d.Cancel(t.Context(), tenant, alice, s.Order.ID); provision.KindOf(err) != provision.Conflict {
		t.Errorf("cancelled: %v", err)
	}
}

// events counts links of the audit chain, which is checked on the way.
func (d *desk) events(e provision.Event) (n int) {
	d.t.Helper()
	all, err := d.Audit(d.t.Context(), tenant)
	if err != nil {
		d.fails("audit", err)
	}
	for _, l := range all {
		if l.Event == e {
			n++
		}
	}
	return n
}

// TestTwoOrdersForOnePerson: the second one is refused with the first one's name, and lets its number go.
func TestTwoOrdersForOnePerson(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first, second := d.full(dana, "+12065550110"), d.fullBy(bruno, dana, "+12065550111")
	third := d.fullBy(clara, dana, "+12065550112")
	d.save(first)
	second = d.save(second)
	d.at(second, provision.FormRefused, "")
	if r := second.Order.Reasons; len(r) != 1 || r[0].Rule != provision.HasOrder || r[0].Args["order"] != string(first.Order.ID) {
		t.Errorf("reasons %v", r)
	}
	if n := d.record("+12065550111"); n.State != provision.Free {
		t.Errorf("its number is %s", n.State)
	}
	var wg sync.WaitGroup
	results := make([]provision.Sheet, 2)
	for i, s := range []provision.Sheet{d.full(erin, "+12065550120"), d.full(erin, "+12065550121")} {
		wg.Go(func() {
			var err error
			if results[i], err = d.Save(t.Context(), tenant, alice, s.Order.ID, s.Order.Revision, ""); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if a, b := results[0].Order.State, results[1].Order.State; (a == provision.Approved) == (b == provision.Approved) {
		t.Errorf("two at once: %s and %s", a, b)
	}

	// It is free again once the first one has failed.
	d.update(func(tx provision.Tx) error {
		o, err := d.OrderIn(tx, tenant, first.Order.ID)
		if err != nil {
			return err
		}
		return d.Fail(tx, &o, provision.Say("assign-refused"), result.Loss{})
	})
	if got := d.save(third); got.Order.State != provision.Approved {
		t.Errorf("after the first one failed: %s", got.Order.State)
	}
}

// TestManyOnFew has 64 drafts snatch at five numbers at once, several times each.
func TestManyOnFew(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	drafts := make([]provision.Sheet, 64)
	d.ms.change(func(m *microsoft) {
		for i := range drafts {
			p := m.people[0]
			p.ID, p.UPN = user(100+i), fmt.Sprint("p", i, "@example.com")
			m.people = append(m.people, p)
		}
	})
	for i := range drafts {
		by := []provision.Actor{alice, bruno}[i%2] // each may have fifty
		s := d.begin(provision.Request{Requester: by, User: user(100 + i), Location: "seattle", Plan: "metered"})
		drafts[i] = d.answer(s, another(formNumber))
	}
	var wg sync.WaitGroup
	for i, s := range drafts {
		wg.Go(func() {
			for try := range 5 {
				n := number("+12065550110", (i+try)%5)
				got, err := d.Answer(t.Context(), tenant, s.Order.Requester, s.Order.ID, s.Order.Revision, provision.Answer{Number: n})
				if err != nil {
					t.Error(err)
					return
				}
				s = got
				if got.Order.Form == formReview {
					if i%2 == 0 {
						s, err = d.Save(t.Context(), tenant, s.Order.Requester, s.Order.ID, s.Order.Revision, "")
					}
					if err != nil {
						t.Error(err)
					}
					return
				}
				if got.Order.Notice.ID != "number-taken" || got.Order.Number != "" {
					t.Errorf("neither held nor taken: %+v", got.Order)
				}
			}
		})
	}
	wg.Wait()
	holders := map[provision.E164][]provision.OrderID{}
	for _, s := range drafts {
		if o := d.sheet(s.Order.ID).Order; o.Number != "" {
			holders[o.Number] = append(holders[o.Number], o.ID)
		}
	}
	if len(holders) != 5 {
		t.Errorf("of five numbers %d are held", len(holders))
	}
	for n, by := range holders {
		if got := d.record(n); len(by) != 1 || got.State != provision.Held || got.Order != by[0] {
			t.Errorf("%s is held by %v, and says %+v", n, by, got)
		}
	}
	if n := d.events(provision.NumberHeld); n != 5 {
		t.Errorf("held %d times", n)
	}
}

func TestCancelTwice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := d.full(dana, "+12065550110")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if got, err := d.Cancel(t.Context(), tenant, alice, s.Order.ID); err != nil || got.Order.State != provision.Cancelled {
				t.Errorf("%s, %v", got.Order.State, err)
			}
		})
	}
	wg.Wait()
	if d.record("+12065550110").State != provision.Free || d.events(provision.OrderCancelled) != 1 {
		t.Error("not cancelled once")
	}
	if got := d.save(s); got.Order.State != provision.Cancelled {
		t.Errorf("saved afterwards: %s", got.Order.State)
	}
}

// interrupted lets another user in between a service's reads and its first commit.
type interrupted struct {
	provision.Store
	first *sync.Once
	by    func()
}

func (i interrupted) Update(ctx context.Context, f func(provision.Tx) error) error {
	i.first.Do(i.by)
	return i.Store.Update(ctx, f)
}

// TestOvertaken: what was current when it was read and is not when it is written changes nothing.
func TestOvertaken(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]func(s *core.Core, o provision.Order) (provision.Sheet, error){
		"answer": func(s *core.Core, o provision.Order) (provision.Sheet, error) {
			return s.Answer(t.Context(), tenant, alice, o.ID, o.Revision, provision.Answer{Number: "+12065550111"})
		},
		"save": func(s *core.Core, o provision.Order) (provision.Sheet, error) {
			return s.Save(t.Context(), tenant, alice, o.ID, o.Revision, "")
		},
	} {
		d := newDesk(t)
		s := d.full(dana, "+12065550110")
		now := s
		if name == "answer" {
			s = d.answer(s, back)
		}
		other := d.open(interrupted{d.store, new(sync.Once), func() {
			if now = s; name == "answer" {
				now = d.answer(now, provision.Answer{Number: "+12065550112"})
				return
			}
			for range 2 {
				now = d.answer(now, back)
			}
			now = d.answer(now, provision.Answer{Plan: "unlimited"}) // at its review again
		}})
		got, err := do(other, s.Order)
		if err != nil || got.Order.Notice.ID != "card-was-old" || got.Order.Revision != now.Order.Revision || got.Order.State != provision.Draft {
			t.Errorf("%s: %+v, %v", name, got.Order, err)
		}
		if after := d.sheet(s.Order.ID).Order; after.Revision != now.Order.Revision || after.Number != now.Order.Number {
			t.Errorf("%s: it changed to %+v", name, after)
		}
	}
}

// TestFailedTwice: an order that ends again does not let go of what another person has by now.
func TestFailedTwice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := d.save(d.full(dana, "+12065550110"))
	fail := func() {
		d.update(func(tx provision.Tx) error {
			o, err := d.OrderIn(tx, tenant, s.Order.ID)
			if err == nil {
				err = d.Fail(tx, &o, provision.Say("assign-refused"), result.Loss{})
			}
			return err
		})
	}
	fail()
	next := d.full(erin, "+12065550110")
	fail()
	if n := d.record("+12065550110"); n.State != provision.Held || n.Order != next.Order.ID {
		t.Errorf("the number is %+v", n)
	}
}
