package provision_test

import (
	"testing"
	"time"

	"calltab/internal/provision"
)

// TestOneLiveOrder: no road makes a second live order for a person, and a newer order takes the phone from an older one.
func TestOneLiveOrder(t *testing.T) {
	t.Parallel()
	live := []provision.OrderState{provision.Pending, provision.Approved, provision.Running, provision.Waiting, provision.Parked}
	still := []provision.OrderState{provision.Draft, provision.Done, provision.Rejected, provision.Cancelled, provision.Expired, provision.Failed}
	for _, first := range append(live, still...) {
		for _, from := range still {
			for _, to := range live {
				d := quickDesk(t)
				a := provision.Order{ID: "a", Tenant: tenant, Kind: provision.Add, State: first, OrderWish: provision.OrderWish{Person: provision.Person{ID: dana}}, OrderTimes: provision.OrderTimes{Created: time.Now()}}
				b := provision.Order{ID: "b", Tenant: tenant, Kind: provision.ChangePlan, State: from, OrderWish: provision.OrderWish{Person: provision.Person{ID: dana}}, OrderTimes: provision.OrderTimes{Created: time.Now()}}
				write := func(o provision.Order) error {
					return d.Store.Update(t.Context(), func(tx provision.Tx) error {
						return d.Write(tx, &o, provision.OrderChanged, "", "")
					})
				}
				if err := write(a); err != nil {
					t.Fatal(err)
				}
				if err := write(b); err != nil {
					t.Fatal(err)
				}
				b.State = to
				err := write(b)
				said, _ := provision.SayOf(err)
				if refused := said.ID == "other-order-live"; refused != first.Live() {
					t.Errorf("%s beside %s becomes %s: %v", from, first, to, err)
				}
			}
		}
	}
}

// TestBehindNewer: an order that an older program woke after a newer one gave the phone ends without touching it.
func TestBehindNewer(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	second := number(first, 1)
	old := d.given()
	newer := d.carry(d.order(provision.ChangeNumber, second, ""))
	before, numbers := d.subscriber(dana), []provision.Number{d.record(first), d.record(second)}
	d.update(func(tx provision.Tx) error {
		o, err := d.OrderIn(tx, tenant, old.ID)
		if err != nil {
			return err
		}
		return d.Park(tx, &o, provision.Halt{Job: provision.JobWatch, Step: "watch-readiness"}, provision.Say("never-ready"))
	})
	old = d.sheet(old.ID).Order
	_, err := d.Resolve(t.Context(), tenant, alice, old.ID, old.Revision, provision.TryAgain, "")
	if said, _ := provision.SayOf(err); said.ID != "order-overtaken" {
		t.Errorf("trying again says %v", err)
	}
	d.ms.change(func(m *microsoft) {
		m.voices[dana] = provision.Voice{Found: true, AccountType: "user", Numbers: []provision.E164{second}}
	})
	if _, err := d.Resolve(t.Context(), tenant, alice, old.ID, old.Revision, provision.LeaveAsIs, "never mind"); err != nil {
		t.Fatal(err)
	}
	if got := d.subscriber(dana); got != before || got.Order != newer.ID {
		t.Errorf("the phone is %+v, was %+v", got, before)
	}
	if got := []provision.Number{d.record(first), d.record(second)}; got[0] != numbers[0] || got[1] != numbers[1] {
		t.Errorf("the numbers are %+v, were %+v", got, numbers)
	}
	if o := d.sheet(old.ID).Order; o.State != provision.Done || !o.Past {
		t.Errorf("it is %s", o.State)
	}
	_, err = d.Seen(t.Context(), tenant, provision.Actor{ID: dana}, old.ID, false)
	if said, _ := provision.SayOf(err); said.ID != "phone-superseded" {
		t.Errorf("the old card says %v", err)
	}
}
