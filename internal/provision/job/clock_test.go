package job_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision/job"
)

// A clock that was ahead, and is set right while the program runs or while it is down, puts nothing off: each job waits
// as long as its step asked for.
func TestClockThatWasAhead(t *testing.T) {
	t.Parallel()
	for name, restart := range map[string]bool{"set right while it runs": false, "set right while it is down": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var ahead atomic.Int64
				ahead.Store(int64(30 * 24 * time.Hour))
				clock := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
				store := openStore(t)
				kind := job.Kind{Name: "k", Steps: []job.Step{script("one", job.Wait(2*time.Hour))}}
				h := newHarness(t, store, job.Options{Now: clock})
				h.kind(kind)
				h.start()
				h.update(func(tx job.Tx) error { return h.Add(tx, "k", "waits", nil, clock()) })
				h.want("one:wait")
				h.update(func(tx job.Tx) error { return h.Add(tx, "k", "later", nil, clock().Add(3*time.Hour)) })
				if restart {
					h.stop()
				}
				ahead.Store(0)
				if restart {
					h = newHarness(t, store, job.Options{Now: clock})
					h.kind(kind)
					h.start()
				}
				time.Sleep(time.Hour)
				h.want("")
				time.Sleep(time.Hour + time.Minute)
				h.want("done one:done")
				time.Sleep(time.Hour)
				h.want("done one:done")
				h.wantNothing()
			})
		})
	}
}

// A clock that goes back a little, as time servers have it do, changes nothing.
func TestClockThatIsTrimmed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ahead atomic.Int64
		ahead.Store(int64(time.Second))
		clock := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
		h := newHarness(t, openStore(t), job.Options{Now: clock})
		h.kind(job.Kind{Name: "k", Steps: []job.Step{script("one")}})
		h.start()
		due := clock().Add(time.Hour)
		h.update(func(tx job.Tx) error { return h.Add(tx, "k", "o", nil, due) })
		ahead.Store(0)
		time.Sleep(time.Minute)
		if at, ok, err := h.Next(context.Background()); !at.Equal(due) || !ok || err != nil {
			t.Errorf("it is due at %v, want %v; %v", at, due, err)
		}
	})
}

// An outage that a clock noted which was ahead does not count once the clock is set right: what a
// step measures goes on.
func TestOutageByAClockThatWasAhead(t *testing.T) {
	t.Parallel()
	for name, over := range map[string]bool{"over before the clock is set right": true, "over after it": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var ahead atomic.Int64
				ahead.Store(int64(30 * 24 * time.Hour))
				clock := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
				var down atomic.Bool
				down.Store(true)
				var elapsed atomic.Int64
				h := newHarness(t, openStore(t), job.Options{Now: clock})
				h.kind(job.Kind{Name: "k", Steps: []job.Step{{Name: "s", Do: func(_ context.Context, r *job.Run) error {
					if down.Load() {
						return job.Weather(errBoom)
					}
					elapsed.Store(int64(r.Elapsed(r.Since())))
					return job.Wait(10 * time.Minute)
				}}}})
				h.start()
				h.update(func(tx job.Tx) error { return h.Add(tx, "k", "o", nil, clock()) })
				time.Sleep(2 * time.Hour)
				down.Store(!over)
				time.Sleep(time.Hour)
				ahead.Store(0)
				time.Sleep(time.Hour)
				synctest.Wait()
				before := time.Duration(elapsed.Load())
				down.Store(false)
				time.Sleep(30 * time.Minute)
				synctest.Wait()
				from := time.Duration(elapsed.Load())
				time.Sleep(2 * time.Hour)
				synctest.Wait()
				if got := time.Duration(elapsed.Load()) - from; got != 2*time.Hour {
					t.Errorf("in two hours %s have passed", got)
				}
				if over && (before < 45*time.Minute || before > time.Hour) {
					t.Errorf("%s have passed in the hour since the clock was set right", before)
				}
			})
		})
	}
}
