package bot

import (
	"context"
	"strings"
	"testing"
	"time"

	"calltab/internal/bot/view"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
	"calltab/internal/provision/storetest"
)

// A process that dies at any commit of the outbox and is started again ends where an undisturbed one does: everybody is
// told once. Only a death between the connector's acknowledgement and the commit lets one message come twice.
func TestOutboxSurvivesCrashes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		crash func(job.Store, int, func()) job.Store
		twice int
	}{
		"right after a commit":  {storetest.CrashAfter, 0},
		"right before a commit": {storetest.CrashBefore, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := 1; ; n++ {
				w := ordered(t)
				w.settle()
				before := len(w.teams.posts())
				w.stop()
				w.workers = 1 // else another job may be between acknowledgement and commit
				if finished := w.readyDying(n, c.crash); finished {
					if n < 6 {
						t.Errorf("the whole took %d commits: nothing was tried", n)
					}
					break
				}
				w.boot(func(s job.Store) job.Store { return s })
				if w.sheet("o1").Order.State != provision.Done {
					w.ready()
				}
				w.advance(time.Hour)
				w.toldOnce(n, before, c.twice)
				w.stop()
			}
		})
	}
}

// readyDying makes the order ready in a process that dies at the nth commit, and reports whether it came through.
func (w *world) readyDying(n int, crash func(job.Store, int, func()) job.Store) bool {
	dead := make(chan struct{})
	w.boot(func(s job.Store) job.Store { return crash(s, n, func() { close(dead) }) })
	err := w.store.Update(w.Context(), func(tx provision.Tx) error {
		o, err := w.core.OrderIn(tx, tenant, "o1")
		if err != nil {
			return err
		}
		o.State = provision.Done
		return w.core.Write(tx, &o, provision.OrderDone, "", "")
	})
	if err == nil {
		ctx, cancel := context.WithCancel(w.Context())
		idle := make(chan struct{})
		go func() {
			defer close(idle)
			w.runner.Kick()
			w.runner.Idle(ctx)
		}()
		select {
		case <-dead:
		case <-idle:
		}
		cancel() // a dead runner never comes to rest
		<-idle
	}
	w.stop()
	select {
	case <-dead:
		return false
	default:
		return true
	}
}

func (w *world) toldOnce(n, before, twice int) {
	w.Helper()
	phones, notes := 0, 0
	for _, p := range w.teams.posts()[before:] {
		switch {
		case strings.Contains(string(p.card), view.VerbSeen):
			phones++
		case strings.Contains(string(p.card), "can call now"):
			notes++
		}
	}
	if phones < 1 || notes < 1 || phones+notes > 2+twice {
		w.Errorf("crash at commit %d: dana told %d times, alice %d times", n, phones, notes)
	}
	card := w.teams.posts()[0]
	if !strings.Contains(string(card.card), "Ready") {
		w.Errorf("crash at commit %d: the order's card shows %s", n, card.card)
	}
}
