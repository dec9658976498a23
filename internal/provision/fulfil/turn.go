package fulfil

import (
	"context"
	"slices"

	"calltab/internal/provision"
)

// An order that is taken back while its work goes on is undone step by step, as one that stops is. Undoing reads first
// what is so, and that waits in an outage. Of an order that has sent nothing to anybody there is nothing to read: it
// ends at once.

// turned reports that the order was taken back while a step of its own work was leading forward.
func (w *work) turned(o provision.Order) bool {
	return o.Withdrawn() && o.State == provision.Running && !w.run.Undoing() && w.run.Kind() == o.Job()
}

// unassignAsked undoes assign.
func (w *work) unassignAsked(ctx context.Context) error {
	if w.neverAsked() {
		return nil
	}
	return w.takeBack(ctx)
}

// neverAsked reports an order that is taken back before Microsoft was asked for its number, or after it refused for
// certain.
func (w *work) neverAsked() bool {
	s := w.state
	asked := s.Asks > 0 || !s.Asked.IsZero() || !s.Lost.IsZero()
	return w.order.Withdrawn() && !asked && !s.Shown && !w.did(provision.StepAssign)
}

// neverTaken reports a release that is taken back before Microsoft was asked to let the number go.
func (w *work) neverTaken() bool {
	return w.order.Withdrawn() && !w.state.Took && w.state.Freed.IsZero() && !w.did(provision.StepUnassign)
}

// untouched reports an order that is taken back before anybody was sent anything that had to do with it. One whose
// phone was waited for is not: its own work is done, and the job that takes it back knows nothing of that.
func (w *work) untouched() bool {
	s := w.state
	return w.run.Kind() == w.order.Job() && w.neverAsked() && !s.Told && !s.Dropped && !s.Noted
}

// did reports whether a step of the order is done.
func (w *work) did(name provision.StepName) bool {
	return slices.ContainsFunc(w.order.Work, func(s provision.StepState) bool {
		return s.Name == name && s.State == provision.StepDone
	})
}
