package job_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/job"
)

// harness is one runner on a real store, inside a bubble whose clock is business time.
type harness struct {
	*job.Runner
	t     *testing.T
	store job.Store
	stop  func() // ends Run and waits for it

	mu     sync.Mutex
	events []string
}

var errBoom = errors.New("boom")

// inBubble runs a test with the clock of testing/synctest, which moves when everybody waits.
func inBubble(t *testing.T, test func(h *harness)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { test(newHarness(t, openStore(t), job.Options{})) })
}

func openStore(t *testing.T) job.Store {
	t.Helper()
	s, err := boltstore.Open(filepath.Join(t.TempDir(), "jobs.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// named counts the runners of all tests.
var named atomic.Int64

func newHarness(t *testing.T, store job.Store, o job.Options) *harness {
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Rand = func() float64 { return 0 }
	o.Wall = time.Now
	o.Name = fmt.Sprint("runner ", named.Add(1))
	h := &harness{t: t, store: store, stop: func() {}}
	if o.Observe == nil {
		o.Observe = func(_ context.Context, t job.Tried) { h.note("%s:%s", t.Step, t.Result) }
	}
	h.Runner = job.New(store, o)
	return h
}

// start runs the runner until the test ends or stop is called.
func (h *harness) start() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := h.Run(ctx); err != nil {
			h.t.Errorf("Run: %v", err)
		}
	}()
	h.stop = func() { cancel(); <-done }
	h.t.Cleanup(func() { h.stop() })
}

func (h *harness) note(format string, args ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = append(h.events, fmt.Sprintf(format, args...))
}

// took returns what was noted since the last call.
func (h *harness) took() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	events := h.events
	h.events = nil
	return strings.Join(events, " ")
}

// want waits until everybody waits and compares what was noted.
func (h *harness) want(events string) {
	h.t.Helper()
	synctest.Wait()
	if got := h.took(); got != events {
		h.t.Errorf("got  %s\nwant %s", got, events)
	}
}

func (h *harness) update(f func(tx job.Tx) error) {
	h.t.Helper()
	if err := h.Store().Update(context.Background(), f); err != nil {
		h.t.Errorf("Update: %v", err)
	}
}

func (h *harness) add(kind, key string, state any, in time.Duration) {
	h.t.Helper()
	h.update(func(tx job.Tx) error { return h.Add(tx, kind, key, state, time.Now().Add(in)) })
}

// kind registers one whose end is noted.
func (h *harness) kind(k job.Kind) {
	k.Ended = func(_ job.Tx, r *job.Run, outcome job.Outcome, cause error) error {
		if cause != nil {
			h.note("%s(%v)", outcome, cause)
		} else {
			h.note("%s", outcome)
		}
		return nil
	}
	h.Register(k)
}

// script is a step that gives these results in turn, and nil from then on.
func script(name string, results ...error) job.Step {
	var mu sync.Mutex
	return job.Step{Name: name, Do: func(context.Context, *job.Run) error {
		mu.Lock()
		defer mu.Unlock()
		if len(results) == 0 {
			return nil
		}
		err := results[0]
		results = results[1:]
		return err
	}}
}

func (h *harness) undo(s job.Step) job.Step {
	s.Undo = func(context.Context, *job.Run) error { return nil }
	return s
}

// tables lists the keys of everything that the runner keeps.
func tables(t *testing.T, s job.Store) []string {
	t.Helper()
	var keys []string
	err := s.View(context.Background(), func(tx job.Tx) error {
		for _, table := range []string{"jobs", "jobs-due", "jobs-parked"} {
			for k := range tx.Scan(table, "", "") {
				keys = append(keys, table+" "+k)
			}
		}
		return nil
	})
	if err != nil {
		t.Errorf("View: %v", err)
	}
	return keys
}

// wantNothing checks that ended jobs have left no trace.
func (h *harness) wantNothing() {
	h.t.Helper()
	if left := tables(h.t, h.store); len(left) > 0 {
		h.t.Errorf("left behind: %q", left)
	}
}

func (h *harness) parked() []job.ParkedJob {
	var list []job.ParkedJob
	err := h.store.View(context.Background(), func(tx job.Tx) error {
		list = slices.Collect(h.Parked(tx))
		return nil
	})
	if err != nil {
		h.t.Errorf("View: %v", err)
	}
	return list
}
