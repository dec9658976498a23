package fulfil_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"calltab/internal/provision"
	"calltab/internal/provision/storetest"
)

// phone gives the person a phone in peace, and then saves an order of a kind, whose work has not begun.
func (w *world) phone(kind provision.OrderKind) {
	w.t.Helper()
	w.live(w.store)
	if o := w.end(time.Hour); o.State != provision.Done {
		w.t.Fatalf("the first order is %s", o.State)
	}
	w.stop()
	w.open(w.store)
	r := provision.Request{Tenant: tenant, Kind: kind, Requester: alice, User: dana}
	switch kind {
	case provision.ChangePlan:
		r.Plan = "unlimited"
	case provision.ChangeNumber:
		r.Number = second
	}
	sheet, err := w.svc.Begin(w.t.Context(), r)
	if err != nil {
		w.t.Fatal(err)
	}
	sheet, err = w.svc.Save(w.t.Context(), tenant, alice, sheet.Order.ID, sheet.Order.Revision, "")
	if err != nil || sheet.Order.State != provision.Approved {
		w.t.Fatalf("saved as %s at %s, %v", sheet.Order.State, sheet.Order.Form, err)
	}
	w.id = sheet.Order.ID
}

var changes = []provision.OrderKind{provision.ChangePlan, provision.ChangeNumber, provision.Release, provision.Remove}

func (w *world) subscriber() (sub provision.Subscriber, there bool) {
	w.t.Helper()
	err := w.store.View(w.t.Context(), func(tx provision.Tx) (err error) {
		sub, there, err = w.svc.SubscriberIn(tx, tenant, dana)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return sub, there
}

// kept reports what is wrong if the person should have a phone with a number and plan, in the store as at Microsoft.
func (w *world) kept(n provision.E164, plan provision.PlanID, policy string) error {
	v, has, got := w.numberAt(n), w.ms.has(n), w.ms.direct(routing)
	sub, there := w.subscriber()
	if v.State != provision.Assigned || v.User != dana || has != dana || !there || sub.Number != n || sub.Plan != plan || got != policy {
		return fmt.Errorf("%s should be the number and %s the plan, but it is %+v, %q has it, with the policy %q, and the person is %+v", n, plan, v, has, got, sub)
	}
	return nil
}

// back reports what is wrong if a number should be out of everybody's hands.
func (w *world) back(n provision.E164, states ...provision.NumberState) error {
	if v, has := w.numberAt(n), w.ms.has(n); has == dana || !slices.Contains(states, v.State) {
		return fmt.Errorf("%s should be one of %v, but it is %+v and %q has it", n, states, v, has)
	}
	return nil
}

// changed checks what holds after an order on a phone, whatever happened.
func (w *world) changed(kind provision.OrderKind) error {
	var errs []error
	must := func(err error) { errs = append(errs, err) }
	if len(w.ms.foreign) > 0 {
		must(fmt.Errorf("Microsoft was asked to %q", w.ms.foreign))
	}
	switch o := w.read(); o.State {
	case provision.Done:
		if w.ms.gone && !kind.Ends() {
			break // they left after it
		}
		switch kind {
		case provision.ChangePlan:
			must(w.kept(ours, "unlimited", "id of Unlimited Calls"))
		case provision.ChangeNumber:
			must(w.kept(second, "metered", "id of Metered Calls"))
			must(w.back(ours, provision.Cooling))
		default:
			must(w.back(ours, provision.Cooling))
			if sub, there := w.subscriber(); there != (kind == provision.Release) || sub.Number != "" || w.ms.direct(routing) == "id of Metered Calls" && !w.ms.gone {
				must(fmt.Errorf("the person is %+v (%v), with the policy %q", sub, there, w.ms.direct(routing)))
			}
		}
	case provision.Failed:
		if !w.ms.gone {
			must(w.kept(ours, "metered", "id of Metered Calls"))
		}
		must(w.back(second, provision.Free, provision.Blocked))
	case provision.Parked:
		if o.Problem.ID == "" {
			must(errors.New("parked without a word"))
		}
	default:
		must(fmt.Errorf("it stands at %s: %+v", o.State, o.Work))
	}
	_, err := w.svc.Audit(w.t.Context(), tenant)
	return errors.Join(append(errs, err, w.carried())...)
}

// TestChangesInPeace: with nothing in the way each order is done, and a change of number never leaves the person without one.
func TestChangesInPeace(t *testing.T) {
	t.Parallel()
	for _, kind := range changes {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.ms.change(func(m *microsoft) { m.takes, m.delay = time.Minute, 2*time.Minute })
				w.phone(kind)
				w.live(w.store)
				if o := w.end(24 * time.Hour); o.State != provision.Done {
					t.Fatalf("it is %s: %v, %+v", o.State, o.Problem, o.Work)
				}
				if err := w.changed(kind); err != nil {
					t.Error(err)
				}
				if kind != provision.ChangeNumber {
					return
				}
				began := w.read().Submitted
				for at := began; at.Before(began.Add(time.Hour)); at = at.Add(time.Second) {
					if last(w.ms.numbers[ours], at) != string(dana) && last(w.ms.numbers[second], at) != string(dana) {
						t.Fatalf("%v after the change began the person has no number", at.Sub(began))
					}
				}
			})
		})
	}
}

// TestAnyOrdealOfChanges: whatever Microsoft's side does and whenever the program dies, a change ends done, failed with
// everything as it was, or parked with a word.
func TestAnyOrdealOfChanges(t *testing.T) {
	t.Parallel()
	for _, kind := range changes {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			ends := map[provision.OrderState]int{}
			rapid.Check(t, func(rt *rapid.T) {
				o := ordeals.Draw(rt, "ordeal")
				var state provision.OrderState
				var err error
				inWorldOn(t, func(w *world) {
					w.phone(kind)
					o.befall(w)
					w.lives(o.crashes)
					state, err = w.end(30*24*time.Hour).State, w.changed(kind)
				}, func(*testing.T) provision.Store { return storetest.Memory() })
				if err != nil {
					rt.Fatalf("%+v\n%s: %v", o, state, err)
				}
				ends[state]++
			})
			t.Log(ends)
		})
	}
}
