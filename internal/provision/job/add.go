package job

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Add puts a job into tx, due at at; it starts soon after tx commits through [Runner.Store]. state, when not nil,
// becomes the job's state, as [Run.Load] reads it.
//
// kind and key name the job. Is there one already, then it is woken and its state is left alone: it runs not later than
// at, and a step that is running at that moment runs once more before the job goes on, so that every Add is followed by
// a run that sees what its transaction wrote. Only a job that is backing off after a failure or in an outage keeps its
// time. A parked job is woken as by [Runner.Retry]. A job that has ended is no more: its name is free.
func (r *Runner) Add(tx Tx, kind, key string, state any, at time.Time) error {
	k := r.kinds[kind]
	if k == nil {
		return fmt.Errorf("job: no kind %q", kind)
	}
	if key == "" {
		return fmt.Errorf("job: a job of kind %q without a key", kind)
	}
	rec, err := load(tx, kind, key)
	if err != nil {
		return err
	}
	cause := ""
	if of, is := tx.(*watchingTx); is {
		cause = of.cause
	}
	if rec != nil {
		old := *rec
		rec.wake(at.UTC())
		if cause != "" {
			rec.Trace = cause
		}
		rec.set(&old, r.now())
		return save(tx, kind, key, &old, rec)
	}
	rec = &record{Step: k.Steps[0].Name, Due: at.UTC(), Trace: cause}
	if state != nil {
		if rec.State, err = json.Marshal(state); err != nil {
			return fmt.Errorf("job %s: state: %w", id(kind, key), err)
		}
	}
	rec.set(nil, r.now())
	return save(tx, kind, key, nil, rec)
}

func (rec *record) wake(at time.Time) {
	if !rec.Parked.IsZero() {
		rec.revive(at)
		return
	}
	rec.Wakes++
	if rec.WakeAt.IsZero() || at.Before(rec.WakeAt) {
		rec.WakeAt = at
	}
	if rec.Failures == 0 && rec.Weather == 0 && at.Before(rec.Due) {
		rec.Due = at
	}
}

// revive makes a job live with all its attempts before it. A parked step begins anew: it gets its time again too.
func (rec *record) revive(at time.Time) {
	if !rec.Parked.IsZero() {
		rec.Parked, rec.Since = time.Time{}, time.Time{}
	}
	rec.Failures, rec.Weather = 0, 0
	rec.Due = at
}

// ErrNotFound is returned for a job that is not in the store, which is so once it has ended.
var ErrNotFound = errors.New("no such job")

// ErrNotParked is returned by [Runner.Accept] for a live job.
var ErrNotParked = errors.New("job is not parked")
