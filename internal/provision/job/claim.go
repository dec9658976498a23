package job

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"calltab/internal/provision/fence"
)

// A claim says which runner has a job in hand, and until when. It stands in the job's record, so that of several
// runners on one store one alone runs a step, and one that has slept over its time records nothing: what it knows of
// the job is not so any more. A runner that has its store alone claims in memory, and no commit is made for that.
type claim struct {
	Owner  string    `json:"owner"`  // the runner
	Ends   time.Time `json:"ends"`   // by the clock of leases; from then on another runner may claim the job
	Listed time.Time `json:"listed"` // the same in business time: where the job is listed as long as it is claimed
}

// errLost is what a step's commit meets when its job is no longer in the runner's hands: another runner has claimed it
// meanwhile, or has ended it.
var errLost = errors.New("the job is in other hands by now")

// errLapsed is why a step's context has ended whose claim could not be renewed.
var errLapsed = errors.New("the claim on the job has ended before it could be renewed")

const (
	defaultLease = 20 * time.Second
	// renewals is how often a claim is renewed within its time. With the last of these parts gone no call begins: the
	// clocks of two runners may differ by as much, and a call that has begun takes a while.
	renewals = 5
)

// take claims the run's job, now, and has the run see the record. It reports false for one that is not to run: it has
// ended, is parked or not due, another runner has it, or as many of its kind are at work as may be.
func (run *Run) take(tx Tx, now time.Time) (bool, error) {
	rec, err := load(tx, run.kind, run.key)
	if err != nil || rec == nil || rec.Step == "" || !rec.Parked.IsZero() {
		return false, err
	}
	r := run.runner
	if !r.shared {
		run.rec = *rec
		return !rec.Due.After(now), nil
	}
	if run.strange = strange(tx, r, run.kind, rec.Step); run.strange {
		return false, nil
	}
	old := *rec
	left := time.Duration(0)
	if rec.Claim != nil {
		left = rec.Claim.Ends.Sub(r.wall())
	}
	switch {
	case left > 0 && rec.Claim.Listed.After(now):
		return false, nil
	case left > 0: // business time has jumped
		rec.relist(now.Add(left))
		return false, save(tx, run.kind, run.key, &old, rec)
	case rec.Due.After(now) && rec.Claim == nil:
		return false, nil
	case rec.Due.After(now):
		rec.Claim = nil
		return false, save(tx, run.kind, run.key, &old, rec)
	}
	rec.Fence++
	rec.Claim = newClaim(r, now)
	if seated, err := run.sit(tx, rec); !seated || err != nil {
		return false, err
	}
	run.rec = *rec
	return true, save(tx, run.kind, run.key, &old, rec)
}

func newClaim(r *Runner, now time.Time) *claim {
	return &claim{Owner: r.name, Ends: r.wall().Add(r.lease).UTC(), Listed: now.Add(r.lease).UTC()}
}

func (rec *record) relist(at time.Time) {
	moved := *rec.Claim
	moved.Listed = at.UTC()
	rec.Claim = &moved
}

func (c *claim) owner() string {
	if c == nil {
		return ""
	}
	return c.Owner
}

// mine loads the record of a job that the run has in hand, and returns errLost where it has not: another runner has
// claimed it meanwhile, or it is no more at the step that ran.
func (run *Run) mine(tx Tx) (*record, error) {
	rec, err := load(tx, run.kind, run.key)
	if err != nil {
		return nil, err
	}
	if rec == nil || rec.Fence != run.rec.Fence || rec.Claim.owner() != run.rec.Claim.owner() ||
		rec.Step != run.rec.Step || rec.Undoing != run.rec.Undoing || !rec.Parked.IsZero() {
		return nil, errLost
	}
	return rec, nil
}

// write has the functions of a step write where the job is still in the run's hands, and returns the record as they
// leave it: what a step writes may wake its own job, which lists it elsewhere.
func (run *Run) write(tx Tx, writes ...func(Tx) error) (*record, error) {
	if _, err := run.mine(tx); err != nil {
		return nil, err
	}
	for _, f := range writes {
		if err := f(tx); err != nil {
			return nil, err
		}
	}
	return run.mine(tx)
}

// lease is a claim that is renewed as long as its step is in hand.
type lease struct {
	run   *Run
	until atomic.Pointer[time.Time] // when the context ends, by the clock of leases
	end   *time.Timer
	lapse context.CancelCauseFunc
}

// hold renews the run's claim until release is called. The context ends before the claim does: by then nothing may
// happen any more that another runner would do again. asked is when the claim was asked for, by the clock of leases.
func (run *Run) hold(ctx context.Context, asked time.Time) (held context.Context, release func()) {
	r := run.runner
	if !r.shared {
		return ctx, func() {}
	}
	held, lapse := context.WithCancelCause(ctx)
	l := &lease{run: run, lapse: lapse}
	l.end = time.AfterFunc(r.lease, func() { lapse(errLapsed) })
	l.extend(asked)
	renewing, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.keep(renewing)
	}()
	return fence.Around(held, l.alive, l.mine), func() {
		stop()
		<-done
		l.end.Stop()
		lapse(nil)
	}
}

// extend notes that the claim was had, or renewed, when it was asked for.
func (l *lease) extend(asked time.Time) {
	r := l.run.runner
	until := asked.Add(r.lease - r.lease/renewals)
	l.until.Store(&until)
	l.end.Reset(until.Sub(r.wall()))
}

// keep renews until ctx ends or the job is in other hands.
func (l *lease) keep(ctx context.Context) {
	r := l.run.runner
	tick := time.NewTicker(r.lease / renewals)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		asked := r.wall()
		err := r.store.Update(ctx, l.renew)
		switch {
		case err == nil:
			l.extend(asked)
		case errors.Is(err, errLost):
			l.lapse(errLost)
			return
		}
	}
}

func (l *lease) renew(tx Tx) error {
	rec, err := l.run.mine(tx)
	if err != nil {
		return err
	}
	r := l.run.runner
	old := *rec
	rec.Claim = newClaim(r, r.now())
	if _, err := l.run.sit(tx, rec); err != nil {
		return err
	}
	return save(tx, l.run.kind, l.run.key, &old, rec)
}

// alive reports whether the step may still call anybody.
func (l *lease) alive() error {
	if l.run.runner.wall().Before(*l.until.Load()) {
		return nil
	}
	l.lapse(errLapsed)
	return Weather(errLapsed)
}

// mine reports whether the job is still in the run's hands.
func (l *lease) mine(tx Tx) error {
	_, err := l.run.mine(tx)
	return err
}
