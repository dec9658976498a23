package fulfil_test

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"calltab/internal/provision"
	"calltab/internal/provision/storetest"
)

var bruno = provision.Actor{ID: "b2000000-0000-4000-8000-000000000004", Name: "Bruno"}

// try has an operator decide about the order as its newest card shows it.
func (w *world) try(r provision.Resolution) error {
	w.t.Helper()
	o := w.read()
	_, err := w.svc.Resolve(w.t.Context(), tenant, bruno, o.ID, o.Revision, r, "as agreed")
	return err
}

func (w *world) rule(r provision.Resolution) {
	w.t.Helper()
	if err := w.try(r); err != nil {
		w.t.Fatal(err)
	}
	synctest.Wait()
}

// TestUndoAsked turns work round at each of the places where it can be parked: what was done is undone, and the order
// has failed for the reason for which it was parked.
func TestUndoAsked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind    provision.OrderKind // a change of an order that was done in peace; none: the first order
		arrange func(m *microsoft)
		step    provision.StepName
		problem string
	}{
		"before anything":  {"", func(m *microsoft) { m.fates["assign"], m.elsewhere = always(forbidden), true }, provision.StepAssign, "graph-permission-missing"},
		"the plan refused": {"", func(m *microsoft) { m.fates["policy-id"], m.elsewhere = always(forbidden), true }, provision.StepPolicies, "graph-permission-missing"},
		"confirmed and not there": {"", func(m *microsoft) {
			m.fates["assign"], m.takes = []fate{{op: "endless"}}, 90*time.Minute
			m.later(time.Minute, func(m *microsoft) { m.takes = 0 })
		},
			provision.StepVerify, "number-not-showing"},
		"a plan refused after a lost look-up": {"", func(m *microsoft) {
			m.fates["policy-id"], m.elsewhere = always(forbidden), true
			m.afterCheck(func(m *microsoft) { m.withheld["voice"], m.fates["person"] = true, times(1, fate{err: lost}) })
			m.later(5*time.Minute, func(m *microsoft) { m.withheld["voice"] = false })
		}, provision.StepPolicies, "graph-permission-missing"},
		"not there after a lost look-up": {"", func(m *microsoft) {
			m.fates["assign"], m.takes = []fate{{op: "endless"}}, 90*time.Minute
			m.afterCheck(func(m *microsoft) { m.fates["person"] = times(1, fate{err: lost}) })
			m.later(time.Minute, func(m *microsoft) { m.takes = 0 })
		}, provision.StepVerify, "number-not-showing"},
		"another plan": {provision.ChangePlan, func(m *microsoft) { m.fates["assign-policy"], m.elsewhere = times(12, fate{err: forbidden}), true },
			provision.StepPolicies, "graph-permission-missing"},
		"the old number stays": {provision.ChangeNumber, func(m *microsoft) { m.keeps = true; m.fates["unassign"] = times(22, fate{err: badUpdate}) },
			provision.StepRetire, "old-number-stays"},
		"a number that stays": {provision.Release, func(m *microsoft) { m.fates["unassign"] = times(3, fate{err: badUpdate}) },
			provision.StepUnassign, "number-stays"},
		"a plan that stays": {provision.Remove, func(m *microsoft) { m.fates["unassign-policy"] = times(12, fate{err: badUpdate}) },
			provision.StepClear, "gave-up"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				if c.kind != "" {
					w.phone(c.kind)
				}
				w.ms.change(c.arrange)
				w.live(w.store)
				o := w.end(24 * time.Hour)
				if o.State != provision.Parked || o.Halt.Step != c.step || o.Problem.ID != c.problem || o.Halt.Tries == 0 || !o.CanUndo() {
					t.Fatalf("%s at %+v: %v", o.State, o.Halt, o.Problem)
				}
				if o.Observation.At.IsZero() || len(o.Observation.Holders) == 0 {
					t.Errorf("nothing is known: %+v", o.Observation)
				}
				w.rule(provision.TakeBack)
				if o := w.read(); !o.Undoing() && o.State != provision.Failed {
					t.Errorf("it is %s", o.State)
				}
				if o = w.end(24 * time.Hour); o.State != provision.Failed || o.Problem.ID != c.problem || o.Decided.By != bruno {
					t.Errorf("%s: %v, by %v", o.State, o.Problem, o.Decided.By)
				}
				if err := w.proved(c.kind); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestPermissionStoppedEarlier: an order that an earlier program parked as a permission was missing waits under this
// one until the permission is back, and is done then. That is so once: what is parked later is for a person.
func TestPermissionStoppedEarlier(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		call string
		step provision.StepName
	}{
		"for numbers":  {"assign", provision.StepAssign},
		"for policies": {"policy-id", provision.StepPolicies},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.ms.change(func(m *microsoft) { m.fates[c.call], m.elsewhere = always(forbidden), true })
				w.live(w.store)
				if o := w.end(24 * time.Hour); o.State != provision.Parked || o.Halt.Step != c.step || o.Problem.ID != "graph-permission-missing" {
					t.Fatalf("%s at %+v: %v", o.State, o.Halt, o.Problem)
				}
				w.stop()
				w.ms.change(func(m *microsoft) { m.elsewhere = false })
				w.resumed(1)
				w.live(w.store)
				time.Sleep(10 * time.Hour)
				synctest.Wait()
				if o := w.read(); o.State != provision.Running || o.Notice.ID != "waits-for-permission" {
					t.Errorf("without the permission it is %s: %v", o.State, o.Notice)
				}
				w.stop()
				w.resumed(0)
				w.live(w.store)
				w.ms.change(func(m *microsoft) { m.fates[c.call] = nil })
				if o := w.end(24 * time.Hour); o.State != provision.Done {
					t.Errorf("with the permission it is %s: %v", o.State, o.Problem)
				}
				if err := w.sound(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// resumed has a program start that resumes so many orders.
func (w *world) resumed(want int) {
	w.t.Helper()
	runner := w.open(w.store)
	var stopped []provision.StoppedWork
	err := w.store.View(w.t.Context(), func(tx provision.Tx) error {
		stopped = nil
		for p := range runner.Parked(tx) {
			stopped = append(stopped, provision.StoppedWork{Kind: p.Kind, Key: p.Key, Failure: p.Failure})
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if n, err := w.svc.ResumeOnce(w.t.Context(), stopped); n != want || err != nil {
		w.t.Fatalf("%d resumed, %v, want %d", n, err, want)
	}
}

// proved checks what holds after an order of a kind; none is the first order.
func (w *world) proved(kind provision.OrderKind) error {
	if kind == "" {
		return w.sound()
	}
	return w.changed(kind)
}

// TestUndoIsNotForEverything: the watch has changed nothing, and what goes back already goes back.
func TestUndoIsNotForEverything(t *testing.T) {
	t.Parallel()
	for name, arrange := range map[string]func(m *microsoft){
		"the watch": func(m *microsoft) { m.withheld["activated"] = true },
		"on its way": func(m *microsoft) {
			m.missing["Metered Calls"], m.elsewhere = true, true
			m.fates["unassign"] = always(forbidden)
		},
		"is not seen": func(m *microsoft) {
			m.withheld["activated"] = true
			m.later(time.Hour, func(m *microsoft) { m.gone = true })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.ms.change(arrange)
				w.live(w.store)
				before := w.end(20 * 24 * time.Hour)
				err := w.try(provision.TakeBack)
				if said, _ := provision.SayOf(err); said.ID != "cannot-undo" {
					t.Errorf("it says %v", err)
				}
				if after := w.read(); after.State != provision.Parked || after.Revision != before.Revision {
					t.Errorf("it is %s", after.State)
				}
			})
		})
	}
}

// agrees checks that the records are what Microsoft shows, right after a parked order was accepted.
func (w *world) agrees() error {
	var errs []error
	o := w.read()
	if !o.LeftAsIs() || o.Decided.Why != "as agreed" {
		errs = append(errs, fmt.Errorf("it is %s with %+v", o.State, o.Decided))
	}
	sub, there := w.subscriber()
	mine := 0
	for _, n := range []provision.E164{ours, second} {
		shown := last(w.ms.numbers[n], time.Now().Add(-w.ms.delay))
		v := w.numberAt(n)
		switch {
		case v.State == provision.Assigned && v.User == dana:
			mine++
			if shown != string(dana) || w.ms.gone || !there || sub.Number != n {
				errs = append(errs, fmt.Errorf("%s is assigned, but %q has it and the person is %+v", n, shown, sub))
			}
		case shown == string(dana) && v.State != provision.Blocked && !w.ms.withheld["voice"]:
			errs = append(errs, fmt.Errorf("the person has %s, but it is %+v", n, v))
		case v.State == provision.Held:
			errs = append(errs, fmt.Errorf("%s is held for ever: %+v", n, v))
		}
	}
	if there && sub.Number != "" && mine != 1 || sub.Plan != "" && w.ms.direct(routing) == "" {
		errs = append(errs, fmt.Errorf("the person is %+v, with %d numbers and the policy %q", sub, mine, w.ms.direct(routing)))
	}
	_, err := w.svc.Audit(w.t.Context(), tenant)
	time.Sleep(time.Hour) // the carrier is told of it afterwards
	synctest.Wait()
	return errors.Join(append(errs, err, w.carried())...)
}

// TestRulingsOnAnyOrdeal: whatever Microsoft's side does and whatever people decide of an order that is parked by it,
// the order ends as every other does, and one that is accepted leaves records that agree with what Microsoft shows.
func TestRulingsOnAnyOrdeal(t *testing.T) {
	t.Parallel()
	ends := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		kind := rapid.SampledFrom(append([]provision.OrderKind{""}, changes...)).Draw(rt, "kind")
		o := ordeals.Draw(rt, "ordeal")
		for _, method := range slices.Sorted(maps.Keys(o.fates)) { // enough of something lasting that it parks
			if rapid.IntRange(0, 3).Draw(rt, method+" lasts") == 0 {
				for range 20 {
					o.fates[method] = append(o.fates[method], rapid.SampledFrom([]string{"forbidden", "lost before", "bad update"}).Draw(rt, "lasting"))
				}
			}
		}
		ways := rapid.SliceOfN(rapid.SampledFrom([]provision.Resolution{provision.TryAgain, provision.TakeBack, provision.LeaveAsIs}), 1, 4).Draw(rt, "ways")
		end, err := o.decided(t, kind, ways)
		if err != nil {
			rt.Fatalf("%s %+v\n%v\n%v", kind, o, ways, err)
		}
		ends[end]++
	})
	t.Log(ends)
}

// decided plays an ordeal with people who decide whenever it is parked; the last one takes it as it is.
func (o ordeal) decided(t *testing.T, kind provision.OrderKind, ways []provision.Resolution) (end string, err error) {
	inWorldOn(t, func(w *world) {
		if kind != "" {
			w.phone(kind)
		}
		o.befall(w)
		w.lives(o.crashes)
		for _, way := range append(ways, provision.LeaveAsIs) {
			got := w.end(30 * 24 * time.Hour)
			if end = string(got.State); got.State != provision.Parked {
				err = w.proved(kind)
				return
			}
			if err = w.proved(kind); err != nil {
				return
			}
			w.ms.change(func(m *microsoft) {
				m.fates["person"], m.fates["voice"], m.fates["assignment"], m.fates["tell"] = nil, nil, nil, nil
			})
			wrong := w.try(way)
			if said, _ := provision.SayOf(wrong); wrong != nil && (said.ID != "cannot-undo" || got.CanUndo()) {
				err = wrong
				return
			}
			if way == provision.LeaveAsIs {
				end, err = "accepted", w.agrees()
				return
			}
			synctest.Wait()
		}
	}, func(*testing.T) provision.Store { return storetest.Memory() })
	return end, err
}

// TestOneRuling: a decision is made once. An operator who comes later reads who made it, and a card from before the
// order was parked anew decides nothing.
func TestOneRuling(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.ms.change(func(m *microsoft) { m.fates["assign"], m.elsewhere = always(forbidden), true })
		w.live(w.store)
		first := w.end(24 * time.Hour)
		ctx := w.t.Context()
		notice := func(want string, f func() (provision.Sheet, error)) {
			t.Helper()
			s, err := f()
			said, _ := provision.SayOf(err)
			if got := cmp.Or(said.ID, s.Order.Notice.ID); got != want {
				t.Errorf("it says %q (%v), want %q", got, err, want)
			}
		}
		rule := func(by provision.Actor, r provision.Resolution, why string) func() (provision.Sheet, error) {
			return func() (provision.Sheet, error) { return w.svc.Resolve(ctx, tenant, by, w.id, first.Revision, r, why) }
		}
		retry := func(by provision.Actor) func() (provision.Sheet, error) { return rule(by, provision.TryAgain, "") }
		accept := func(why string) func() (provision.Sheet, error) { return rule(alice, provision.LeaveAsIs, why) }
		notice("reason-needed", accept(" \n"))
		w.ms.change(func(m *microsoft) { m.fates["voice"] = times(1, fate{err: throttled}) })
		notice("microsoft-busy", accept("as agreed"))
		if o := w.read(); o.State != provision.Parked || o.Revision != first.Revision {
			t.Fatalf("it is %s", o.State)
		}

		notice("", retry(bruno))
		notice("", retry(bruno)) // twice, as people do
		notice("decided-by", retry(alice))
		notice("decided-by", accept("as agreed"))

		second := w.end(24 * time.Hour) // the permission is still missing
		if second.State != provision.Parked || second.Halt.Revision <= first.Revision {
			t.Fatalf("it is %s, parked at %d", second.State, second.Halt.Revision)
		}
		notice("card-was-old", retry(bruno))
		w.ms.change(func(m *microsoft) { m.fates["assign"] = nil })
		w.rule(provision.TryAgain)
		if o := w.end(24 * time.Hour); o.State != provision.Done || o.LeftAsIs() {
			t.Errorf("it is %s", o.State)
		}
		w.wantTold(provision.OrderRunning, provision.OrderParked, provision.OrderRetried, provision.OrderParked, provision.OrderRetried,
			provision.OrderWaiting, provision.OrderDone)
		if err := w.sound(); err != nil {
			t.Error(err)
		}
	})
}
