package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"calltab/internal/provision/job"
)

const (
	runners    = 3
	runJobs    = 200
	runsAtOnce = 4 // of a runner: so few that each of them gets some
)

// tally counts what runners have done.
type tally struct {
	mu   sync.Mutex
	ran  map[string]int // by job and step
	by   map[int]int    // by runner
	over int            // jobs that have ended
	all  chan struct{}  // closed when every job has
}

// step is one that counts.
func (y *tally) step(name string, runner int) job.Step {
	return job.Step{Name: name, Do: func(_ context.Context, r *job.Run) error {
		y.mu.Lock()
		defer y.mu.Unlock()
		y.ran[r.Key()+" "+name]++
		y.by[runner]++
		return nil
	}}
}

// runner makes one of several.
func (y *tally) runner(store job.Store, n int) *job.Runner {
	observe := func(_ context.Context, t job.Tried) {
		y.mu.Lock()
		defer y.mu.Unlock()
		if t.Step != "three" {
			return
		}
		if y.over++; y.over == runJobs {
			close(y.all)
		}
	}
	r := job.New(store, job.Options{Now: time.Now, Rand: func() float64 { return 0 }, Workers: runsAtOnce,
		Shared: true, Wall: time.Now, Name: fmt.Sprint("runner ", n), Observe: observe})
	steps := []job.Step{y.step("one", n), y.step("two", n), y.step("three", n)}
	ended := func(tx job.Tx, r *job.Run, outcome job.Outcome, _ error) error {
		before, _ := tx.Get("ended", r.Key())
		tx.Put("ended", r.Key(), fmt.Append(before, outcome))
		return nil
	}
	r.Register(job.Kind{Name: "k", Steps: steps, Ended: ended})
	return r
}

// testRunners has three runners work off the same jobs, on one handle or on one each: every step of every job runs
// once, and each of the runners has had a part.
func testRunners(t *testing.T, open, another opener) {
	dir := t.TempDir()
	first := open(t, dir)
	t.Cleanup(func() { first.Close() })
	y := &tally{ran: map[string]int{}, by: map[int]int{}, all: make(chan struct{})}
	var all []*job.Runner
	for n := range runners {
		store := first
		if another != nil {
			store = another(t, dir)
			t.Cleanup(func() { store.Close() })
		}
		all = append(all, y.runner(store, n))
	}
	update(t, all[0].Store(), func(tx Tx) {
		for i := range runJobs {
			if err := all[0].Add(tx, "k", fmt.Sprint(i), nil, time.Now()); err != nil {
				t.Error(err)
			}
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for _, r := range all {
		wg.Go(func() { _ = r.Run(ctx) }) // it returns nil
	}
	<-y.all
	cancel()
	wg.Wait()
	for what, n := range y.ran {
		if n != 1 {
			t.Errorf("%s ran %d times", what, n)
		}
	}
	if len(y.ran) != 3*runJobs || len(y.by) != runners {
		t.Errorf("%d steps ran, want %d; by runner: %v", len(y.ran), 3*runJobs, y.by)
	}
	ended := 0
	view(t, first, func(tx Tx) {
		for key, outcome := range tx.Scan("ended", "", "") {
			ended++
			if string(outcome) != string(job.Done) {
				t.Errorf("%s ended %q", key, outcome)
			}
		}
	})
	if ended != runJobs {
		t.Errorf("%d jobs ended, want %d", ended, runJobs)
	}
}
