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

// held is an order that an outage of one sort of call holds, until it is taken back, and for a while more.
type held struct {
	kind    provision.OrderKind // of an order on a phone that is there; none: the first order
	method  string              // the calls that are not answered
	before  int                 // how many of them are, first
	works   bool                // they happen all the same
	waited  time.Duration       // until it is taken back
	more    time.Duration       // until the outage is over
	crashes []crash
}

var anyHeld = rapid.Custom(func(rt *rapid.T) held {
	return held{
		kind: rapid.SampledFrom([]provision.OrderKind{
			"", provision.ChangePlan, provision.ChangeNumber, provision.Release, provision.Remove,
		}).Draw(rt, "kind"),
		method: rapid.SampledFrom([]string{
			"person", "voice", "assignment", "assign", "unassign", "operation", "policy-id", "assign-policy",
			"unassign-policy", "tell",
		}).Draw(rt, "method"),
		before: rapid.IntRange(0, 3).Draw(rt, "answered first"),
		works:  rapid.Bool().Draw(rt, "happens all the same"),
		waited: time.Duration(rapid.IntRange(0, 300).Draw(rt, "minutes until it is taken back")) * time.Minute,
		more:   time.Duration(rapid.IntRange(0, 3000).Draw(rt, "minutes until the outage is over")) * time.Minute,
		crashes: rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) crash {
			return crash{rapid.IntRange(0, 12).Draw(rt, "commits"), rapid.Bool().Draw(rt, "before")}
		}), 0, 2).Draw(rt, "crashes"),
	}
})

// TestTurningRound: whichever calls are not answered, and whether they happen all the same, an order that is held by that is
// taken back, and ends cancelled with everything as it was, also where the program dies on the way.
func TestTurningRound(t *testing.T) {
	t.Parallel()
	ends := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		h := anyHeld.Draw(rt, "held")
		end, err := h.play(t)
		if err != nil {
			rt.Fatalf("%+v\n%v", h, err)
		}
		ends[end]++
	})
	t.Log(ends)
}

func (h held) play(t *testing.T) (end string, err error) {
	inWorldOn(t, func(w *world) {
		if h.kind != "" {
			w.phone(h.kind)
		}
		w.ms.change(func(m *microsoft) {
			m.fates[h.method] = append(times(h.before, fate{}), fate{err: lost, works: h.works, forever: true})
		})
		had, there := w.subscriber()
		w.live(w.store)
		time.Sleep(h.waited)
		synctest.Wait()
		_, refused := w.svc.Withdraw(t.Context(), tenant, bruno, w.id)
		o := w.read()
		w.stop()
		if refused != nil {
			end = "not taken back: " + string(o.State)
			goesOn := !o.AtWork() || h.waited < 30*time.Minute && !o.ShowsTakeBack()
			if provision.KindOf(refused) != provision.Conflict || !goesOn {
				err = fmt.Errorf("refused at %s: %w", o.State, refused)
			}
			return
		}
		end = "taken back at " + string(o.State)
		w.ms.change(func(m *microsoft) { m.later(h.more, func(m *microsoft) { clear(m.fates) }) })
		w.lives(h.crashes)
		o = w.end(30 * 24 * time.Hour)
		time.Sleep(h.more) // it may have ended before the outage
		err = w.untaken(o, had, there)
	}, func(*testing.T) provision.Store { return storetest.Memory() })
	return end, err
}

// untaken checks that an order that was taken back while it was held, or soon after, has left everything as it was.
func (w *world) untaken(o provision.Order, had provision.Subscriber, there bool) error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if o.State != provision.Cancelled || !o.Withdrawn() {
		bad("it is %s: %v", o.State, o.Problem)
	}
	if o.Number != "" && o.Number != had.Number {
		errs = append(errs, w.back(o.Number, provision.Free, provision.Cooling))
	}
	sub, is := w.subscriber()
	switch {
	case had.Number != "" && sub != had:
		bad("the person is %+v, was %+v", sub, had)
	case had.Number != "":
		errs = append(errs, w.kept(had.Number, had.Plan, "id of Metered Calls"))
	case is && !there && sub.Number != "":
		bad("the person is %+v", sub)
	}
	if len(w.ms.foreign) > 0 {
		bad("Microsoft was asked to %q", w.ms.foreign)
	}
	_, err := w.svc.Audit(w.t.Context(), tenant)
	return errors.Join(append(errs, err, w.carried())...)
}
