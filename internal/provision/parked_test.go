package provision_test

import (
	"slices"
	"testing"
	"time"

	"calltab/internal/provision"
)

// park saves an order for a person and parks it, as the work on it would.
func (d *desk) park(who provision.UserID, n provision.E164) provision.Order {
	d.t.Helper()
	s := d.save(d.begin(provision.Request{User: who, Plan: "metered", Number: n, Location: "seattle"}))
	d.update(func(tx provision.Tx) error {
		o, err := d.OrderIn(tx, tenant, s.Order.ID)
		if err != nil {
			return err
		}
		return d.Park(tx, &o, provision.Halt{Job: provision.JobAdd, Step: provision.StepAssign}, provision.Say("gave-up"))
	})
	return d.sheet(s.Order.ID).Order
}

// TestParkedOrders lists those that wait for a person, the longest first, until an operator has decided; and what is
// known of them is read again when it has aged.
func TestParkedOrders(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	list := func(limit int) (ids []provision.OrderID) {
		t.Helper()
		all, err := d.Stopped(t.Context(), tenant, alice, limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range all {
			ids = append(ids, o.ID)
		}
		return ids
	}
	first := d.park(erin, "+12065550101")
	d.advance(time.Minute)
	second := d.park(dana, "+12065550102")
	d.advance(time.Minute)
	if got := list(10); !slices.Equal(got, []provision.OrderID{first.ID, second.ID}) {
		t.Errorf("parked are %q", got)
	}
	if got := list(1); !slices.Equal(got, []provision.OrderID{first.ID}) {
		t.Errorf("the first is %q", got)
	}
	var read []time.Time
	for _, pause := range []time.Duration{0, time.Second, 2 * time.Minute} {
		d.advance(pause)
		s, err := d.Open(t.Context(), tenant, alice, first.ID)
		if err != nil {
			t.Fatal(err)
		}
		known := s.Order.Observation
		if len(known.Holders) != 1 || known.Holders[0].HeldBy != provision.HeldByNobody || known.Account != provision.AccountThere || !known.Licensed {
			t.Errorf("known is %+v", known)
		}
		read = append(read, known.At)
	}
	if !read[0].Equal(read[1]) || !read[2].After(read[1]) {
		t.Errorf("it was read at %v", read)
	}
	d.advance(time.Hour)
	d.ms.change(func(m *microsoft) { m.voiceErr = busy })
	if s, err := d.Open(t.Context(), tenant, alice, first.ID); err != nil || !s.Order.Observation.At.Equal(read[2]) {
		t.Errorf("without an answer: %+v, %v", s.Order.Observation, err)
	}
	if got := list(10); len(got) != 2 {
		t.Errorf("after a look, parked are %q", got)
	}
	if _, err := d.Resolve(t.Context(), tenant, alice, first.ID, first.Revision, provision.TryAgain, ""); err != nil {
		t.Fatal(err)
	}
	if got := list(10); !slices.Equal(got, []provision.OrderID{second.ID}) {
		t.Errorf("after a decision, parked are %q", got)
	}
}

// TestHolders: where Microsoft shows a number is told apart by who has it.
func TestHolders(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		arrange func(m *microsoft, target *provision.UserID)
		want    provision.Holder
	}{
		"nobody":  {func(*microsoft, *provision.UserID) {}, provision.Holder{HeldBy: provision.HeldByNobody}},
		"person":  {func(_ *microsoft, target *provision.UserID) { *target = erin }, provision.Holder{HeldBy: provision.HeldByPerson}},
		"other":   {func(_ *microsoft, target *provision.UserID) { *target = dana }, provision.Holder{HeldBy: provision.HeldByOther, User: dana, Name: "Dana Reyes"}},
		"phantom": {func(_ *microsoft, target *provision.UserID) { *target = user(99) }, provision.Holder{HeldBy: provision.HeldByUnknownAccount, User: user(99)}},
		"on the person alone": {func(m *microsoft, _ *provision.UserID) {
			m.voices[erin] = provision.Voice{Found: true, Numbers: []provision.E164{"+12065550101"}}
		}, provision.Holder{HeldBy: provision.HeldByPerson}},
		"the person is gone": {func(m *microsoft, target *provision.UserID) {
			*target = erin
			m.people = slices.DeleteFunc(m.people, func(p provision.Person) bool { return p.ID == erin })
		}, provision.Holder{HeldBy: provision.HeldByUnknownAccount, User: erin}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			o := d.park(erin, "+12065550101")
			d.ms.change(func(m *microsoft) {
				var target provision.UserID
				c.arrange(m, &target)
				m.targets = map[provision.E164]provision.UserID{"+12065550101": target}
			})
			s, err := d.Open(t.Context(), tenant, alice, o.ID)
			if err != nil {
				t.Fatal(err)
			}
			c.want.Number = "+12065550101"
			if got := s.Order.Observation; len(got.Holders) != 1 || got.Holders[0] != c.want || (got.Account == provision.AccountGone) != (name == "the person is gone") {
				t.Errorf("known is %+v, want %+v", got, c.want)
			}
		})
	}
}
