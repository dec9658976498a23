package job

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Run is one try of one step, as the step sees it. It is good until the step returns, and for one goroutine.
type Run struct {
	runner    *Runner
	kind, key string
	rec       record // as it was when the step began; Ended sees it as it is at the end
	state     json.RawMessage
	commits   []func(Tx) error
	strange   bool        // another program is to run it
	ran       bool        // the step was called, and has named what it measures from
	measured  []time.Time // see Measures
}

// Kind is the name of the job's kind.
func (r *Run) Kind() string { return r.kind }

// Key is the job's key, unique within the kind.
func (r *Run) Key() string { return r.key }

// Now is the runner's business time.
func (r *Run) Now() time.Time { return r.runner.now() }

// Step is the name of the step that runs, or runs backwards.
func (r *Run) Step() string { return r.rec.Step }

// Undoing reports that the step runs backwards.
func (r *Run) Undoing() bool { return r.rec.Undoing }

// Attempt numbers this try among those since the step last succeeded or waited: 1 when none has failed.
func (r *Run) Attempt() int { return r.rec.Failures + 1 }

// Since is when this step first began, or began anew because a person let a parked job go on; Wait and failures do not
// change it.
func (r *Run) Since() time.Time { return r.rec.Since }

// Load decodes the job's state into v, as last saved or as given to [Runner.Add]. Without a state v stays as it is.
func (r *Run) Load(v any) error {
	if len(r.state) == 0 {
		return nil
	}
	if err := json.Unmarshal(r.state, v); err != nil {
		return fmt.Errorf("state of job %s: %w", id(r.kind, r.key), err)
	}
	return nil
}

// Save makes v the job's state. It is committed with the step's result, whatever that is.
func (r *Run) Save(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("state of job %s: %w", id(r.kind, r.key), err)
	}
	r.state = b
	return nil
}

// Commit has f run in the transaction that records this step's result, whatever that is; several run in order. When
// one returns an error nothing of this try is kept, neither state nor other functions, and the error counts as what
// the step returned, so that f too may use [Wait] and [Stop]. In Ended, use its transaction instead.
func (r *Run) Commit(f func(tx Tx) error) { r.commits = append(r.commits, f) }

// Checkpoint commits the state saved so far and what f writes, now, in the middle of a step; f may be nil. For facts
// that must not be lost with the step, such as the address of an operation that was begun. It fails where another
// runner has the job by now.
func (r *Run) Checkpoint(ctx context.Context, f func(tx Tx) error) error {
	err := r.runner.store.Update(ctx, func(tx Tx) error {
		tx = r.caused(ctx, tx)
		var writes []func(Tx) error
		if f != nil {
			writes = append(writes, f)
		}
		rec, err := r.write(tx, writes...)
		if err != nil {
			return err
		}
		old := *rec
		rec.Since = r.rec.Since
		rec.Outages = r.rec.Outages
		rec.State = r.state
		return save(tx, r.kind, r.key, &old, rec)
	})
	if err == nil {
		r.rec.State = r.state
	}
	return err
}
