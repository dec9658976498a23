package job

import (
	"context"
	"slices"
	"time"
)

// clockSlack is how far a clock may go back without any effect, as when a time server corrects it.
const clockSlack = time.Minute

// drawChunk is how many jobs one transaction draws in.
const drawChunk = 100

// mindClock draws in what a clock that was ahead has put off. It looks when the runner starts, and when
// the clock has gone back.
func (r *Runner) mindClock(ctx context.Context, now time.Time) error {
	if r.latest.IsZero() || r.latest.Sub(now) > clockSlack {
		if err := r.drawIn(ctx, now); err != nil {
			return err
		}
	}
	r.latest = now
	return nil
}

// drawIn finds the jobs whose due time was set at a time that is still to come. They are due as long after now as they
// were to be after then: no step can have asked for more.
func (r *Runner) drawIn(ctx context.Context, now time.Time) error {
	var late []entry
	err := r.store.View(ctx, func(tx Tx) error {
		late = nil
		for kind := range kinds(tx) {
			for e := range r.entries(tx, kind) {
				if rec, err := load(tx, e.kind, e.key); err == nil && rec != nil && rec.ahead(now) {
					late = append(late, e)
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for len(late) > 0 {
		some := late[:min(len(late), drawChunk)]
		late = late[len(some):]
		err := r.store.Update(ctx, func(tx Tx) error { return r.drawInAll(tx, some, now) })
		if err != nil {
			return err
		}
		r.log.Warn("the clock was ahead; jobs are drawn in", keyJobs, len(some))
	}
	return nil
}

func (r *Runner) drawInAll(tx Tx, all []entry, now time.Time) error {
	for _, e := range all {
		rec, err := load(tx, e.kind, e.key)
		if err != nil {
			return err
		}
		if rec == nil || !rec.ahead(now) {
			continue
		}
		old := *rec
		rec.drawIn(now)
		if k := r.kinds[e.kind]; k != nil && k.Clocked {
			rec.Due = now
		}
		if err := save(tx, e.kind, e.key, &old, rec); err != nil {
			return err
		}
	}
	return nil
}

// ahead reports whether one of the record's times was set by a clock that was ahead of this one. The due time may have
// been set anew since, by a wake.
func (rec *record) ahead(now time.Time) bool {
	return slices.ContainsFunc([]time.Time{rec.Set, rec.Since, rec.Down}, func(at time.Time) bool {
		return at.Sub(now) > clockSlack
	})
}

func (rec *record) drawIn(now time.Time) {
	if rec.Set.Sub(now) > clockSlack {
		rec.Due = now.Add(rec.Due.Sub(rec.Set))
		rec.Set = now
	}
	if rec.WakeAt.After(now) {
		rec.WakeAt = now
	}
	rec.mend(now)
}

// mend has what a clock noted that was ahead begin or end now.
func (rec *record) mend(now time.Time) {
	for _, at := range []*time.Time{&rec.Since, &rec.Down} {
		if at.Sub(now) > clockSlack {
			*at = now.UTC()
		}
	}
	rec.Outages = past(rec.Outages, now)
}

// set notes when the due time was set, where that differs from the record as it was; nil for a new one.
func (rec *record) set(old *record, now time.Time) {
	if old == nil || !old.Due.Equal(rec.Due) {
		rec.Set = now.UTC()
	}
}
