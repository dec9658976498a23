package job

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// DefaultAttempts is how many failed tries a step has when its kind does not say. With the pauses between them it
// lasts about half an hour.
const DefaultAttempts = 12

// Kind says what jobs of one name do.
type Kind struct {
	// Name is persisted and never renamed. It holds no slash.
	Name string
	// Steps run in this order. Adding one later is safe; a stored job whose step has gone is parked.
	Steps []Step
	// Attempts is how many failed tries in a row one step has before the job is parked; 0 means [DefaultAttempts].
	Attempts int
	// Limit is how many jobs of this kind run at once, on all runners of a store together; 0 means no limit but the
	// runner's own.
	Limit int
	// Clocked says that the steps work out from stored times when they are due. After a clock was ahead they look at
	// once, to set right what it wrote.
	Clocked bool
	// Ended, when set, is called in the transaction that ends or parks the job. An error from it makes the step count
	// as failed. cause is nil for [Done]. For [Undone] it has only the text of what stopped the job, since the process
	// may have been restarted in between; what must be kept as more than text belongs in the job's state.
	Ended func(tx Tx, r *Run, outcome Outcome, cause error) error
}

// Step is one durable unit of work.
type Step struct {
	// Name is persisted and never renamed.
	Name string
	// Do looks at the world and makes it so. Its context has a time limit.
	Do func(ctx context.Context, r *Run) error
	// Undo takes it back; nil means that there is nothing to undo. [Stop] from Undo parks the job.
	Undo func(ctx context.Context, r *Run) error
}

// Outcome is how a job came out of the runner's hands.
type Outcome string

// The outcomes.
const (
	Done   Outcome = "done"   // every step is done
	Undone Outcome = "undone" // stopped, and every done step taken back
	Parked Outcome = "parked" // needs a person; not over
)

func (k *Kind) check() error {
	if k.Name == "" || strings.Contains(k.Name, separator) {
		return fmt.Errorf("job: %q cannot name a kind", k.Name)
	}
	if len(k.Steps) == 0 {
		return fmt.Errorf("job: kind %q has no steps", k.Name)
	}
	seen := map[string]bool{}
	for _, s := range k.Steps {
		if s.Name == "" || s.Do == nil || seen[s.Name] {
			return fmt.Errorf("job: kind %q: step %q is nameless, empty or there twice", k.Name, s.Name)
		}
		seen[s.Name] = true
	}
	return nil
}

// step finds a step by its persisted name; -1 when this program has none.
func (k *Kind) step(name string) int {
	for i := range k.Steps {
		if k.Steps[i].Name == name {
			return i
		}
	}
	return -1
}

func (k *Kind) attempts() int {
	if k.Attempts > 0 {
		return k.Attempts
	}
	return DefaultAttempts
}

type waitError struct{ d time.Duration }

func (e *waitError) Error() string { return "look again in " + e.d.String() }

// Wait is what a step returns to be run again after d; no attempt is used, and failures so far are forgotten. A d of
// zero or less means at once.
func Wait(d time.Duration) error { return &waitError{max(d, 0)} }

type stopError struct{ err error }

func (e *stopError) Error() string { return e.err.Error() }
func (e *stopError) Unwrap() error { return e.err }

// Stop is what a step returns when trying again is useless: the job is undone. The stopped step's own Undo runs first,
// as the step may have half happened.
func Stop(err error) error {
	if err == nil {
		err = errors.New("stopped")
	}
	return &stopError{err}
}

type parkError struct{ err error }

func (e *parkError) Error() string { return e.err.Error() }
func (e *parkError) Unwrap() error { return e.err }

// Parks reports whether what a step is about to return parks its job: for a step that writes down what is known then.
// It may be wrong where the kind has more attempts than [DefaultAttempts], or the step's commit is refused.
func Parks(err error, r *Run) bool {
	switch res := classify(err); res.verdict {
	case giveUp:
		return true
	case stop:
		return r.rec.Undoing
	case retry:
		return r.Attempt() >= DefaultAttempts
	}
	return false
}

// Park is what a step returns when neither trying again nor undoing is right without a person: the job is parked at
// once, whatever attempts are left.
func Park(err error) error {
	if err == nil {
		err = errors.New("parked")
	}
	return &parkError{err}
}

// Decided reports whether a step that returns err does so on purpose, with [Wait], [Stop] or [Park].
func Decided(err error) bool {
	switch classify(err).verdict {
	case wait, stop, giveUp:
		return true
	}
	return false
}
