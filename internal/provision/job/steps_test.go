package job_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"calltab/internal/provision/job"
)

func TestStepsInOrder(t *testing.T) {
	inBubble(t, func(h *harness) {
		h.kind(job.Kind{Name: "assign", Steps: []job.Step{script("one"), script("two"), script("three")}})
		h.start()
		h.add("assign", "o1", nil, 0)
		h.want("one:done two:done done three:done")
		h.wantNothing()
		h.add("assign", "o1", nil, 0) // the name is free again
		h.want("one:done two:done done three:done")
	})
}

func TestWaitUsesNoAttempt(t *testing.T) {
	inBubble(t, func(h *harness) {
		var since []time.Time
		looks := 0
		h.kind(job.Kind{Name: "watch", Attempts: 3, Steps: []job.Step{{Name: "look", Do: func(_ context.Context, r *job.Run) error {
			since = append(since, r.Since())
			if r.Attempt() != 1+looks%2 {
				t.Errorf("attempt %d at look %d", r.Attempt(), looks)
			}
			if looks++; looks > 40 {
				return nil
			}
			if looks%2 == 1 {
				return errBoom // single failures between good looks never add up
			}
			return fmt.Errorf("not ready: %w", job.Wait(time.Hour))
		}}}})
		h.start()
		began := time.Now()
		h.add("watch", "k", nil, time.Minute)
		time.Sleep(30 * time.Hour)
		h.took()
		if looks != 41 {
			t.Errorf("%d looks, want 41", looks)
		}
		for _, s := range since {
			if !s.Equal(began.Add(time.Minute)) {
				t.Fatalf("since %v, want %v", s, began.Add(time.Minute))
			}
		}
		h.wantNothing()
	})
}

func TestStopUndoesBackwards(t *testing.T) {
	inBubble(t, func(h *harness) {
		h.kind(job.Kind{Name: "assign", Steps: []job.Step{
			h.undo(script("one")), script("two"), h.undo(script("three")), h.undo(script("four", job.Stop(errBoom))), h.undo(script("five")),
		}})
		h.kind(job.Kind{Name: "plain", Steps: []job.Step{script("only", job.Stop(nil))}})
		h.start()
		h.add("assign", "o", nil, 0)
		h.want("one:done two:done three:done four:stop four:undone three:undone undone(boom) one:undone")
		h.add("plain", "o", nil, 0)
		h.want("undone(stopped) only:stop")
		h.wantNothing()
	})
}

type asksFor time.Duration

func (a asksFor) Error() string             { return "busy" }
func (a asksFor) RetryDelay() time.Duration { return time.Duration(a) }

func TestBackoffThenParked(t *testing.T) {
	inBubble(t, func(h *harness) {
		var at []time.Duration
		began := time.Now()
		h.kind(job.Kind{Name: "k", Attempts: 5, Steps: []job.Step{script("one"), {Name: "two", Do: func(_ context.Context, r *job.Run) error {
			at = append(at, time.Since(began))
			if r.Attempt() != len(at) {
				t.Errorf("attempt %d, want %d", r.Attempt(), len(at))
			}
			if r.Attempt() == 2 {
				return fmt.Errorf("wrapped: %w", asksFor(time.Minute))
			}
			return errBoom
		}}}})
		h.start()
		h.add("k", "o", nil, 0)
		time.Sleep(time.Hour)
		h.want("one:done two:retry two:retry two:retry two:retry parked(boom) two:parked")
		want := []time.Duration{0, 2 * time.Second, 62 * time.Second, 70 * time.Second, 86 * time.Second}
		if fmt.Sprint(at) != fmt.Sprint(want) {
			t.Errorf("tries at %v, want %v", at, want)
		}
		p := h.parked()
		if len(p) != 1 || p[0].Kind != "k" || p[0].Key != "o" || p[0].Step != "two" || p[0].Failure != "boom" || p[0].Undoing ||
			!p[0].At.Equal(began.Add(want[4])) {
			t.Errorf("parked: %+v", p)
		}
	})
}

func TestUndoThatFails(t *testing.T) {
	inBubble(t, func(h *harness) {
		failing := script("", errBoom, job.Wait(time.Minute), errBoom, job.Stop(errors.New("cannot")))
		one := script("one")
		one.Undo = failing.Do
		h.kind(job.Kind{Name: "k", Attempts: 2, Steps: []job.Step{one, script("two", job.Stop(errors.New("refused")))}})
		h.start()
		h.add("k", "o", nil, 0)
		time.Sleep(time.Hour)
		h.want("one:done two:stop one:retry one:wait one:retry parked(cannot) one:parked")
		p := h.parked()
		if len(p) != 1 || !p[0].Undoing || p[0].Failure != "cannot" || p[0].Cause != "refused" {
			t.Errorf("parked: %+v", p)
		}
		h.update(func(tx job.Tx) error { return h.Undo(tx, "k", "o") })
		h.want("undone(refused) one:undone")
		h.wantNothing()
	})
}

func TestPanicIsAFailedAttempt(t *testing.T) {
	inBubble(t, func(h *harness) {
		first := true
		h.kind(job.Kind{Name: "k", Attempts: 3, Steps: []job.Step{{Name: "step", Do: func(_ context.Context, r *job.Run) error {
			switch r.Attempt() {
			case 1:
				panic("in the step")
			case 2:
				r.Commit(func(job.Tx) error { panic("in the commit") })
				return nil
			}
			r.Commit(func(tx job.Tx) error { tx.Put("t", "k", nil); return nil })
			first = false
			return r.Checkpoint(context.Background(), func(job.Tx) error { panic("in the checkpoint\nfar away") })
		}}}})
		h.start()
		h.add("k", "o", nil, 0)
		time.Sleep(time.Minute)
		h.want("step:retry step:retry parked(panic: in the checkpoint) step:parked")
		if first {
			t.Error("the third try did not happen")
		}
	})
}

func TestStepHasATimeLimit(t *testing.T) {
	inBubble(t, func(h *harness) {
		h.kind(job.Kind{Name: "k", Attempts: 1, Steps: []job.Step{{Name: "slow", Do: func(ctx context.Context, r *job.Run) error {
			<-ctx.Done()
			return ctx.Err()
		}}}})
		h.start()
		h.add("k", "o", nil, 0)
		time.Sleep(59 * time.Second)
		h.want("")
		time.Sleep(time.Second)
		h.want("parked(context deadline exceeded) slow:parked")
	})
}

func TestRunWaitsForStepsInHand(t *testing.T) {
	inBubble(t, func(h *harness) {
		h.kind(job.Kind{Name: "k", Steps: []job.Step{{Name: "slow", Do: func(ctx context.Context, r *job.Run) error {
			time.Sleep(10 * time.Second)
			return ctx.Err()
		}}, script("next")}})
		h.start()
		h.add("k", "o", nil, 0)
		time.Sleep(time.Second)
		h.stop()
		h.want("slow:done")
		again := newHarness(h.t, h.store, job.Options{})
		again.kind(job.Kind{Name: "k", Steps: []job.Step{script("slow"), script("next")}})
		again.start()
		again.want("done next:done")
	})
}
