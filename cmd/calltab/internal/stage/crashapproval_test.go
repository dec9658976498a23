package stage

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/testlog"
	"calltab/internal/provision"
	"calltab/internal/provision/storetest"
	"calltab/internal/sandbox/graph"
)

// TestCrashAtEveryCommitOfApproval kills the program right after, and right before, each commit of an order that a
// manager approves. In the end it was approved once, by her, and done once.
func TestCrashAtEveryCommitOfApproval(t *testing.T) {
	t.Parallel()
	for name, crash := range map[string]func(provision.Store, int, func()) provision.Store{
		"after":  func(s provision.Store, n int, die func()) provision.Store { return storetest.CrashAfter(s, n, die) },
		"before": func(s provision.Store, n int, die func()) provision.Store { return storetest.CrashBefore(s, n, die) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := 1; ; n += crashStride {
				died := false
				ok := t.Run(fmt.Sprint(n), func(t *testing.T) {
					died = approveAndDie(t, func(s provision.Store, die func()) provision.Store { return crash(s, n, die) })
				})
				if !died || !ok {
					if n < 15 {
						t.Errorf("an approval has only %d commits", n)
					}
					return
				}
			}
		})
	}
}

func approveAndDie(t *testing.T, wrap func(provision.Store, func()) provision.Store) (died bool) {
	s := &Script{Stage: newTestStage(t), out: testlog.Writer{T: t}}
	s.must(t, "say dana 'I need a phone in seattle metered'")
	if err := s.Halt(); err != nil {
		t.Fatal(err)
	}
	m := &mortal{stage: s.Stage}
	s.seams.Store = func(st provision.Store) provision.Store { return wrap(st, m.die) }
	s.seams.HTTP = func(c *http.Client) { c.Transport = m.wrap(c.Transport) }
	if err := s.Boot(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	s.approval(t, m)
	if died = m.dead.Load(); died {
		_ = s.Halt() // a dead program says what it likes
		s.seams.Store, s.seams.HTTP = nil, nil
		if err := s.Boot(context.WithoutCancel(t.Context())); err != nil {
			t.Fatal(err)
		}
		if err := s.settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.approval(t, nil)
	}
	s.must(t, "order dana done", "graph dana number +12065550101", "see carol 'You have approved it'", "see dana 'Approved: the phone'")
	approved, assigned := 0, 0
	trail, err := s.app.Service.Audit(t.Context(), s.Tenant())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range trail {
		if e.Event == provision.OrderApproved {
			approved++
		}
	}
	for _, c := range s.cloud.Graph().Changes() {
		if c.Kind == graph.ChangeAssign {
			assigned++
		}
	}
	if approved != 1 || assigned != 1 {
		t.Errorf("approved %d times, assigned %d times", approved, assigned)
	}
	// Each message comes once, but for one that fell between the connector's acknowledgement and its commit.
	messages := s.matches("carol", "Dana Reyes asks for a phone") + s.matches("dana", "Approved: the phone") + s.matches("dana", "Your phone is ready")
	if messages < 3 || messages > 4 {
		t.Errorf("%d messages instead of 3", messages)
	}
	return died
}

// approval does what dana and carol have still to do, and lets time pass, until it is done or the program dies.
func (s *Script) approval(t *testing.T, m *mortal) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	go func() { // a program that died in this process is never idle
		for m != nil && !m.dead.Load() && ctx.Err() == nil {
			pause(ctx, time.Millisecond)
		}
		if m != nil {
			cancel()
		}
	}()
	press := func(who, button string, inputs map[string]string) {
		card, err := s.newestCard(who, button)
		if err != nil {
			return // it is pressed already, or not there before it is told again
		}
		r, err := s.cloud.Chat().Press(ctx, who, card.ID, button, inputs)
		if m == nil && (err != nil || r.Status != http.StatusOK) {
			t.Errorf("%s presses %s: %d, %v", who, button, r.Status, err)
		}
		_ = s.settle(ctx)
	}
	press("dana", "Send for approval", map[string]string{"why": "please"})
	press("carol", "Approve", nil)
	for range 40 {
		if m != nil && m.dead.Load() {
			return
		}
		if err := s.advance(ctx, 30*time.Second); err != nil && m == nil {
			t.Error(err)
		}
	}
}
