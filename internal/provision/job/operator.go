package job

import (
	"cmp"
	"encoding/json"
	"iter"
	"time"
)

// ParkedJob is one job that waits for a person.
type ParkedJob struct {
	Kind, Key string
	Step      string    // where it stands
	Undoing   bool      // it was parked on the way back
	Failure   string    // why it is parked
	Cause     string    // why it is being undone, if it is
	At        time.Time // since when
}

// Parked yields the parked jobs in the order of kind and key. The tables of jobs may not be written meanwhile: collect
// before you call Retry, Undo or Accept.
func (r *Runner) Parked(tx Tx) iter.Seq[ParkedJob] {
	return func(yield func(ParkedJob) bool) {
		for entry := range tx.Scan(tableParked, "", "") {
			kind, key := splitID(entry)
			p := ParkedJob{Kind: kind, Key: key}
			if rec, err := load(tx, kind, key); err != nil {
				p.Failure = err.Error()
			} else if rec != nil {
				p.Step = rec.Step
				p.Undoing = rec.Undoing
				p.Failure = rec.Failure
				p.Cause = rec.Cause
				p.At = rec.Parked
			}
			if !yield(p) {
				return
			}
		}
	}
}

// Retry runs a parked job's step again now, with all its attempts before it; a live job that is backing off or
// waiting looks at once.
func (r *Runner) Retry(tx Tx, kind, key string) error {
	return r.change(tx, kind, key, func(rec *record) {
		if rec.Parked.IsZero() {
			rec.Wakes++
		}
		rec.WakeAt = r.now()
		rec.revive(r.now())
	})
}

// Wake has a live job look at once, its failures counted as before. One that is parked waits for its person, and one
// that is not there has ended: both are left alone.
func (r *Runner) Wake(tx Tx, kind, key string) error {
	rec, err := load(tx, kind, key)
	if err != nil || rec == nil || !rec.Parked.IsZero() {
		return err
	}
	old := *rec
	now := r.now()
	rec.Wakes++
	rec.WakeAt = now
	rec.Due, rec.Set = now, now
	return save(tx, kind, key, &old, rec)
}

// takenBack is the cause of an Undo of a job that had not failed.
const takenBack = "taken back by a person"

// Undo takes a job back: the step where it stands and every done one, backwards; it ends [Undone], with the failure
// that had parked it as the cause. One that was already going back goes on. A live job turns round as soon as the step
// that may be running has returned.
func (r *Runner) Undo(tx Tx, kind, key string) error {
	return r.change(tx, kind, key, func(rec *record) {
		if !rec.Undoing {
			rec.Cancel = cmp.Or(rec.Failure, takenBack)
		}
		rec.revive(r.now())
	})
}

// Accept ends a parked job as it stands: it is deleted, and [Kind.Ended] is not called, as the caller knows.
func (r *Runner) Accept(tx Tx, kind, key string) error {
	rec, err := load(tx, kind, key)
	switch {
	case err != nil:
		return err
	case rec == nil:
		return ErrNotFound
	case rec.Parked.IsZero():
		return ErrNotParked
	}
	remove(tx, kind, key, rec)
	return nil
}

func (r *Runner) change(tx Tx, kind, key string, f func(*record)) error {
	rec, err := load(tx, kind, key)
	if err != nil {
		return err
	}
	if rec == nil {
		return ErrNotFound
	}
	old := *rec
	f(rec)
	rec.set(&old, r.now())
	return save(tx, kind, key, &old, rec)
}

// Count is how many jobs of a kind there are.
type Count struct{ Live, Parked int }

// Counts counts the jobs by kind. It reads every index entry, so call it for metrics and not in a turn.
func (r *Runner) Counts(tx Tx) map[string]Count {
	counts := map[string]Count{}
	for kind := range r.kinds {
		counts[kind] = Count{}
	}
	for entry := range tx.Scan(tableDue, "", "") {
		kind, _ := splitID(entry)
		c := counts[kind]
		c.Live++
		counts[kind] = c
	}
	for entry := range tx.Scan(tableParked, "", "") {
		kind, _ := splitID(entry)
		c := counts[kind]
		c.Parked++
		counts[kind] = c
	}
	return counts
}

// Trouble is a job that does not get on: its step has failed and is tried again later, or it is parked.
type Trouble struct {
	Kind, Key string
	Tries     int       // failed ones in a row, those of an outage among them
	Since     time.Time // when the step first began
	Next      time.Time // when it is tried again; zero: parked
	State     json.RawMessage
}

// Troubles yields the jobs of a kind that do not get on, the next to be tried first and the parked ones last. It reads
// every job of the kind. The tables of jobs may not be written meanwhile.
func (r *Runner) Troubles(tx Tx, kind string) iter.Seq2[Trouble, error] {
	return func(yield func(Trouble, error) bool) {
		tell := func(key string) bool {
			rec, err := load(tx, kind, key)
			if err != nil {
				return yield(Trouble{}, err)
			}
			tries := 0
			if rec != nil {
				tries = rec.Failures + rec.Weather
			}
			if rec == nil || tries == 0 && rec.Parked.IsZero() {
				return true
			}
			t := Trouble{Kind: kind, Key: key, Tries: tries, Since: rec.Since, Next: rec.Due, State: rec.State}
			if !rec.Parked.IsZero() {
				t.Next = time.Time{}
			}
			return yield(t, nil)
		}
		for e := range r.entries(tx, kind) {
			if !tell(e.key) {
				return
			}
		}
		for entry := range tx.Scan(tableParked, kind+separator, "") {
			if _, key := splitID(entry); !tell(key) {
				return
			}
		}
	}
}

// Failing yields, by key, since when the live jobs of a kind whose keys begin with a prefix have been at a step that
// has failed so far.
func (r *Runner) Failing(tx Tx, kind, prefix string) iter.Seq2[string, time.Time] {
	return func(yield func(string, time.Time) bool) {
		for at, raw := range tx.Scan(tableJobs, id(kind, prefix), "") {
			var rec record
			if json.Unmarshal(raw, &rec) != nil || rec.Failures+rec.Weather == 0 || !rec.Parked.IsZero() {
				continue
			}
			if _, key := splitID(at); !yield(key, rec.Since) {
				return
			}
		}
	}
}

// Drop forgets a job, whatever became of it, as if it had never been added. Call it before Run: a
// step in hand would go on.
func (r *Runner) Drop(tx Tx, kind, key string) error {
	rec, err := load(tx, kind, key)
	if err == nil && rec != nil {
		remove(tx, kind, key, rec)
	}
	return err
}
