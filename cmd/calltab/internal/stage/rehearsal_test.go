package stage

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/testlog"
	"calltab/internal/provision"
	"calltab/internal/provision/rehearsal"
	"calltab/internal/provision/rehearsal/rehearse"
	"calltab/internal/provision/storetest"
)

// TestRehearsalAtEveryCommit kills the program right after, and right before, each commit of a rehearsal in turn: the
// phone is taken back all the same, or was never given.
func TestRehearsalAtEveryCommit(t *testing.T) {
	t.Parallel()
	for name, crash := range map[string]func(provision.Store, int, func()) provision.Store{
		"after":  func(s provision.Store, n int, die func()) provision.Store { return storetest.CrashAfter(s, n, die) },
		"before": func(s provision.Store, n int, die func()) provision.Store { return storetest.CrashBefore(s, n, die) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n, step := 1, rehearsalStride; ; n += step {
				died := false
				ok := t.Run(fmt.Sprint(n), func(t *testing.T) {
					died = rehearsed(t, func(m *mortal, st provision.Store) provision.Store { return crash(st, n, m.die) })
				})
				if !died || !ok {
					if n < 10 {
						t.Errorf("a rehearsal has only %d commits", n)
					}
					return
				}
			}
		})
	}
}

// rehearsed plays a rehearsal on a program that may die, and on the next one when it did, and looks what is left of it.
func rehearsed(t *testing.T, wrap func(*mortal, provision.Store) provision.Store) (died bool) {
	t.Helper()
	s := &Script{Stage: newTestStage(t), out: testlog.Writer{T: t}}
	s.must(t, "carrier")
	if err := s.Halt(); err != nil {
		t.Fatal(err)
	}
	m := &mortal{stage: s.Stage}
	s.seams.Store = func(st provision.Store) provision.Store { return wrap(m, st) }
	s.seams.HTTP = func(c *http.Client) { c.Transport = m.wrap(c.Transport) }
	if err := s.Boot(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	begun := s.rehearse(t, m)
	if m.dead.Load() {
		_ = s.Halt() // a dead program says what it likes
		s.seams.Store, s.seams.HTTP = nil, nil
		if err := s.Boot(context.WithoutCancel(t.Context())); err != nil {
			t.Fatal(err)
		}
		died = true
	}
	if err := s.advance(t.Context(), 3*time.Hour); err != nil {
		t.Fatal(err)
	}
	s.must(t, "number +12065550101 free", "graph dana number ''", "graph dana policy ''", "line +12065550101")
	if o, err := s.newestOrder(t.Context(), "dana"); err == nil {
		s.must(t, "order dana cancelled")
		begun = o.ID
	}
	if begun == "" {
		return died
	}
	st, err := s.app.Service.Sheet(t.Context(), s.Tenant(), begun)
	if err != nil {
		t.Fatal(err)
	}
	var r rehearsal.Rehearsal
	err = s.app.Store.View(t.Context(), func(tx provision.Tx) (err error) {
		r, _, err = rehearsal.In(tx, s.Tenant(), begun)
		return err
	})
	if err != nil || r.Over.IsZero() || r.Given.IsZero() || !st.Order.Withdrawn() {
		t.Errorf("it is not over as it should be: %+v, %v", r, err)
	}
	return died
}

// rehearse begins a rehearsal with Dana and lets twenty minutes pass, unless the program dies.
func (s *Script) rehearse(t *testing.T, m *mortal) provision.OrderID {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	go func() { // a program that died in this process is never idle
		for !m.dead.Load() && ctx.Err() == nil {
			pause(ctx, time.Millisecond)
		}
		cancel()
	}()
	dana, _ := s.cloud.Org().Person("dana")
	begun, err := s.app.Rehearsals.Begin(ctx, s.Tenant(), rehearse.Agreed{User: provision.UserID(dana.ID), Location: "seattle", Plan: "metered",
		Number: "+12065550101", Wait: time.Hour})
	if err != nil && !m.dead.Load() {
		t.Fatal(err)
	}
	for range 40 {
		if m.dead.Load() || s.advance(ctx, 30*time.Second) != nil {
			break
		}
	}
	return begun.Order
}
