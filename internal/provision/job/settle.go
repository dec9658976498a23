package job

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"
)

// care says how much of a try may be committed. A refusal by what the step handed in (a Commit function, Ended) leads
// to the next, more careful one, so that the failure itself is always recorded.
type care int

const (
	everything  care = iota // the step's state, its Commit functions, Ended
	verdictOnly             // the refusal as the step's result, and Ended if that parks the job
	retryOnly               // a plain failed attempt; parking waits for an Ended that agrees
)

// record commits what came of a try. While the store fails it tries again and again, as the step has acted and must not
// run twice for that: the result is in hand as long as the process lives, or until another runner claims the job, whose
// result counts then. It reports false when the runner stopped before. ctx is the runner's, life the step's.
func (r *Runner) record(ctx, life context.Context, run *Run, res result, began time.Time) bool {
	failed := false
	for pause := storePause; ; pause = min(2*pause, longestStorePause) {
		err := r.tryRecord(life, run, res, began)
		where := []any{keyKind, run.kind, keyKey, run.key, keyStep, run.rec.Step}
		switch {
		case err == nil && failed:
			r.log.Info("recorded a step at last", where...)
			return true
		case err == nil:
			return true
		case errors.Is(err, errLost):
			r.log.Warn("a step is not recorded: another program has its job", where...)
			return true
		case !failed:
			r.log.Error("recording a step; it is tried again until it works", append(where, keyError, err)...)
			failed = true
		}
		if !r.pause(ctx, pause) {
			return false
		}
	}
}

// tryRecord is one try of record. Its error is the store's own, or errLost.
func (r *Runner) tryRecord(ctx context.Context, run *Run, res result, began time.Time) error {
	var err error
	for how := everything; how <= retryOnly; how++ {
		var end ending
		var refused error
		err = r.store.Update(ctx, func(tx Tx) error {
			tx = run.caused(ctx, tx)
			refused = nil
			refused = run.protect(func() (err error) {
				end, err = r.settle(tx, run, res, how)
				return err
			})
			return refused
		})
		if err == nil {
			run.report(ctx, res, end, began)
			return nil
		}
		if refused == nil || errors.Is(refused, errLost) {
			return err // the store's own trouble: in a transaction that has failed a record looks lost
		}
		res = classify(refused)
	}
	return err
}

// settle is the transaction at the end of a try.
func (r *Runner) settle(tx Tx, run *Run, res result, how care) (ending, error) {
	var commits []func(Tx) error
	if how == everything {
		commits = run.commits
	}
	rec, err := run.write(tx, commits...)
	if err != nil {
		return ending{}, err
	}
	old := *rec
	rec.Claim = nil
	if err := run.rise(tx); err != nil {
		return ending{}, err
	}
	rec.Since, rec.Outages = run.rec.Since, run.rec.Outages
	if how == everything {
		rec.State = run.state
	}
	now := r.now().UTC()
	rec.mend(now)
	k := r.kinds[run.kind]
	var end ending
	switch {
	case res.verdict == unknown:
		end = rec.park(res.err, now)
	case how == retryOnly && res.verdict != weather:
		rec.Failures++
		rec.Failure = res.err.Error()
		rec.Due = now.Add(backoff(rec.Failures, res.after, r.rand()))
	default:
		end = rec.move(k, res, rec.Wakes != run.rec.Wakes, now, r.rand())
	}
	if run.ran {
		rec.Outages = fold(rec.Outages, slices.Concat(run.measured, []time.Time{rec.Since}))
	}
	rec.set(&old, now)
	return end, r.end(tx, run, &old, rec, end, how)
}

// end writes the record, or removes it, and tells the kind when that ends or parks the job.
func (r *Runner) end(tx Tx, run *Run, old, rec *record, end ending, how care) error {
	if end.outcome == Done || end.outcome == Undone {
		remove(tx, run.kind, run.key, old)
	} else if err := save(tx, run.kind, run.key, old, rec); err != nil {
		return err
	}
	k := r.kinds[run.kind]
	if end.outcome == "" || k == nil || k.Ended == nil {
		return nil
	}
	last := &Run{runner: r, kind: run.kind, key: run.key, rec: *rec, state: rec.State}
	return k.Ended(tx, last, end.outcome, end.cause)
}

// setAside parks a job whose record cannot be read. All that it holds is kept: a newer program may understand it.
func (r *Runner) setAside(ctx context.Context, e entry, cause error) bool {
	err := r.store.Update(ctx, func(tx Tx) error {
		if _, err := load(tx, e.kind, e.key); err == nil {
			return nil
		}
		tx.Delete(tableDue, dueKey(e.kind, e.key, e.at))
		tx.Put(tableParked, id(e.kind, e.key), nil)
		b, _ := tx.Get(tableJobs, id(e.kind, e.key))
		var fields map[string]json.RawMessage
		if json.Unmarshal(b, &fields) != nil || fields == nil {
			return nil
		}
		now, err := json.Marshal(r.now().UTC())
		if err != nil {
			return err
		}
		fields["parked"] = now
		if b, err = json.Marshal(fields); err == nil {
			tx.Put(tableJobs, id(e.kind, e.key), b)
		}
		return err
	})
	r.log.Error("a job is set aside", keyKind, e.kind, keyKey, e.key, keyError, errors.Join(cause, err))
	return err == nil
}
