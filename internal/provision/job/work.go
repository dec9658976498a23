package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"
)

// Log keys.
const (
	keyError   = "error"
	keyKind    = "job_kind"
	keyKey     = "job_key"
	keyStep    = "step"
	keyResult  = "result"
	keyAttempt = "attempt"
	keyTook    = "took"
	keyStack   = "stack"
	keyJobs    = "jobs"
)

// work takes one step of one job and records what came of it. ctx is the runner's; its end cuts
// nothing short but pauses.
func (r *Runner) work(ctx context.Context, e entry) {
	finished := false
	defer func() {
		if !finished {
			r.pause(ctx, storePause) // the store refused, or the step ended its goroutine: do not spin
		}
	}()
	life := context.WithoutCancel(ctx)
	run := &Run{runner: r, kind: e.kind, key: e.key}
	begun := r.now()
	var unreadable error
	taken := false
	asked := r.wall()
	look := r.store.View
	if r.shared {
		look = r.store.Update
	}
	err := look(life, func(tx Tx) (err error) {
		run.strange = false
		taken, unreadable = run.take(tx, begun)
		if unreadable != nil && r.shared {
			run.strange = r.unlike(tx)
		}
		return nil
	})
	switch {
	case err != nil:
		r.log.Error("reading a job", keyKind, e.kind, keyKey, e.key, keyError, err)
		return
	case run.strange:
		r.leave(e)
		finished = true
		return
	case unreadable != nil:
		finished = r.setAside(life, e, unreadable)
		return
	case !taken:
		finished = true // it went on between the look and now, or another runner was first
		return
	}
	run.state = run.rec.State
	run.rec.mend(begun)
	if run.rec.Since.IsZero() {
		run.rec.Since = begun.UTC()
	}
	if run.rec.Down.IsZero() && begun.Sub(run.rec.Due) >= lateness {
		run.rec.lost(run.rec.Due, begun) // nobody ran it in time
	}
	if r.tracer != nil {
		life = r.tracer.Resume(life, run.rec.Trace)
	}
	held, release := run.hold(life, asked)
	defer release()
	res := r.try(held, run)
	finished = r.record(ctx, life, run, res, begun)
}

// try runs the step, forwards or backwards.
func (r *Runner) try(ctx context.Context, run *Run) (res result) {
	k := r.kinds[run.kind]
	if k == nil {
		return result{verdict: unknown, err: fmt.Errorf("this program knows no jobs of kind %q", run.kind)}
	}
	i := k.step(run.rec.Step)
	if i < 0 {
		return result{verdict: unknown,
			err: fmt.Errorf("this program knows no step %q in jobs of kind %q", run.rec.Step, run.kind)}
	}
	if run.rec.Cancel != "" && !run.rec.Undoing {
		return result{verdict: stop, err: errors.New(run.rec.Cancel)}
	}
	f := k.Steps[i].Do
	if run.rec.Undoing {
		f = k.Steps[i].Undo
	}
	if f == nil { // lost its Undo in a newer program
		return result{verdict: advance}
	}
	ctx, cancel := context.WithTimeout(ctx, r.stepTimeout)
	defer cancel()
	run.ran = true
	res = classify(run.protect(func() error { return f(ctx, run) }))
	if res.verdict == retry && errors.Is(context.Cause(ctx), errLapsed) {
		return result{verdict: weather, err: errLapsed}
	}
	return res
}

// protect turns a panic into an error and logs where it came from.
func (run *Run) protect(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			run.runner.log.Error("panic in a step", keyKind, run.kind, keyKey, run.key, keyStep, run.rec.Step,
				keyError, fmt.Sprint(p), keyStack, string(debug.Stack()))
			first, _, _ := strings.Cut(fmt.Sprint(p), "\n") // a store may have added where it came from
			err = fmt.Errorf("panic: %s", first)
		}
	}()
	return f()
}

// pause keeps the claim for a while of real time; it reports false when the runner stopped meanwhile.
func (r *Runner) pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// report writes the one line of a step.
func (run *Run) report(ctx context.Context, res result, end ending, began time.Time) {
	r := run.runner
	word := string(res.verdict)
	switch {
	case end.outcome == Parked:
		word = string(Parked)
	case res.verdict == advance && run.rec.Undoing:
		word = string(Undone)
	}
	took := r.now().Sub(began)
	r.observe(ctx, Tried{run.kind, run.key, run.rec.Step, word, run.Attempt(), took})
	level := slog.LevelInfo
	switch word {
	case string(wait):
		level = slog.LevelDebug
	case string(retry), string(weather), string(stop):
		level = slog.LevelWarn
	case string(Parked):
		level = slog.LevelError
	}
	attrs := []slog.Attr{slog.String(keyKind, run.kind), slog.String(keyKey, run.key),
		slog.String(keyStep, run.rec.Step),
		slog.String(keyResult, word), slog.Int(keyAttempt, run.Attempt()), slog.Duration(keyTook, took)}
	if res.err != nil {
		attrs = append(attrs, slog.Any(keyError, res.err))
	}
	r.log.LogAttrs(ctx, level, "step", attrs...)
}
