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
// were to be after then: no step can have asked for more. It finds what an earlier runner had in hand, too, where this
// one has the store alone: that one is gone.
func (r *Runner) drawIn(ctx context.Context, now time.Time) error {
	var late []entry
	err := r.store.View(ctx, func(tx Tx) error {
		late = nil
		for kind := range kinds(tx) {
			for e := range r.entries(tx, kind) {
				if rec, err := load(tx, e.kind, e.key); err == nil && rec != nil && rec.amiss(r, now) {
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
		ahead := 0
		err := r.store.Update(ctx, func(tx Tx) (err error) {
			ahead, err = r.drawInAll(tx, some, now)
			return err
		})
		if err != nil {
			return err
		}
		if ahead > 0 {
			r.log.Warn("the clock was ahead; jobs are drawn in", keyJobs, ahead)
		}
	}
	return nil
}

// drawInAll draws in those of some jobs that need it, and counts those for which the clock was ahead.
func (r *Runner) drawInAll(tx Tx, all []entry, now time.Time) (ahead int, err error) {
	for _, e := range all {
		rec, err := load(tx, e.kind, e.key)
		if err != nil {
			return 0, err
		}
		if rec == nil || !rec.amiss(r, now) {
			continue
		}
		old := *rec
		if rec.orphaned(r) {
			rec.Claim = nil
		} else if rec.Claim != nil && rec.Claim.Listed.Sub(now) > r.lease+clockSlack {
			rec.relist(now.Add(r.lease))
		}
		if rec.ahead(now) {
			ahead++
			rec.drawIn(now)
			if k := r.kinds[e.kind]; k != nil && k.Clocked {
				rec.Due = now
			}
		}
		if err := save(tx, e.kind, e.key, &old, rec); err != nil {
			return 0, err
		}
	}
	return ahead, nil
}

// amiss reports whether something of a record is not as it is to be for a runner now.
func (rec *record) amiss(r *Runner, now time.Time) bool {
	return rec.ahead(now) || rec.orphaned(r) ||
		rec.Claim != nil && rec.Claim.Listed.Sub(now) > r.lease+clockSlack
}

// orphaned reports whether a job is in the hands of a runner that is gone for certain.
func (rec *record) orphaned(r *Runner) bool {
	return rec.Claim != nil && !r.shared && rec.Claim.Owner != r.name
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
