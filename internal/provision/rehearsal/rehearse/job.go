package rehearse

import (
	"context"
	"maps"
	"math"
	"reflect"
	"slices"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
	"calltab/internal/provision/rehearsal"
)

// Kind is the job that takes the phone back. Its key is that of the order's. It is persisted, as its step is: never
// rename one.
const Kind = "rehearse"

const stepBack = "take-back"

const (
	lookPause = time.Minute // the shortest between looks; a change of the order is looked at at once
	seeTime   = 20 * time.Second
	tryPause  = time.Hour // the longest, and between tries to take back what has stopped
	mostTries = 24
)

// inDoubt is what a phone stops with that Microsoft shows on its person after a store was put back.
const inDoubt = "restored-given"

// JobKind is the job, to be registered with the runner.
func (s *Service) JobKind() job.Kind {
	return job.Kind{Name: Kind, Attempts: math.MaxInt32, Clocked: true,
		Steps: []job.Step{{Name: stepBack, Do: s.look}}}
}

// look looks at the order once.
func (s *Service) look(ctx context.Context, r *job.Run) error {
	tenant, id := provision.ParseJobKey(r.Key())
	st, err := s.Standing(ctx, tenant, id)
	if provision.KindOf(err) == provision.NotFound && err != nil {
		return nil
	}
	if err != nil {
		return job.Weather(err)
	}
	if st.Comparing {
		return job.Wait(lookPause) // what became of the phone since the backup is not known yet
	}
	o, kept, now := st.Order, st.Rehearsal, r.Now().UTC()
	s.witness.watch(tenant, o.Person.ID)
	after := kept.After
	if after.At.IsZero() && back(o, kept, now) {
		after = s.see(ctx, o, now)
	}
	still := !now.Before(due(o, kept)) && s.stillInDoubt(ctx, o)
	calls, shape := s.witness.told(tenant, o.Person.ID)
	r.Commit(func(tx job.Tx) error {
		o, err := s.svc.OrderIn(tx, tenant, id)
		if err != nil {
			return err
		}
		kept, _, err := s.rehearsal(tx, tenant, id)
		if err != nil {
			return err
		}
		seen := sight{before: kept, after: after, still: still, now: now}
		seen.before.Calls = maps.Clone(kept.Calls)
		setRight(&kept, now)
		kept.Calls = kept.Calls.Add(calls)
		if shape != "" {
			kept.Shape = shape
		}
		return s.act(tx, o, kept, seen)
	})
	if over(o) {
		s.witness.forget(tenant, o.Person.ID)
		return nil
	}
	if o.State == provision.Parked && !now.Before(due(o, kept)) {
		kept.Tried = now
	}
	return job.Wait(next(o, kept, now))
}

// over reports an order to which nothing happens any more. A parked one is not over.
func over(o provision.Order) bool { return o.State.Over() && o.State != provision.Parked }

// back reports an order whose phone is to be taken back now.
func back(o provision.Order, r rehearsal.Rehearsal, now time.Time) bool {
	if o.State != provision.Waiting {
		return false
	}
	return provision.AllMet(o.Conditions) || !now.Before(r.Until)
}

// next is when to look again, unless the order changes before. Of one whose time is over, an outage may hold the work
// for days: what has waited for long is looked at seldom.
func next(o provision.Order, r rehearsal.Rehearsal, now time.Time) time.Duration {
	left, over := r.Until.Sub(now), now.Sub(r.Until)
	if o.Withdrawn() {
		over = now.Sub(o.TakenBack.At)
	}
	switch {
	case left > 0 && !o.Withdrawn() && o.State != provision.Parked:
		return min(left, max(r.Until.Sub(r.Began), 0))
	case o.State != provision.Parked:
		return min(max(over, lookPause), tryPause)
	case r.Again >= mostTries:
		return tryPause
	}
	return min(max(due(o, r).Sub(now), lookPause), tryPause)
}

// due is when taking back what has stopped is tried again.
func due(o provision.Order, r rehearsal.Rehearsal) time.Time {
	return provision.Later(o.Ended, r.Tried).Add(tryPause)
}

// setRight moves a rehearsal that a clock began that was ahead.
func setRight(r *rehearsal.Rehearsal, now time.Time) {
	if wait := r.Until.Sub(r.Began); now.Before(r.Began) {
		r.Began, r.Until = now, now.Add(wait)
	}
}

// see asks once more what Microsoft shows of the person, before the phone is taken back. Nothing waits for it.
func (s *Service) see(ctx context.Context, o provision.Order, now time.Time) rehearsal.Seen {
	ctx, cancel := context.WithTimeout(ctx, seeTime)
	defer cancel()
	v, err := s.svc.Telephony.Voice(ctx, o.Tenant, o.Person.ID)
	if err != nil {
		return rehearsal.Seen{}
	}
	var plan provision.Plan
	err = s.svc.Store.View(ctx, func(tx provision.Tx) (err error) {
		plan, err = s.svc.PlanIn(tx, o.Tenant, o.Plan)
		return err
	})
	if err != nil {
		return rehearsal.Seen{}
	}
	return seen(v, plan, now)
}

// stillInDoubt reports a phone that Microsoft still shows on its person after a store was put back: to try would come
// to the same, and only an operator can decide.
func (s *Service) stillInDoubt(ctx context.Context, o provision.Order) bool {
	if o.State != provision.Parked || o.Problem.ID != inDoubt {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, seeTime)
	defer cancel()
	v, err := s.svc.Telephony.Voice(ctx, o.Tenant, o.Person.ID)
	return err != nil || slices.Contains(v.Numbers, o.Number)
}

// sight is one look at an order.
type sight struct {
	before rehearsal.Rehearsal // as it was kept
	after  rehearsal.Seen
	still  bool // in doubt
	now    time.Time
}

// act notes what the order has come to, and does what is due.
func (s *Service) act(tx job.Tx, o provision.Order, r rehearsal.Rehearsal, seen sight) error {
	now := seen.now
	r.Given = o.Accepted
	r.Done = done(o, r.Done)
	late := !now.Before(r.Until)
	going := back(o, r, now)
	if going {
		r.After = seen.after
		r.Lacked = lacked(o)
		if provision.AllMet(o.Conditions) {
			r.Ready = now
		}
	}
	parked := o.State == provision.Parked
	turns := o.AtWork() && late
	again := parked && !now.Before(due(o, r)) && r.Again < mostTries
	switch {
	case over(o):
		r.Over = now
	case parked && o.CanUndo():
		r.Stood = string(o.Halt.Step)
	case turns:
		r.Stood = running(o)
	case parked && seen.still:
		r.Tried = now // it is looked at again in an hour, and nothing was tried
	case parked && !o.CanWithdraw() && again:
		r.Again++
		r.Tried = now
	}
	if !reflect.DeepEqual(r, seen.before) {
		rehearsal.Keep(tx, o.Tenant, o.ID, r)
	}
	switch {
	case parked && seen.still:
		return nil
	case going, parked && o.CanWithdraw():
		return s.svc.EndWaiting(tx, &o, asker)
	case parked && o.CanUndo():
		return s.svc.GoBack(tx, &o)
	case turns:
		return s.svc.Turn(tx, &o, asker)
	case parked && again:
		return s.svc.GoOn(tx, &o)
	}
	return nil
}

// done are the steps that led forward and are done, with those that were seen before.
func done(o provision.Order, before []string) []string {
	for _, step := range o.Work {
		name := string(step.Name)
		if step.State == provision.StepDone && slices.Contains(o.Kind.Steps(), step.Name) &&
			!slices.Contains(before, name) && !o.Withdrawn() {
			before = append(before, name)
		}
	}
	return before
}

// running is the step at which the work stands.
func running(o provision.Order) string {
	for _, step := range o.Work {
		if step.State != provision.StepDone {
			return string(step.Name)
		}
	}
	return ""
}

func lacked(o provision.Order) (names []string) {
	for _, c := range o.Conditions {
		if !c.Met {
			names = append(names, string(c.Name))
		}
	}
	return names
}
