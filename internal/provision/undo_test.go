package provision_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/order"
	"calltab/internal/provision/result"
)

const (
	first, other = "+12065550100", "+12065550101" // of Seattle
	eastern      = "+16175550100"                 // of Boston
)

// office is what the tests of this file have: two locations of one country, and one of another.
func office() planned {
	boston := provision.Location{ID: "boston", Name: "Boston", Country: "US", TimeZone: "America/New_York"}
	return planned{sites: append(slices.Clone(sites), boston), plans: tariffs}.numbers("seattle", first, 4).numbers("boston", eastern, 2)
}

// carry has an order done, as the work on it would.
func (d *desk) carry(s provision.Sheet) provision.Order {
	d.t.Helper()
	var o provision.Order
	if s = d.save(s); s.Order.State != provision.Approved {
		d.t.Fatalf("saved as %s at %s: %v", s.Order.State, s.Order.Form, s.Order.Reasons)
	}
	d.update(func(tx provision.Tx) (err error) {
		if o, err = d.OrderIn(tx, tenant, s.Order.ID); err != nil {
			return err
		}
		if o.Kind.Ends() {
			err = d.End(tx, &o, false)
		} else if err = d.Assign(tx, &o); err == nil && o.Had.Number != "" && o.Had.Number != o.Number {
			err = d.Rest(tx, &o, o.Had.Number, false)
		}
		if err != nil {
			return err
		}
		o.State = provision.Done
		return d.Write(tx, &o, provision.OrderDone, "", "")
	})
	d.advance(time.Minute)
	return o
}

// order begins an order of a kind for Dana.
func (d *desk) order(k provision.OrderKind, n provision.E164, p provision.PlanID) provision.Sheet {
	d.t.Helper()
	return d.begin(provision.Request{Kind: k, User: dana, Number: n, Plan: p})
}

// given is Dana's phone.
func (d *desk) given() provision.Order { return d.carry(d.order(provision.Add, first, "metered")) }

// fail ends a saved order as failed.
func (d *desk) fail(s provision.Sheet, lost result.Loss) provision.Order {
	d.t.Helper()
	s = d.save(s)
	d.update(func(tx provision.Tx) error {
		o, err := d.OrderIn(tx, tenant, s.Order.ID)
		if err != nil {
			return err
		}
		return d.Fail(tx, &o, provision.Say("assign-refused"), lost)
	})
	return d.sheet(s.Order.ID).Order
}

// undone takes an order back.
func (d *desk) undone(o provision.Order) provision.Order {
	d.t.Helper()
	s, err := d.Undo(d.t.Context(), tenant, alice, o.ID)
	if err != nil {
		d.fails("undo", err)
	}
	return d.carry(s)
}

// without applies the organisation without some of its numbers, locations and plans.
func (d *desk) without(p planned) {
	d.t.Helper()
	if told, err := d.apply(d.Core, p, false); err != nil {
		d.t.Fatalf("%q, %v", told, err)
	}
}

// TestUndoRefused: where the world has moved on, taking an order back is refused with every reason.
func TestUndoRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		arrange func(d *desk) provision.Order
		want    string // a message, or the rules of a draft that is refused; empty: it stands at its review
	}{
		"a new phone": {(*desk).given, ""},
		"another plan": {func(d *desk) provision.Order {
			d.given()
			return d.carry(d.order(provision.ChangePlan, "", "unlimited"))
		}, ""},
		"another number":          {func(d *desk) provision.Order { d.given(); return d.carry(d.order(provision.ChangeNumber, other, "")) }, ""},
		"a move":                  {func(d *desk) provision.Order { d.given(); return d.carry(d.order(provision.Move, eastern, "")) }, ""},
		"a release":               {func(d *desk) provision.Order { d.given(); return d.carry(d.order(provision.Release, "", "")) }, ""},
		"a removal":               {func(d *desk) provision.Order { d.given(); return d.carry(d.order(provision.Remove, "", "")) }, ""},
		"what took an order back": {func(d *desk) provision.Order { return d.undone(d.given()) }, ""},
		"an order before one that was taken back": {func(d *desk) provision.Order {
			o := d.given()
			d.undone(d.carry(d.order(provision.ChangePlan, "", "unlimited")))
			return o
		}, ""},
		"a number that is free again": {func(d *desk) provision.Order {
			d.given()
			o := d.carry(d.order(provision.Release, "", ""))
			if err := d.FreeNow(d.t.Context(), tenant, alice, first); err != nil {
				d.fails("free", err)
			}
			return o
		}, ""},

		"a draft": {func(d *desk) provision.Order { return d.order(provision.Add, first, "metered").Order }, "undo-order-never"},
		"at work": {func(d *desk) provision.Order { return d.save(d.order(provision.Add, first, "metered")).Order }, "undo-order-running"},
		"stopped": {func(d *desk) provision.Order { return d.park(dana, first) }, "undo-order-parked"},
		"left as it is, which changed nothing": {func(d *desk) provision.Order {
			o := d.park(dana, first)
			if _, err := d.Resolve(d.t.Context(), tenant, alice, o.ID, o.Revision, provision.LeaveAsIs, "not now"); err != nil {
				d.fails("leave", err)
			}
			return d.sheet(o.ID).Order
		}, "undo-no-change"},
		"failed": {func(d *desk) provision.Order {
			return d.fail(d.order(provision.Add, first, "metered"), result.Loss{})
		}, "undo-order-failed"},
		"cancelled": {func(d *desk) provision.Order {
			s, err := d.Cancel(d.t.Context(), tenant, alice, d.order(provision.Add, first, "metered").Order.ID)
			if err != nil {
				d.fails("cancel", err)
			}
			return s.Order
		}, "undo-order-never"},
		"twice": {func(d *desk) provision.Order {
			o := d.given()
			d.undone(o)
			return o
		}, "undo-already"},
		"the end of an import": {func(d *desk) provision.Order {
			d.imported(dana, "seattle")
			return d.carry(d.order(provision.Remove, "", ""))
		}, "undo-import"},
		"no plan before": {func(d *desk) provision.Order {
			d.given()
			o := d.carry(d.order(provision.ChangePlan, "", "unlimited"))
			d.update(func(tx provision.Tx) error {
				o.Had.Plan = ""
				return d.Write(tx, &o, provision.OrderProgress, "", "")
			})
			return o
		}, "undo-no-plan"},
		"a person who has left": {func(d *desk) provision.Order {
			d.given()
			o := d.carry(d.order(provision.ChangePlan, "", "unlimited"))
			d.ms.change(func(m *microsoft) { m.people = m.people[1:] })
			return o
		}, "undo-person-gone"},
		"a new phone of a person who has left": {func(d *desk) provision.Order {
			o := d.given()
			d.ms.change(func(m *microsoft) { m.people = m.people[1:] })
			return o
		}, ""},

		"a newer order": {func(d *desk) provision.Order {
			o := d.given()
			d.carry(d.order(provision.ChangePlan, "", "unlimited"))
			return o
		}, "undo-overtaken"},
		"a newer phone": {func(d *desk) provision.Order {
			d.given()
			o := d.carry(d.order(provision.Remove, "", ""))
			d.carry(d.order(provision.Add, other, "metered"))
			return o
		}, "undo-overtaken"},
		"an older round": {func(d *desk) provision.Order {
			o := d.given()
			d.carry(d.order(provision.Release, "", ""))
			d.carry(d.order(provision.Add, other, "metered"))
			return o
		}, "undo-overtaken"},
		"a phone that was lost": {func(d *desk) provision.Order {
			o := d.given()
			d.fail(d.order(provision.ChangePlan, "", "unlimited"), result.Loss{Had: true})
			return o
		}, "undo-differs"},
		"another number from Microsoft": {func(d *desk) provision.Order {
			o := d.given()
			d.ms.voices[dana] = provision.Voice{Found: true, AccountType: "user", Numbers: []provision.E164{"+12065550160"}}
			return o
		}, "undo-differs"},
		"another order at work": {func(d *desk) provision.Order {
			o := d.given()
			d.save(d.order(provision.ChangePlan, "", "unlimited"))
			return o
		}, "has-order"},
		"a number that somebody is choosing": {func(d *desk) provision.Order {
			d.given()
			o := d.carry(d.order(provision.Release, "", ""))
			if err := d.FreeNow(d.t.Context(), tenant, alice, first); err != nil {
				d.fails("free", err)
			}
			d.full(erin, first)
			return o
		}, "undo-number-used"},
		"a number that rests after somebody else": {func(d *desk) provision.Order {
			d.given()
			o := d.carry(d.order(provision.ChangeNumber, other, ""))
			if err := d.FreeNow(d.t.Context(), tenant, alice, first); err != nil {
				d.fails("free", err)
			}
			d.carry(d.full(erin, first))
			d.carry(d.begin(provision.Request{Kind: provision.Release, User: erin}))
			return o
		}, "undo-number-used"},
		"a blocked number": {func(d *desk) provision.Order {
			d.given()
			o := d.carry(d.order(provision.Release, "", ""))
			if err := d.FreeNow(d.t.Context(), tenant, alice, first); err != nil {
				d.fails("free", err)
			}
			if err := d.Block(d.t.Context(), tenant, alice, first); err != nil {
				d.fails("block", err)
			}
			return o
		}, "undo-number-blocked"},
		"a number that is gone": {func(d *desk) provision.Order {
			d.given()
			o := d.carry(d.order(provision.ChangeNumber, other, ""))
			if err := d.FreeNow(d.t.Context(), tenant, alice, first); err != nil {
				d.fails("free", err)
			}
			d.without(planned{sites: office().sites, plans: tariffs}.numbers("seattle", other, 3).numbers("boston", eastern, 2))
			return o
		}, "undo-number-gone"},
		"a location that is gone": {func(d *desk) provision.Order {
			d.given()
			o := d.carry(d.order(provision.Move, eastern, ""))
			if err := d.FreeNow(d.t.Context(), tenant, alice, first); err != nil {
				d.fails("free", err)
			}
			d.without(planned{sites: office().sites[2:], plans: tariffs}.numbers("boston", eastern, 2))
			return o
		}, "undo-location-gone"},
		"a plan that is gone": {func(d *desk) provision.Order {
			d.given()
			o := d.carry(d.order(provision.ChangePlan, "", "unlimited"))
			p := office()
			p.plans = tariffs[1:]
			d.without(p)
			return o
		}, "undo-plan-gone"},
		"no licence any more": {func(d *desk) provision.Order {
			d.given()
			o := d.carry(d.order(provision.Release, "", ""))
			d.ms.change(func(m *microsoft) { m.people[0].Plans = m.people[0].Plans[:1] })
			return o
		}, "no-phone-licence"},
		"another country": {func(d *desk) provision.Order {
			d.given()
			o := d.carry(d.order(provision.Release, "", ""))
			d.ms.change(func(m *microsoft) { m.people[0].UsageLocation = "GB" })
			return o
		}, "other-country"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := quickDesk(t)
			d.without(office())
			o := c.arrange(d)
			s, err := d.Undo(t.Context(), tenant, alice, o.ID)
			said, _ := provision.SayOf(err)
			var rules []string
			for _, r := range s.Order.Reasons {
				rules = append(rules, string(r.Rule))
			}
			if got := said.ID + strings.Join(rules, " "); got != c.want {
				t.Fatalf("against it stands %q, want %q (%v)", got, c.want, err)
			}
			want := formReview
			if len(rules) > 0 {
				want = provision.FormRefused
			}
			if err != nil {
				return
			}
			d.at(s, want, "")
			again := d.answer(s, provision.Answer{Back: true})
			d.at(again, want, "card-was-old") // there is nothing to go back to
			if want == provision.FormRefused {
				again = d.answer(s, provision.Answer{Recheck: true})
				d.at(again, want, "")
			}
		})
	}
}

// TestUndoOvertakenAtReview: what moves on while a draft stands at its review is seen when it is saved.
func TestUndoOvertakenAtReview(t *testing.T) {
	t.Parallel()
	d := quickDesk(t)
	d.without(office())
	o := d.given()
	s, err := d.UndoLast(t.Context(), tenant, bruno, dana)
	if err != nil || s.Order.Undoes != o.ID || s.Order.Kind != provision.Remove {
		t.Fatalf("%+v, %v", s.Order, err)
	}
	plan := d.carry(d.order(provision.ChangePlan, "", "unlimited"))
	got := d.save(s)
	d.at(got, provision.FormRefused, "")
	if r := got.Order.Reasons; len(r) != 1 || r[0].Rule != order.UndoOvertaken || r[0].Args["order"] != string(plan.ID) {
		t.Errorf("reasons %v", r)
	}
	d.undone(plan)
	got = d.answer(got, provision.Answer{Recheck: true})
	d.at(got, formReview, "")
	if end := d.carry(got); d.sheet(o.ID).Order.UndoneBy != end.ID {
		t.Errorf("it was undone by %q", d.sheet(o.ID).Order.UndoneBy)
	}
	var noted bool
	for _, e := range d.trail() {
		noted = noted || e.Event == provision.OrderStarted && e.Note == "review undoes "+string(o.ID)
	}
	if !noted {
		t.Error("the audit trail does not say what it undoes")
	}
}

// TestUndoTwiceAtOnce: of two drafts that give one number back, one holds it.
func TestUndoTwiceAtOnce(t *testing.T) {
	t.Parallel()
	d := quickDesk(t)
	d.without(office())
	d.given()
	o := d.carry(d.order(provision.Release, "", ""))
	rests := d.record(first)
	s, err := d.Undo(t.Context(), tenant, alice, o.ID)
	if err != nil {
		t.Fatal(err)
	}
	late, err := d.Undo(t.Context(), tenant, bruno, o.ID)
	if err != nil || late.Order.Form != provision.FormRefused {
		t.Fatalf("at %s, %v", late.Order.Form, err)
	}
	if v := d.record(first); v.State != provision.Held || v.Order != s.Order.ID {
		t.Errorf("the number is %+v", v)
	}
	if _, err := d.Cancel(t.Context(), tenant, alice, s.Order.ID); err != nil {
		t.Fatal(err)
	}
	if v := d.record(first); v != rests {
		t.Errorf("let go it is %+v, want %+v", v, rests)
	}
	// Nobody else may have it before its time, and nobody by another order.
	for _, who := range []provision.UserID{dana, erin} {
		got := d.begin(provision.Request{User: who, Plan: "metered", Number: first})
		d.at(got, formNumber, "number-taken")
	}
	late, err = d.Answer(t.Context(), tenant, bruno, late.Order.ID, late.Order.Revision, provision.Answer{Recheck: true})
	if err != nil || late.Order.Form != formReview {
		t.Errorf("at %s, %v", late.Order.Form, err)
	}
}
