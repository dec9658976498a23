package fulfil

import (
	"context"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// count counts the tries of a step since it was begun. What an earlier step was told is not held against it; nor, where
// a person let it go on, what it was told itself before.
func (p *progress) count(r *job.Run) {
	at := r.Step()
	if r.Undoing() {
		at = "undo " + at
	}
	switch {
	case p.Counted != at:
		p.Tries = 0
		p.Unknown = zero
		p.Answered = zero
		p.Failed = zero
		p.Silent = 0
	case !p.Began.Equal(r.Since()):
		p.Tries = 0
		p.Unknown = zero
		p.Answered = zero
		p.Failed = zero
		p.Silent = 0
		p.Refused, p.Asks = 0, min(p.Asks, 1) // that it was asked for stays known
	}
	p.Counted, p.Began = at, r.Since()
	p.Tries++
}

// measured are the times from which limits are measured (within, overdue).
func (p *progress) measured() []time.Time {
	return []time.Time{p.Asked, p.Lost, p.Freed, p.Returned, p.Unknown, p.Answered}
}

// drawIn has what a clock noted that was ahead be now.
func (p *progress) drawIn(now time.Time) {
	for _, at := range []*time.Time{&p.Asked, &p.Lost, &p.Freed, &p.Returned, &p.Unknown, &p.Answered, &p.Failed,
		&p.Denied} {
		if at.After(now) {
			*at = now.UTC()
		}
	}
}

// halt is where a job stands that is being parked.
func (p *progress) halt(r *job.Run) provision.Halt {
	return provision.Halt{Job: r.Kind(), Step: provision.StepName(r.Step()), Undoing: r.Undoing() ||
		r.Kind() == provision.JobTakeBack, Since: r.Since(), Tries: p.Tries}
}

// why is the reason of an order whose work was undone: what stopped it, or what had parked it before a person turned it
// round.
func (p *progress) why(o provision.Order) provision.Message {
	if p.Problem.ID == "" && o.Problem.ID != "" {
		return o.Problem
	}
	return orElse(p.Problem, "assign-refused")
}

// note writes down what Microsoft shows when the work stops, for the operator who decides how to go on.
func (w *work) note(ctx context.Context) {
	known, conditions := w.svc.Look(ctx, w.order, w.plan)
	w.change(provision.OrderProgress, func(_ job.Tx, o *provision.Order) error {
		o.Observation, o.Conditions = known, conditions
		return nil
	})
}

// orElse is a message, or another one where it says nothing.
func orElse(m provision.Message, id string, pairs ...string) provision.Message {
	if m.ID == "" {
		return provision.Say(id, pairs...)
	}
	return m
}
