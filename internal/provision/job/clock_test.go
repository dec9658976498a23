package job_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision/job"
)

// A clock that was ahead, and is set right while the program runs or while it is down, puts nothing off: each job waits as long as
// its step asked for.
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
