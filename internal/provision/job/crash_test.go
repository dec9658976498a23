package job_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision/job"
	"calltab/internal/provision/storetest"
)

// phone is an outside world that survives the process: facts, and how often it was asked for each.
type phone struct {
	mu    sync.Mutex
	facts map[string]bool
	asked map[string]int
}

// set makes a fact true or false, idempotently, refusing until it was asked often enough.
func (p *phone) set(fact string, to bool, refusals int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	what := fmt.Sprint(fact, to)
	p.asked[what]++
	if p.asked[what] <= refusals {
		return errBoom
	}
	p.facts[fact] = to
	return nil
}

// assignKind has four steps with failures, a wait, a checkpoint, and, if doomed, an end that undoes it all. Every
// change is written to a log in the transaction that records it, so that a lost or doubled one shows.
func assignKind(world *phone, doomed bool) job.Kind {
	log := func(r *job.Run, what string) {
		r.Commit(func(tx job.Tx) error { return appendLog(tx, what) })
	}
	step := func(name string, refusals int) job.Step {
		set := func(to bool) func(context.Context, *job.Run) error {
			return func(_ context.Context, r *job.Run) error {
				if err := world.set(name, to, refusals); err != nil {
					return err
				}
				log(r, fmt.Sprint(name, " ", to))
				return nil
			}
		}
		return job.Step{Name: name, Do: set(true), Undo: set(false)}
	}
	number := step("number", 1)
	assign := number.Do
	number.Do = func(ctx context.Context, r *job.Run) error {
		var operation string
		if err := r.Load(&operation); err != nil {
			return err
		}
		if operation == "" {
			if err := r.Save("operations/7"); err != nil {
				return err
			}
			if err := r.Checkpoint(ctx, func(tx job.Tx) error { return appendLog(tx, "operation") }); err != nil {
				return err
			}
		}
		if r.Now().Sub(r.Since()) < time.Minute {
			return job.Wait(25 * time.Second)
		}
		return assign(ctx, r)
	}
	verify := job.Step{Name: "verify", Do: func(_ context.Context, r *job.Run) error {
		if doomed {
			return job.Stop(errors.New("no licence"))
		}
		return nil
	}}
	return job.Kind{
		Name: "assign", Steps: []job.Step{step("carrier", 2), number, step("policy", 0), verify},
		Ended: func(tx job.Tx, r *job.Run, outcome job.Outcome, cause error) error {
			return appendLog(tx, fmt.Sprint(outcome, cause))
		},
	}
}

func appendLog(tx job.Tx, what string) error {
	n := 0
	for range tx.Scan("log", "", "") {
		n++
	}
	tx.Put("log", fmt.Sprintf("%03d", n), []byte(what))
	return nil
}

// TestCrashAtEveryCommit kills the process right after, and right before, each commit of an assignment and starts
// another on the same store and world: the end is that of an undisturbed run.
func TestCrashAtEveryCommit(t *testing.T) {
	t.Parallel()
	crashes := map[string]func(job.Store, int, func()) job.Store{"after": storetest.CrashAfter, "before": storetest.CrashBefore}
	for _, doomed := range []bool{false, true} {
		wantLog, wantFacts, _ := liveThrough(t, doomed, nil)
		if len(wantLog) < 5 {
			t.Fatalf("the undisturbed run logged only %q", wantLog)
		}
		for when, crash := range crashes {
			t.Run(fmt.Sprintf("%s,doomed=%v", when, doomed), func(t *testing.T) {
				t.Parallel()
				died := true
				n := 0
				for ; died; n++ {
					var log []string
					var facts map[string]bool
					log, facts, died = liveThrough(t, doomed, func(s job.Store, die func()) job.Store { return crash(s, n, die) })
					if !slices.Equal(log, wantLog) || !maps.Equal(facts, wantFacts) {
						t.Fatalf("crash %s commit %d:\n got %q %v\nwant %q %v", when, n, log, facts, wantLog, wantFacts)
					}
				}
				t.Logf("%d crashes", n-1)
				if n < 8 {
					t.Errorf("only %d commits: the test tests little", n)
				}
			})
		}
	}
}

// liveThrough runs one job to its end, in two lives if crash says so.
func liveThrough(t *testing.T, doomed bool, crash func(job.Store, func()) job.Store) (log []string, facts map[string]bool, died bool) {
	synctest.Test(t, func(t *testing.T) {
		store := openStore(t)
		world := &phone{facts: map[string]bool{}, asked: map[string]int{}}
		life := func(s job.Store, dead <-chan struct{}) {
			h := newHarness(t, s, job.Options{Observe: func(context.Context, job.Tried) {}})
			h.Register(assignKind(world, doomed))
			err := h.Store().Update(t.Context(), func(tx job.Tx) error { return h.Add(tx, "assign", "o1", nil, time.Now()) })
			if err != nil && !errors.Is(err, storetest.ErrCrashed) {
				t.Fatal(err)
			}
			h.start()
			select {
			case <-dead:
			case <-time.After(24 * time.Hour):
			}
			h.stop()
		}
		if crash != nil {
			dead := make(chan struct{})
			life(crash(store, func() { died = true; close(dead) }), dead)
		}
		if crash == nil || died {
			if len(tables(t, store)) > 0 || len(readLog(t, store)) == 0 { // not over when it died
				life(store, nil)
			}
		}
		if left := tables(t, store); len(left) > 0 {
			t.Errorf("left behind: %q", left)
		}
		log, facts = readLog(t, store), world.facts
	})
	return log, facts, died
}

func readLog(t *testing.T, s job.Store) (log []string) {
	t.Helper()
	err := s.View(context.Background(), func(tx job.Tx) error {
		log = nil
		for _, v := range tx.Scan("log", "", "") {
			log = append(log, string(v))
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return log
}
