package stage

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/testlog"
	"calltab/internal/provision"
	"calltab/internal/provision/storetest"
	"calltab/internal/sandbox/chat"
	"calltab/internal/sandbox/fault"
	"calltab/internal/sandbox/graph"
)

// The tests of this file kill the program at chosen moments of an assignment: its store refuses everything, its calls
// go nowhere, and a new one starts on what was committed. The end must be that of an undisturbed run.

// mortal is a program that can die. Its seams are handed to the stage.
type mortal struct {
	stage *Stage
	dead  atomic.Bool
	once  sync.Once
}

func (m *mortal) die() {
	m.once.Do(func() {
		m.dead.Store(true)
		m.stage.stop()
	})
}

// RoundTrip lets nothing out of a dead program.
func (m *mortal) wrap(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		if m.dead.Load() {
			return nil, errors.New("the process is dead")
		}
		resp, err := next.RoundTrip(r)
		if err == nil && m.dead.Load() {
			resp.Body.Close()
			return nil, errors.New("the process is dead")
		}
		return resp, err
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// crashStage is a stage with a draft at its review, and the means to kill the program from there on.
func crashStage(t *testing.T, wrap func(*mortal, provision.Store) provision.Store) (*Script, *mortal) {
	t.Helper()
	s := &Script{Stage: newTestStage(t), out: testlog.Writer{T: t}}
	s.must(t, "say alice 'add dana seattle unlimited'", "click alice Continue number=+12065550101")
	if err := s.Halt(); err != nil {
		t.Fatal(err)
	}
	m := &mortal{stage: s.Stage}
	s.seams.Store = func(st provision.Store) provision.Store { return wrap(m, st) }
	s.seams.HTTP = func(c *http.Client) { c.Transport = m.wrap(c.Transport) }
	if err := s.Boot(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	return s, m
}

func (s *Script) must(t testing.TB, lines ...string) {
	t.Helper()
	if err := s.Play(t.Context(), "test", []byte(strings.Join(lines, "\n"))); err != nil {
		t.Fatal(err)
	}
}

// live plays the rest of the story on a program that may die at any moment, and on the next one when it did.
func (s *Script) live(t *testing.T, m *mortal) (died bool) {
	t.Helper()
	pressed := s.tell(t, m.dead.Load)
	if !m.dead.Load() {
		return false
	}
	_ = s.Halt() // a dead program says what it likes
	s.seams.Store, s.seams.HTTP = nil, nil
	s.cloud.Faults().Clear()
	if err := s.Boot(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	s.revive(t, pressed)
	return true
}

// tell presses Save and lets twenty minutes pass, unless the program dies. It returns the press
// where it was not answered.
func (s *Script) tell(t *testing.T, dead ...func() bool) (unanswered chat.Result) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	go func() { // a program that died in this process is never idle
		for len(dead) > 0 && !dead[0]() && ctx.Err() == nil {
			pause(ctx, time.Millisecond)
		}
		if len(dead) > 0 {
			cancel()
		}
	}()
	press, err := s.newestCard("alice", "Save")
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.cloud.Chat().Press(ctx, "alice", press.ID, "Save", nil)
	if err == nil && r.Status == http.StatusOK {
		r = chat.Result{}
	}
	for range 40 {
		if len(dead) > 0 && dead[0]() {
			break // within the press, which may have been answered all the same: that time stands still keeps the draft's hold
		}
		if err := s.advance(ctx, 30*time.Second); err != nil {
			break // it is dead; if it is not, the end will not be right
		}
	}
	return r
}

// revive goes on after a death, on a program that runs again.
func (s *Script) revive(t *testing.T, unanswered chat.Result) {
	t.Helper()
	if unanswered.Sent != nil {
		// Teams sends what was not answered again; where the first press was committed, this one changes nothing.
		if _, err := s.cloud.Chat().Resend(t.Context(), unanswered); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if o, err := s.newestOrder(t.Context(), "dana"); err == nil && o.State == provision.Draft {
		s.must(t, "click alice Save")
	}
	if err := s.advance(t.Context(), 30*time.Minute); err != nil {
		t.Fatal(err)
	}
}

// end holds the world against an undisturbed run. Messages may come twice only where the crash fell between the
// connector's acknowledgement and its commit: one of them, once.
func (s *Script) end(t *testing.T) {
	t.Helper()
	s.must(t, "order dana done", "number +12065550101 assigned dana", "graph dana number +12065550101", "graph dana policy 'Unlimited Calls'")
	assigned := 0
	for _, c := range s.cloud.Graph().Changes() {
		if c.Kind == graph.ChangeAssign {
			assigned++
			if c.Alias != "dana" || c.Number != "+12065550101" {
				t.Errorf("Microsoft was changed: %v", c)
			}
		}
	}
	if assigned != 1 {
		t.Errorf("the number was assigned %d times", assigned)
	}
	ready, phone := s.matches("alice", "Dana Reyes can call now"), s.matches("dana", "Your phone is ready")
	if ready < 1 || phone < 1 || ready+phone > 3 {
		t.Errorf("the requester was told %d times, the new user %d times", ready, phone)
	}
	counts := map[provision.NumberState]int{}
	numbers, err := s.numbers(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range numbers {
		if n.Location == "seattle" {
			counts[n.State]++
		}
	}
	if counts[provision.Assigned] != 1 || counts[provision.Held] != 0 {
		t.Errorf("Seattle has %v", counts)
	}
	if _, err := s.app.Service.Audit(t.Context(), s.Tenant()); err != nil {
		t.Error(err)
	}
}

// TestCrashAtEveryCommit kills the program right after, and right before, each commit of an assignment in turn.
func TestCrashAtEveryCommit(t *testing.T) {
	t.Parallel()
	for name, crash := range map[string]func(provision.Store, int, func()) provision.Store{
		"after":  func(s provision.Store, n int, die func()) provision.Store { return storetest.CrashAfter(s, n, die) },
		"before": func(s provision.Store, n int, die func()) provision.Store { return storetest.CrashBefore(s, n, die) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n, step := 1, crashStride; ; n += step {
				died := false
				ok := t.Run(fmt.Sprint(n), func(t *testing.T) {
					s, m := crashStage(t, func(m *mortal, st provision.Store) provision.Store { return crash(st, n, m.die) })
					died = s.live(t, m)
					s.end(t)
				})
				if !died || !ok {
					if n < 10 {
						t.Errorf("an assignment has only %d commits", n)
					}
					return
				}
			}
		})
	}
}

// TestCrashInsideCalls kills the program inside calls to Graph and the connector, chosen at random: before the other
// side did its work, and after.
func TestCrashInsideCalls(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range crashCalls {
		at, drop := 1+random.IntN(50), []string{fault.DropBefore, fault.DropAfter}[random.IntN(2)]
		t.Run(fmt.Sprintf("call %d %s", at, drop), func(t *testing.T) {
			t.Parallel()
			var m *mortal
			s, m := crashStage(t, func(_ *mortal, st provision.Store) provision.Store { return st })
			var calls atomic.Int64
			s.cloud.Faults().Observe(func(service, method, path string, _ int) {
				if service != fault.Login && calls.Add(1) == int64(at) {
					s.cloud.Faults().Add(fault.Rule{Service: service, Method: method, Path: path, Drop: drop})
					if drop == fault.DropBefore {
						m.die()
						return
					}
					// The work is done, and the program dies before it hears of it.
					go m.die()
				}
			})
			s.live(t, m)
			s.cloud.Faults().Observe(nil)
			s.end(t)
		})
	}
}
