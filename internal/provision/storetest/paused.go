package storetest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision/fence"
	"calltab/internal/provision/job"
)

// pausable is a store that a runner does not reach while it is paused.
type pausable struct {
	job.Store
	paused atomic.Bool
}

var errPaused = errors.New("the program is paused")

func (p *pausable) View(ctx context.Context, f func(Tx) error) error {
	if p.paused.Load() {
		return errPaused
	}
	return p.Store.View(ctx, f)
}

func (p *pausable) Update(ctx context.Context, f func(Tx) error) error {
	if p.paused.Load() {
		return errPaused
	}
	return p.Store.Update(ctx, f)
}

// testPaused: a runner that was paused within a step for longer than its claim lasts writes nothing over what another
// one has written meanwhile, by whatever way. What it wrote before its pause stays.
func testPaused(t *testing.T, open, another opener) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		first := open(t, dir)
		defer first.Close()
		second := first
		if another != nil {
			second = another(t, dir)
			defer second.Close()
		}
		pauseWithin(t, first, second)
	})
}

// pauseWithin has a runner on each of two handles, and pauses the first one in the middle of a step.
func pauseWithin(t *testing.T, first, second job.Store) {
	asleep := &pausable{Store: first}
	one, two := sharing(asleep, "one"), sharing(second, "two")
	wake, over := make(chan struct{}), make(chan struct{})
	one.Register(timed(one, "one ", func(ctx context.Context, r *job.Run, write func(context.Context) error) error {
		if err := write(ctx); err != nil {
			t.Errorf("before the pause: %v", err)
		}
		asleep.paused.Store(true)
		<-wake
		asleep.paused.Store(false)
		late := context.WithoutCancel(ctx) // a program that goes on may write before it notices how late it is
		if err := fence.Alive(late); err == nil {
			t.Error("after the pause it may call")
		}
		if err := write(late); err == nil {
			t.Error("after the pause it writes")
		}
		if err := r.Checkpoint(late, nil); err == nil {
			t.Error("after the pause it keeps its state")
		}
		close(over)
		return nil
	}))
	two.Register(timed(two, "two ", func(ctx context.Context, _ *job.Run, write func(context.Context) error) error {
		return write(ctx)
	}))
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{}, 2)
	run := func(r *job.Runner) {
		_ = r.Run(ctx) // it returns nil
		done <- struct{}{}
	}
	update(t, second, func(tx Tx) {
		if err := one.Add(tx, "timed", "number", nil, time.Now()); err != nil {
			t.Error(err)
		}
	})
	go run(one)
	time.Sleep(time.Second)
	go run(two)
	time.Sleep(time.Minute)
	close(wake)
	<-over
	stop()
	<-done
	<-done
	view(t, second, func(tx Tx) {
		if wrote, _ := tx.Get("wrote", "number"); string(wrote) != "one two " {
			t.Errorf("written by %q, want by one before its pause and then by two", wrote)
		}
		if job.Exists(tx, "timed", "number") {
			t.Error("the job has not ended")
		}
	})
}

// sharing is a runner that has others beside it.
func sharing(store job.Store, name string) *job.Runner {
	return job.New(store, job.Options{Now: time.Now, Rand: func() float64 { return 0 }, Shared: true, Wall: time.Now,
		Name: name})
}

// timed is a kind whose step is given a way to write in a transaction of its own, after what was written before.
func timed(r *job.Runner, name string, do func(context.Context, *job.Run, func(context.Context) error) error) job.Kind {
	step := func(ctx context.Context, run *job.Run) error {
		return do(ctx, run, func(ctx context.Context) error {
			return r.Store().Update(ctx, func(tx Tx) error {
				before, _ := tx.Get("wrote", run.Key())
				tx.Put("wrote", run.Key(), append(before, name...))
				return nil
			})
		})
	}
	return job.Kind{Name: "timed", Steps: []job.Step{{Name: "end-in-time", Do: step}}}
}
