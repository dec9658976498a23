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

// TestTakingBackAnyOrdeal: an order that waits, or did until the watch gave up, is taken back at any moment, whatever Microsoft's side does then and
// whenever the program dies: it ends cancelled with everything as it was, or parked, from where an operator brings it
// to its end.
func TestTakingBackAnyOrdeal(t *testing.T) {
	t.Parallel()
	ends := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		kind := rapid.SampledFrom([]provision.OrderKind{"", provision.ChangePlan, provision.ChangeNumber}).Draw(rt, "kind")
		o := ordeals.Draw(rt, "ordeal")
		waited := time.Duration(rapid.IntRange(0, 12*60).Draw(rt, "waited minutes")) * time.Minute
		if rapid.IntRange(0, 3).Draw(rt, "watch gives up") == 0 {
			waited += 15 * 24 * time.Hour
		}
		end, err := o.takenBack(t, kind, waited)
		if err != nil {
			rt.Fatalf("%q after %s: %+v\n%v", kind, waited, o, err)
		}
		ends[end]++
	})
	t.Log(ends)
}

func (o ordeal) takenBack(t *testing.T, kind provision.OrderKind, waited time.Duration) (end string, err error) {
	inWorldOn(t, func(w *world) {
		if kind != "" {
			w.phone(kind)
		}
		w.ms.change(func(m *microsoft) { m.withheld["activated"] = true })
		w.live(w.store)
		time.Sleep(2*time.Hour + waited)
		synctest.Wait()
		if got := w.read(); !got.CanWithdraw() {
			err = fmt.Errorf("it does not wait: %s, %v", got.State, got.Problem)
			w.stop()
			return
		}
		o.befall(w)
		_, err = w.svc.Withdraw(t.Context(), tenant, bruno, w.id)
		w.stop()
		if err != nil {
			return
		}
		w.lives(o.crashes)
		got := w.end(30 * 24 * time.Hour)
		if end = string(got.State); got.State == provision.Parked {
			end += " " + string(got.Halt.Step)
			w.ms.change(func(m *microsoft) { clear(m.fates) })
			if got.CanUndo() || got.Halt.Job != provision.JobTakeBack {
				err = fmt.Errorf("it is parked at %+v", got.Halt)
				return
			}
			if err = w.try(provision.LeaveAsIs); err == nil {
				err = w.agrees()
			}
			return
		}
		err = w.asBefore(got)
	}, func(*testing.T) provision.Store { return storetest.Memory() })
	return end, err
}

// asBefore checks that a withdrawn order has left everything as it was, and its number resting.
func (w *world) asBefore(o provision.Order) error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if o.State != provision.Cancelled || !o.Withdrawn() {
		bad("it is %s: %v", o.State, o.Problem)
	}
	sub, there := w.subscriber()
	has := w.ms.has(o.Number)
	if number := w.numberAt(o.Number); o.Number != o.Had.Number {
		if has == dana || number.State != provision.Cooling && number.State != provision.Blocked {
			bad("its number is %+v, and %q has it", number, has)
		}
	}
	switch had := o.Had; {
	case !there:
		bad("the person has no record")
	case had.Number == "":
		if sub.Number != "" || sub.Location != o.Location {
			bad("the person is %+v", sub)
		}
	case w.ms.gone: // before it ended or after: both are so
	case w.ms.has(had.Number) != dana:
		if sub.Number != "" {
			bad("the person is %+v, and %q has the number", sub, w.ms.has(had.Number))
		}
	case sub != had:
		bad("the person is %+v, was %+v", sub, had)
	case w.numberAt(had.Number).State != provision.Assigned:
		bad("the earlier number is %+v", w.numberAt(had.Number))
	}
	_, err := w.svc.Audit(w.t.Context(), tenant)
	return errors.Join(append(errs, err, w.carried())...)
}
