package fulfil_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"calltab/internal/provision"
	"calltab/internal/provision/storetest"
)

// TestUndoAnyRuling: an order that takes another one back may stop, and whatever a person decides then, the records say afterwards what
// Microsoft shows; that the other one is undone they say only where it is so.
func TestUndoAnyRuling(t *testing.T) {
	t.Parallel()
	ends := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		kind := rapid.SampledFrom(undoKinds).Draw(rt, "kind")
		resolution := rapid.SampledFrom([]provision.Resolution{provision.TryAgain, provision.TakeBack, provision.LeaveAsIs}).Draw(rt, "resolution")
		method := rapid.SampledFrom([]string{"assign", "unassign", "assign-policy", "unassign-policy"}).Draw(rt, "what is forbidden")
		holder := rapid.SampledFrom([]string{"as it is", "dana", "somebody", "nobody"}).Draw(rt, "who has the number by then")
		own := rapid.Bool().Draw(rt, "policies of their own")
		var err error
		inWorldOn(t, func(w *world) {
			w.history(kind, own, func(before, after phase, first provision.Order) {
				w.save(w.svc.UndoLast(w.t.Context(), tenant, alice, dana))
				w.ms.change(func(m *microsoft) { m.fates[method] = []fate{{err: forbidden, forever: true}} })
				w.live(w.store)
				o := w.end(48 * time.Hour)
				if o.State != provision.Parked {
					return
				}
				w.ms.change(func(m *microsoft) {
					delete(m.fates, method)
					if to, ok := map[string]provision.UserID{"dana": dana, "somebody": other, "nobody": ""}[holder]; ok {
						m.give(o.Number, to)
					}
				})
				time.Sleep(time.Hour)
				var state provision.OrderState
				state, err = w.ruled(o, resolution)
				ends[string(resolution)+" "+string(state)]++
				w.id = first.ID
				by, is := w.read().UndoneBy, w.now().Subscriber
				if want := before.Subscriber; (by != "" || state == provision.Done && resolution != provision.LeaveAsIs) && is != want {
					err = errors.Join(err, fmt.Errorf("it was undone by %q, and the person is %q, was %q", by, is, want))
				}
				for i, n := range w.now().Numbers {
					if after.Numbers[i] == "cooling "+string(dana) && n == "free " {
						err = errors.Join(err, errors.New("a number does not rest any more that nobody took"))
					}
				}
				if state == provision.Failed && by != "" {
					err = errors.Join(err, fmt.Errorf("it failed, and the order is undone by %q", by))
				}
			})
		}, func(*testing.T) provision.Store { return storetest.Memory() })
		if err != nil {
			rt.Fatalf("%s, after %s with the number on %q: %v", kind, resolution, holder, err)
		}
	})
	t.Log(ends)
}

// TestUndoSlowly: where Microsoft does not answer in time the draft waits, and goes on by itself; where it never does, the form asks
// again, for the same person and nobody else.
func TestUndoSlowly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fates []fate
		form  provision.Form
		rule  provision.Rule
	}{
		"late":  {times(3, fate{err: lost}), provision.FormReview, ""},
		"never": {always(lost), provision.FormPerson, ""},
		"gone":  {append(times(2, fate{err: lost}), always(unknown)...), provision.FormRefused, provision.AccountMissing},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.history(provision.ChangePlan, false, func(_, _ phase, first provision.Order) {
					w.ms.change(func(m *microsoft) { m.fates["person"] = c.fates })
					s, err := w.svc.Undo(w.t.Context(), tenant, alice, first.ID)
					if err != nil || s.Order.Form != provision.FormLookup || s.Order.Person.ID != dana {
						t.Fatalf("at %s, %v", s.Order.Form, err)
					}
					w.id = s.Order.ID
					w.live(w.store)
					for range 24 * 60 {
						time.Sleep(time.Minute)
						if synctest.Wait(); w.read().Form != provision.FormLookup {
							break
						}
					}
					o := w.read()
					if o.Form != c.form || c.rule != "" && (len(o.Reasons) != 1 || o.Reasons[0].Rule != c.rule) {
						t.Fatalf("at %s: %v", o.Form, o.Reasons)
					}
					if c.form != provision.FormPerson {
						return
					}
					w.ms.change(func(m *microsoft) { m.fates["person"] = nil })
					answer := func(upn string) provision.Order {
						t.Helper()
						a := provision.Answer{Person: &provision.PersonAnswer{UPN: upn}}
						s, err := w.svc.Answer(w.t.Context(), tenant, alice, w.id, w.read().Revision, a)
						if err != nil {
							t.Fatal(err)
						}
						return s.Order
					}
					if o := answer("else@example.com"); o.Form != provision.FormPerson || o.Notice.ID != "upn-mismatch" || o.Person.ID != dana {
						t.Errorf("for somebody else it is at %s with %v", o.Form, o.Notice)
					}
					if o := answer("dana@example.com"); o.Form != provision.FormReview {
						t.Errorf("at %s with %v", o.Form, o.Notice)
					}
				})
			})
		})
	}
}
