package fulfil

import (
	"context"
	"slices"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/fading"
	"calltab/internal/provision/job"
)

// How long the Calls tab may take. Microsoft says to call its support after 24 hours
// (learn.microsoft.com/microsoftteams/troubleshoot/teams-conferencing/no-dial-pad).
const (
	lateAfter     = 4 * time.Hour
	escalateAfter = 24 * time.Hour
	watchTime     = 14 * 24 * time.Hour
	reopenedTime  = time.Hour // a client may need that long to notice after the person saw no dial pad
)

// verify reads the assignment back: "accepted" and even "succeeded" do not mean that anything changed.
func (w *work) verify(ctx context.Context) error {
	at, err := w.look(ctx)
	if err == nil && at == provision.HeldByNobody {
		gone, err := w.gone(ctx)
		if err != nil {
			return err
		}
		if gone {
			return w.leave()
		}
	}
	switch {
	case err != nil:
		return err
	case at == provision.HeldByOther:
		return w.onOther(ctx)
	case at == provision.HeldByNobody && !w.within(w.run.Since(), visibleTime):
		return w.park(provision.Say("number-not-showing", "number", string(w.order.Number)), nil)
	case at == provision.HeldByNobody:
		return job.Wait(settlePause)
	}
	now, link := w.run.Now().UTC(), w.state.Link
	w.state.Link = ""
	w.finish(provision.OrderProgress)
	w.change(provision.OrderWaiting, func(tx job.Tx, o *provision.Order) error {
		o.State, o.Accepted = provision.Waiting, now
		if err := w.svc.Assign(tx, o); err != nil || link == "" {
			return err
		}
		return w.svc.Pass(tx, *o, link)
	})
	return nil
}

// watch looks at every condition for the Calls tab until all are met, and says when it takes long. It ends where
// another order has the person's phone: nobody waits for the earlier one any more.
func (w *work) watch(ctx context.Context) error {
	o := w.order
	if o.State != provision.Waiting {
		return nil
	}
	w.ifStill(provision.Waiting)
	if w.overtaken {
		w.change(provision.OrderDone, func(_ job.Tx, o *provision.Order) error {
			o.State = provision.Done
			o.Past = true
			o.Late = provision.InTime
			return nil
		})
		return nil
	}
	now := w.run.Now().UTC()
	if right := o; right.SetRight(now) {
		w.change(provision.OrderProgress, func(_ job.Tx, o *provision.Order) error {
			o.SetRight(now)
			return nil
		})
		return job.Wait(0)
	}
	list, err := w.conditions(ctx, now)
	if err != nil && provision.KindOf(err) == provision.NotFound {
		return w.park(provision.Say("person-gone"), err)
	}
	if err != nil {
		return err
	}
	if w.rehearsed {
		w.report(list, 0)
		return job.Wait(pause(0))
	}
	since := o.Accepted
	if o.Reopened > 0 {
		since = o.ReopenedAt
	}
	waited := now.Sub(since) - w.blind(since, now)
	if provision.AllMet(list) && (o.Reopened == 0 || !o.Confirmed.IsZero() || waited >= reopenedTime) {
		w.change(provision.OrderDone, func(tx job.Tx, o *provision.Order) error {
			return w.svc.BecomeReady(tx, o, list, now)
		})
		return nil
	}
	// an operator who lets it go on gives it all its time again
	if waited > watchTime && !w.within(w.run.Since(), watchTime) {
		return w.park(provision.Say("never-ready"), nil)
	}
	w.report(list, waited)
	return job.Wait(pause(waited))
}

// blind is for how long outages have kept the watch from looking since a moment: nobody can say that the phone was late
// then. Time in which Calltab did not run does count, as Microsoft could have switched the phone on.
func (w *work) blind(since, now time.Time) time.Duration {
	if !w.state.Watched.Equal(since) {
		w.state.Watched, w.state.Blind = since, 0
	}
	if down := w.run.Outage(); !down.IsZero() {
		if down.Before(since) {
			down = since
		}
		w.state.Blind += max(now.Sub(down), 0)
	}
	return w.state.Blind
}

// ifStill has the step look anew where the order has left a state while the step looked, so that nothing is decided by
// an old look.
func (w *work) ifStill(state provision.OrderState) {
	w.run.Commit(func(tx job.Tx) error {
		o, err := w.svc.OrderIn(tx, w.order.Tenant, w.order.ID)
		if err == nil && o.State != state {
			err = job.Wait(0)
		}
		return err
	})
}

func (w *work) conditions(ctx context.Context, now time.Time) ([]provision.Condition, error) {
	o := w.order
	p, err := w.svc.Directory.Person(ctx, o.Tenant, string(o.Person.ID))
	if err != nil {
		return nil, err
	}
	v, err := w.svc.Telephony.Voice(ctx, o.Tenant, o.Person.ID)
	if err != nil {
		return nil, err
	}
	if v, err = w.believed(ctx, v, now); err != nil {
		return nil, err
	}
	a, err := w.svc.Telephony.Assignment(ctx, o.Tenant, o.Number)
	return w.svc.Readiness(p, v, a, o, w.plan, now), err
}

// believed is what shows of the person, without policies that may be those of before the order.
func (w *work) believed(ctx context.Context, v provision.Voice, now time.Time) (provision.Voice, error) {
	at, within := fading.Given(w.order, now)
	if !within || !w.plan.InEffect(v) {
		return v, nil
	}
	before, err := w.changedPolicies(ctx, at)
	return before.Believed(w.order, v), err
}

// report commits what changed: a condition, or that it is late now. Nothing changed, nothing is written.
func (w *work) report(list []provision.Condition, waited time.Duration) {
	late, event := w.order.Late, provision.OrderProgress
	switch {
	case waited >= escalateAfter && late != provision.Escalated:
		late, event = provision.Escalated, provision.OrderEscalated
	case waited >= lateAfter && late == provision.InTime:
		late, event = provision.Late, provision.OrderLate
	}
	if late == w.order.Late && slices.Equal(list, w.order.Conditions) {
		return
	}
	w.change(event, func(_ job.Tx, o *provision.Order) error {
		o.Conditions, o.Late = list, late
		return nil
	})
}

// pause is often while it may change any moment and seldom later, and it never oversleeps a message that is due.
func pause(waited time.Duration) time.Duration {
	d := time.Hour
	switch {
	case waited < 30*time.Minute:
		d = time.Minute
	case waited < lateAfter:
		d = 5 * time.Minute
	case waited < escalateAfter:
		d = 15 * time.Minute
	}
	for _, due := range []time.Duration{reopenedTime, lateAfter, escalateAfter} {
		if left := due - waited; left > 0 {
			d = min(d, left)
		}
	}
	return d
}
