package fulfil_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision"
)

// told are the events of which people hear, after those of the draft.
func (w *world) told() (events []provision.Event) {
	w.t.Helper()
	links, err := w.svc.Audit(context.Background(), tenant)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, l := range links {
		if l.Event == provision.OrderSubmitted {
			events = nil
		} else if strings.HasPrefix(string(l.Event), "order.") {
			events = append(events, l.Event)
		}
	}
	return events
}

func (w *world) wantTold(events ...provision.Event) {
	w.t.Helper()
	if got := w.told(); !slices.Equal(got, events) {
		w.t.Errorf("people hear\n got %q\nwant %q", got, events)
	}
}

func (w *world) unmet() (names []provision.ConditionName) {
	for _, c := range w.read().Conditions {
		if !c.Met {
			names = append(names, c.Name)
		}
	}
	return names
}

// TestWaiting withholds a condition until after both words, and then gives it.
func TestWaiting(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.ms.change(func(m *microsoft) { m.withheld["activated"] = true })
		w.live(w.store)
		for _, step := range []struct {
			at    time.Duration // since the number was accepted
			late  provision.Lateness
			state provision.OrderState
		}{
			{3*time.Hour + 59*time.Minute, provision.InTime, provision.Waiting},
			{4*time.Hour + time.Minute, provision.Late, provision.Waiting},
			{23*time.Hour + 59*time.Minute, provision.Late, provision.Waiting},
			{24*time.Hour + time.Minute, provision.Escalated, provision.Waiting},
			{30 * time.Hour, provision.Escalated, provision.Waiting},
		} {
			if w.read().Accepted.IsZero() {
				time.Sleep(time.Minute)
				synctest.Wait()
			}
			time.Sleep(step.at - time.Since(w.read().Accepted))
			synctest.Wait()
			o := w.read()
			if o.State != step.state || o.Late != step.late {
				t.Errorf("after %v: %s, %q, want %s, %q", step.at, o.State, o.Late, step.state, step.late)
			}
			if got := w.unmet(); !slices.Equal(got, []provision.ConditionName{provision.NumberActivated}) {
				t.Errorf("after %v: not met are %q", step.at, got)
			}
		}
		w.ms.change(func(m *microsoft) { m.withheld["activated"] = false })
		o := w.end(2 * time.Hour)
		if o.State != provision.Done || o.Ready.IsZero() || len(w.unmet()) > 0 {
			t.Errorf("%s with %v", o.State, o.Conditions)
		}
		w.wantTold(provision.OrderRunning, provision.OrderWaiting, provision.OrderLate, provision.OrderEscalated, provision.OrderDone)
	})
}

// TestReopened has the person see no dial pad: the watch begins anew, with its own words, and ends by the hour or by the
// person's own word.
func TestReopened(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		person := provision.Actor{ID: dana}
		seen := func(sees bool) {
			t.Helper()
			if _, err := w.svc.Seen(context.Background(), tenant, person, w.id, sees); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		w.ms.change(func(m *microsoft) { m.withheld["activated"] = true })
		w.live(w.store)
		time.Sleep(5 * time.Hour)
		w.ms.change(func(m *microsoft) { m.withheld["activated"] = false })
		if o := w.end(time.Hour); o.State != provision.Done || o.Late != provision.Late {
			t.Fatalf("%s, %q", o.State, o.Late)
		}
		seen(false)
		if o := w.read(); o.State != provision.Waiting || o.Late != provision.InTime || !o.Ended.IsZero() || !o.Confirmed.IsZero() {
			t.Errorf("reopened: %+v", o)
		}
		time.Sleep(59 * time.Minute)
		if o := w.read(); o.State != provision.Waiting {
			t.Errorf("%s within the hour", o.State)
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if o := w.read(); o.State != provision.Done {
			t.Errorf("%s after the hour", o.State)
		}

		w.ms.change(func(m *microsoft) { m.withheld["activated"] = true })
		seen(false)
		time.Sleep(4*time.Hour + time.Minute)
		synctest.Wait()
		if o := w.read(); o.State != provision.Waiting || o.Late != provision.Late || o.Reopened != 2 {
			t.Errorf("reopened again: %s, %q, %d", o.State, o.Late, o.Reopened)
		}
		w.ms.change(func(m *microsoft) { m.withheld["activated"] = false })
		seen(true)
		if o := w.read(); o.State != provision.Done || o.Confirmed.IsZero() {
			t.Errorf("%s, confirmed %v", o.State, o.Confirmed)
		}
		seen(true) // a second press
		if err := w.sound(); err != nil {
			t.Error(err)
		}
		w.wantTold(provision.OrderRunning, provision.OrderWaiting, provision.OrderLate, provision.OrderDone, provision.OrderReopened, provision.OrderDone,
			provision.OrderReopened, provision.OrderLate, provision.OrderConfirmed, provision.OrderDone)
	})
}

// TestAway: a process that was down past both limits says the stronger word only.
func TestAway(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.ms.change(func(m *microsoft) { m.withheld["activated"] = true })
		w.live(w.store)
		time.Sleep(10 * time.Minute)
		w.stop()
		time.Sleep(30 * time.Hour)
		w.live(w.store)
		time.Sleep(time.Minute)
		synctest.Wait()
		w.wantTold(provision.OrderRunning, provision.OrderWaiting, provision.OrderEscalated)
	})
}

// TestParkedGoesOn: what a person lets go on leaves no trace of its trouble.
func TestParkedGoesOn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		arrange func(m *microsoft)
		mend    func(m *microsoft)
	}{
		"the work": {
			func(m *microsoft) { m.fates["assign"], m.elsewhere = always(forbidden), true }, func(m *microsoft) { m.fates["assign"] = nil }},
		"lost answers": {
			func(m *microsoft) { m.fates["assign"], m.elsewhere = always(lost), true }, func(m *microsoft) { m.fates["assign"] = nil }},
		"the watch": {
			func(m *microsoft) { m.withheld["activated"] = true }, func(m *microsoft) { m.withheld["activated"] = false }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.ms.change(c.arrange)
				w.live(w.store)
				if o := w.end(20 * 24 * time.Hour); o.State != provision.Parked || o.Ended.IsZero() {
					t.Fatalf("%s, ended %v", o.State, o.Ended)
				}
				w.ms.change(c.mend)
				w.rule(provision.TryAgain)
				if o := w.end(24 * time.Hour); o.State != provision.Done || o.Problem.ID != "" {
					t.Errorf("%s, %q", o.State, o.Problem.ID)
				}
				if err := w.sound(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}
