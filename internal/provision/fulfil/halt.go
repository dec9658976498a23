package fulfil

import (
	"context"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// count counts the tries of a step that was begun at a time. What an earlier step, or an earlier attempt at this one, was told
// is not held against it.
func (p *progress) count(began time.Time) {
	if !p.Began.Equal(began) {
		p.Began, p.Tries, p.Unknown = began, 0, zero
	}
	p.Tries++
}

// halt is where a job stands that is being parked.
func (p *progress) halt(r *job.Run) provision.Halt {
	return provision.Halt{Job: r.Kind(), Step: provision.StepName(r.Step()), Undoing: r.Undoing(), Since: p.Began, Tries: p.Tries}
}

// why is the reason of an order whose work was undone: what stopped it, or what had parked it before a person turned it round.
func (p *progress) why(o provision.Order) provision.Message {
	if p.Problem.ID == "" && o.Problem.ID != "" {
		return o.Problem
	}
	return orElse(p.Problem, "assign-refused")
}

// note writes down what Microsoft shows when the work stops, for whoever decides how to go on.
func (w *work) note(ctx context.Context) {
	known, conditions := w.svc.Look(ctx, w.order, w.plan)
	w.change(provision.OrderProgress, func(_ job.Tx, o *provision.Order) error {
		o.Known, o.Conditions = known, conditions
		return nil
	})
}
