package fulfil_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"calltab/internal/provision"
	"calltab/internal/provision/storetest"
)

// TestAnyRuling: whatever a person decides about an order that has stopped, and whatever Microsoft did meanwhile, the records
// say afterwards what Microsoft shows, or the order stands parked again with a word.
func TestAnyRuling(t *testing.T) {
	t.Parallel()
	kinds := append([]provision.OrderKind{provision.Add}, changes...)
	ends := map[provision.OrderState]int{}
	rapid.Check(t, func(rt *rapid.T) {
		kind := rapid.SampledFrom(kinds).Draw(rt, "kind")
		resolution := rapid.SampledFrom([]provision.Resolution{provision.TryAgain, provision.TakeBack, provision.LeaveAsIs}).Draw(rt, "resolution")
		method := rapid.SampledFrom([]string{"assign", "unassign", "assign-policy", "unassign-policy"}).Draw(rt, "what is forbidden")
		holder := rapid.SampledFrom([]string{"as it is", "dana", "somebody", "nobody"}).Draw(rt, "who has the number by then")
		var err error
		inWorldOn(t, func(w *world) {
			if kind != provision.Add {
				w.phone(kind)
			}
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
			ends[state]++
		}, func(*testing.T) provision.Store { return storetest.Memory() })
		if err != nil {
			rt.Fatalf("after %s with the number on %q: %v", resolution, holder, err)
		}
	})
	t.Log(ends)
}

// ruled decides about a parked order and reports what is wrong afterwards.
func (w *world) ruled(o provision.Order, resolution provision.Resolution) (provision.OrderState, error) {
	if o.Observation.At.IsZero() || o.Halt.Job == "" {
		return o.State, fmt.Errorf("parked without saying what is known: %+v", o)
	}
	_, err := w.svc.Resolve(w.t.Context(), tenant, alice, o.ID, o.Revision, resolution, "because")
	if resolution == provision.TakeBack && !o.CanUndo() && err != nil {
		return o.State, nil
	}
	if err != nil {
		return o.State, err
	}
	again, err := w.svc.Resolve(w.t.Context(), tenant, alice, o.ID, o.Revision, provision.LeaveAsIs, "too late")
	if err != nil || again.Order.Decided.Resolution != resolution {
		return o.State, fmt.Errorf("a second decision about the same card counted: %+v, %w", again.Order.Decided, err)
	}
	end := w.end(30 * 24 * time.Hour)
	if end.State == provision.Parked && end.Problem.ID != "" {
		return end.State, nil
	}
	return end.State, w.agree(end)
}

// agree reports where the records differ from what Microsoft has, once nothing runs.
func (w *world) agree(o provision.Order) error {
	var errs []error
	sub, there := w.subscriber()
	for _, n := range []provision.E164{ours, second} {
		v, has := w.numberAt(n), w.ms.has(n)
		if (v.State == provision.Assigned) != (has == dana) {
			errs = append(errs, fmt.Errorf("%s is %s, and %q has it", n, v.State, has))
		}
		if v.State == provision.Held {
			errs = append(errs, fmt.Errorf("%s is still held", n))
		}
		if has == dana && (!there || sub.Number != n) {
			errs = append(errs, fmt.Errorf("%s is on the person, whose record says %+v", n, sub))
		}
		if has == other && v.State == provision.Free {
			errs = append(errs, fmt.Errorf("%s is on somebody else, and free", n))
		}
	}
	if !o.State.Over() {
		errs = append(errs, fmt.Errorf("it stands at %s", o.State))
	}
	return errors.Join(errs...)
}
