package job_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"calltab/internal/provision/job"
)

type progress struct{ N int }

// written lists what commit functions wrote to the table "w".
func (h *harness) written() string {
	var got string
	err := h.store.View(context.Background(), func(tx job.Tx) error {
		got = ""
		for k, v := range tx.Scan("w", "", "") {
			got += k + "=" + string(v) + " "
		}
		return nil
	})
	if err != nil {
		h.t.Errorf("View: %v", err)
	}
	return got
}

func write(key, value string) func(job.Tx) error {
	return func(tx job.Tx) error { tx.Put("w", key, []byte(value)); return nil }
}

// State and Commit functions are kept with every kind of result.
func TestCommitWithEveryResult(t *testing.T) {
	inBubble(t, func(h *harness) {
		results := []error{job.Wait(time.Second), errBoom, nil, job.Stop(errBoom)}
		do := func(_ context.Context, r *job.Run) error {
			var p progress
			if err := r.Load(&p); err != nil {
				t.Error(err)
			}
			h.note("n=%d", p.N)
			err := results[p.N-10]
			p.N++
			if err := r.Save(p); err != nil {
				t.Error(err)
			}
			if err := r.Load(&p); err != nil || p.N == 0 {
				t.Errorf("Load after Save: %v, %v", p, err)
			}
			r.Commit(write(fmt.Sprint(p.N), r.Step()))
			r.Commit(write("last", fmt.Sprint(p.N)))
			return err
		}
		h.Register(job.Kind{Name: "k", Steps: []job.Step{
			{Name: "one", Do: do},
			{Name: "two", Do: do, Undo: func(_ context.Context, r *job.Run) error {
				r.Commit(write("undone", r.Kind()+"/"+r.Key()))
				return nil
			}},
		}, Ended: func(tx job.Tx, r *job.Run, _ job.Outcome, _ error) error {
			var p progress
			if err := r.Load(&p); err != nil {
				return err
			}
			tx.Put("w", "ended", fmt.Append(nil, p.N, r.Key()))
			return nil
		}})
		h.start()
		h.add("k", "o", progress{N: 10}, 0)
		time.Sleep(time.Minute)
		h.want("n=10 one:wait n=11 one:retry n=12 one:done n=13 two:stop two:undone")
		if got, want := h.written(), "11=one 12=one 13=one 14=two ended=14o last=14 undone=k/o "; got != want {
			t.Errorf("written %s, want %s", got, want)
		}
	})
}

// A refused commit keeps nothing of the try, and is the step's failure.
func TestCommitThatRefuses(t *testing.T) {
	inBubble(t, func(h *harness) {
		refusals := []error{errBoom, job.Wait(time.Minute), job.Stop(errors.New("order is cancelled"))}
		h.kind(job.Kind{Name: "k", Steps: []job.Step{h.undo(job.Step{Name: "one", Do: func(_ context.Context, r *job.Run) error {
			var p progress
			if err := r.Load(&p); err != nil || p.N != 1 {
				t.Errorf("state %v, %v", p, err)
			}
			if err := r.Save(progress{2}); err != nil {
				t.Error(err)
			}
			r.Commit(write("a", "kept"))
			refusal := refusals[0]
			refusals = refusals[1:]
			r.Commit(func(job.Tx) error { return refusal })
			return nil
		}})}})
		h.start()
		h.add("k", "o", progress{1}, 0)
		time.Sleep(time.Hour)
		h.want("one:retry one:wait one:stop undone(order is cancelled) one:undone")
		if got := h.written(); got != "" {
			t.Errorf("written %s", got)
		}
		h.wantNothing()
	})
}

// An Ended that refuses keeps the job live: first as a failed step, and when even parking is refused as a retry.
func TestEndedThatRefuses(t *testing.T) {
	inBubble(t, func(h *harness) {
		refusals := 5
		h.Register(job.Kind{Name: "k", Attempts: 2, Steps: []job.Step{{Name: "one", Do: func(_ context.Context, r *job.Run) error {
			r.Commit(write("one", "done"))
			return nil
		}}}, Ended: func(tx job.Tx, r *job.Run, outcome job.Outcome, cause error) error {
			if refusals--; refusals >= 0 {
				h.note("no(%s)", outcome)
				return errBoom
			}
			h.note("yes(%s,%v)", outcome, cause)
			return nil
		}})
		h.start()
		h.add("k", "o", nil, 0)
		time.Sleep(time.Hour)
		// Done refused: a failure. Done refused again: it would be parked, which is refused too: tried again …
		h.want("no(done) one:retry no(done) no(parked) one:retry no(done) no(parked) one:retry yes(done,<nil>) one:done")
		if got := h.written(); got != "one=done " {
			t.Errorf("written %s", got)
		}
		h.wantNothing()
	})
}

func TestCheckpoint(t *testing.T) {
	inBubble(t, func(h *harness) {
		h.kind(job.Kind{Name: "k", Steps: []job.Step{{Name: "one", Do: func(ctx context.Context, r *job.Run) error {
			var p progress
			if err := r.Load(&p); err != nil {
				t.Error(err)
			}
			h.note("n=%d", p.N)
			if p.N == 2 {
				return nil
			}
			if err := r.Save(progress{p.N + 1}); err != nil {
				t.Error(err)
			}
			if err := r.Checkpoint(ctx, func(tx job.Tx) error { return errBoom }); err != errBoom {
				t.Errorf("a checkpoint that refuses: %v", err)
			}
			if err := r.Checkpoint(ctx, write("operation", fmt.Sprint(p.N))); err != nil {
				t.Error(err)
			}
			if err := r.Checkpoint(ctx, nil); err != nil {
				t.Error(err)
			}
			if err := r.Save(progress{100}); err != nil { // goes down with the refused commit
				t.Error(err)
			}
			r.Commit(func(job.Tx) error { return errBoom })
			return nil
		}}}})
		h.start()
		h.add("k", "o", nil, 0)
		time.Sleep(time.Minute)
		h.want("n=0 one:retry n=1 one:retry n=2 done one:done")
		if got := h.written(); got != "operation=1 " {
			t.Errorf("written %s", got)
		}
	})
}

// A job added by the end of another starts by itself, and a kind may put the same job back.
func TestEndedAdds(t *testing.T) {
	inBubble(t, func(h *harness) {
		rounds := 0
		h.Register(job.Kind{Name: "k", Steps: []job.Step{script("one")}, Ended: func(tx job.Tx, r *job.Run, _ job.Outcome, _ error) error {
			if rounds++; rounds < 3 {
				return h.Add(tx, r.Kind(), r.Key(), nil, r.Now().Add(time.Minute))
			}
			return nil
		}})
		h.start()
		h.add("k", "o", nil, 0)
		h.want("one:done")
		time.Sleep(time.Minute)
		h.want("one:done")
		time.Sleep(time.Hour)
		h.want("one:done")
		h.wantNothing()
	})
}

// flaky is a store whose commits fail for a while.
type flaky struct {
	job.Store
	left atomic.Int64 // commits that fail
}

func (f *flaky) Update(ctx context.Context, g func(job.Tx) error) error {
	if f.left.Add(-1) >= 0 {
		return errors.New("disk full")
	}
	return f.Store.Update(ctx, g)
}

// A step has acted when its commit fails: the commit is tried again, with growing pauses, and not the step.
func TestStoreThatFails(t *testing.T) {
	inBubble(t, func(h *harness) {
		f := &flaky{Store: h.store}
		h = newHarness(h.t, f, job.Options{})
		var runs atomic.Int64
		h.kind(job.Kind{Name: "k", Steps: []job.Step{{Name: "one", Do: func(context.Context, *job.Run) error {
			runs.Add(1)
			f.left.Store(7)
			return nil
		}}}})
		h.add("k", "o", nil, 0)
		began := time.Now()
		h.start()
		if err := h.Idle(context.Background()); err != nil {
			t.Error(err)
		}
		h.want("done one:done")
		if took := (1 + 2 + 4 + 8 + 16 + 30 + 30) * time.Second; runs.Load() != 1 || time.Since(began) != took {
			t.Errorf("%d runs in %v, want 1 in %v", runs.Load(), time.Since(began), took)
		}
		h.wantNothing()
	})
}

// Only a restart loses a result that was in hand: the step runs once more.
func TestStoreThatFailsUntilTheEnd(t *testing.T) {
	inBubble(t, func(h *harness) {
		f := &flaky{Store: h.store}
		var runs atomic.Int64
		kind := job.Kind{Name: "k", Steps: []job.Step{{Name: "one", Do: func(context.Context, *job.Run) error {
			if runs.Add(1) == 1 {
				f.left.Store(1000)
			}
			return nil
		}}}}
		first := newHarness(h.t, f, job.Options{})
		first.Register(kind)
		first.add("k", "o", nil, 0)
		first.start()
		time.Sleep(time.Hour)
		first.stop()
		h.Register(kind)
		h.start()
		time.Sleep(time.Hour)
		if n := runs.Load(); n != 2 {
			t.Errorf("%d runs, want 2", n)
		}
		h.wantNothing()
	})
}

// While nothing can be recorded nothing is begun.
func TestHeld(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var held atomic.Bool
		held.Store(true)
		h := newHarness(t, openStore(t), job.Options{Held: held.Load})
		h.kind(job.Kind{Name: "k", Steps: []job.Step{script("one")}})
		h.start()
		h.add("k", "o", nil, 0)
		time.Sleep(time.Hour)
		h.want("")
		held.Store(false)
		h.Kick()
		h.want("done one:done")
		h.wantNothing()
	})
}
