package fulfil

import (
	"context"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// takeAway takes the number from the person, and only from them. It works in every order of leaving: where Microsoft
// has dropped the number by itself, with the licence or the account, there is nothing left to do; where it keeps the
// number bound, it lets go only of licensed people, so the order waits and says so (github.com/KelvinTegelaar/CIPP
// issue 4632).
func (w *work) takeAway(ctx context.Context) error {
	w.begin()
	o := w.order
	if o.Number == "" {
		w.finish(provision.OrderProgress)
		return nil
	}
	switch at, err := w.look(ctx); {
	case err != nil:
		return err
	case at != provision.HeldByPerson:
		w.finish(provision.OrderProgress)
		return nil
	}
	if w.within(w.state.Freed, settleTime) {
		return job.Wait(settlePause) // it was taken away, and still shows
	}
	if _, err := w.intend(ctx, &w.state.Took); err != nil {
		return err
	}
	_, err := w.svc.Telephony.UnassignNumber(ctx, o.Tenant, o.Number)
	if err != nil {
		return w.kept(ctx, err)
	}
	w.state.Freed = w.run.Now().UTC()
	return job.Wait(settlePause)
}

// kept decides what it means that Microsoft does not let the number go.
func (w *work) kept(ctx context.Context, refusal error) error {
	switch provision.KindOf(refusal) {
	case provision.Throttled:
		return refusal
	case provision.Denied:
		return w.denied(refusal)
	case provision.Unavailable, provision.Internal:
		if !w.unanswered(refusal) {
			w.state.Refused++
		}
		if w.state.Refused >= asks {
			return w.park(provision.Say("microsoft-fails-account", "person", w.order.Person.Name()), refusal)
		}
		w.state.Freed = w.run.Now().UTC() // it may have happened all the same
		_, pause := w.settling()
		return w.waitSaying(max(pause, askedToWait(refusal)), provision.Say("microsoft-silent"))
	}
	o := w.order
	p, err := w.svc.Directory.Person(ctx, o.Tenant, string(o.Person.ID))
	gone := err != nil && provision.KindOf(err) == provision.NotFound
	if err != nil && !gone {
		return err
	}
	bound := provision.Say("number-bound", "number", string(o.Number), "person", o.Person.Name())
	if gone {
		bound = provision.Say("number-bound-gone", "number", string(o.Number))
	}
	licensed := w.svc.PhoneLicensed(o.Tenant, p)
	if (gone || !licensed) && w.within(w.run.Since(), learnTime) {
		return w.waitSaying(learnPause, bound)
	}
	w.state.Refused++
	switch {
	case gone:
		bound = provision.Say("number-kept-gone", "number", string(o.Number))
	case !licensed:
		bound = provision.Say("number-kept", "number", string(o.Number), "person", o.Person.Name())
	case w.state.Refused < refusals:
		return refusal
	default:
		bound = provision.Say("number-stays", "number", string(o.Number))
	}
	return w.park(bound, refusal)
}

// hidden reports that the telephone service shows nothing of a person whom it should know. Without account or licence
// there is nothing to show.
func (w *work) hidden(ctx context.Context) (bool, error) {
	p, there, err := w.svc.Account(ctx, w.order.Tenant, w.order.Person.ID)
	return there && w.svc.PhoneLicensed(w.order.Tenant, p), err
}

// unseen waits a while for a hidden person to be shown.
func (w *work) unseen() error {
	if w.within(w.run.Since(), visibleTime) {
		return job.Wait(settlePause)
	}
	return w.park(provision.Say("person-not-showing"), nil)
}

// giveBack undoes takeAway.
func (w *work) giveBack(ctx context.Context) error {
	if w.order.Number == "" || w.neverTaken() {
		return nil
	}
	switch at, err := w.look(ctx); {
	case err != nil:
		return err
	case at == provision.HeldByOther:
		return w.park(provision.Say("old-number-on-other", "number", string(w.order.Number)), nil)
	case at == provision.HeldByPerson && !w.within(w.state.Freed, settleTime):
		return nil
	case w.within(w.state.Freed, settleTime), w.within(w.state.Returned, settleTime):
		return job.Wait(settlePause) // what shows may be older than what was asked for
	}
	if gone, err := w.gone(ctx); err != nil {
		return err
	} else if gone {
		return w.park(provision.Say("person-gone"), nil)
	}
	if w.overdue() {
		return w.park(provision.Say("undo-failed"), nil)
	}
	return w.giveNumber(ctx, w.order.Number)
}

// clearPolicies takes the plan's policies away from the person.
func (w *work) clearPolicies(ctx context.Context) error {
	v, err := w.voice(ctx)
	if err != nil {
		return err
	}
	if !v.Found {
		hidden, err := w.hidden(ctx)
		if err != nil {
			return err
		}
		if hidden {
			return w.unseen()
		}
	}
	if err := w.noteBefore(ctx, v); err != nil {
		return err
	}
	if err := w.strip(ctx, v, append(w.plan.Policies(), w.gave()...), provision.Plan{}); err != nil {
		return err
	}
	w.finish(provision.OrderProgress)
	return nil
}

// cool ends the order: the number cools down, and the person has no phone any more. It looks once more first, as days
// may have passed where a person had to decide, and an admin may have given the number back meanwhile.
func (w *work) cool(ctx context.Context) error {
	at := provision.HeldByNobody
	if w.order.Number != "" {
		var err error
		if at, err = w.look(ctx); err != nil {
			return err
		}
	}
	switch {
	case at == provision.HeldByPerson && w.within(w.state.Freed, settleTime):
		return job.Wait(settlePause)
	case at == provision.HeldByPerson && w.overdue():
		return w.park(provision.Say("number-stays", "number", string(w.order.Number)), nil)
	case at == provision.HeldByPerson:
		return w.free(ctx, w.order.Number)
	}
	left, err := w.leftBound(ctx)
	if err != nil {
		return err
	}
	w.finish(provision.OrderProgress)
	w.change(provision.OrderDone, func(tx job.Tx, o *provision.Order) error {
		o.Left = left
		return w.svc.End(tx, o, at == provision.HeldByOther)
	})
	return nil
}

// leftBound are the numbers that Microsoft still shows on the person: private lines, alternate numbers, or another of
// their own. While there is one, nothing says that the licence may go.
func (w *work) leftBound(ctx context.Context) ([]provision.E164, error) {
	v, err := w.svc.Telephony.Voice(ctx, w.order.Tenant, w.order.Person.ID)
	if err != nil {
		return nil, err
	}
	var left []provision.E164
	for _, n := range v.Numbers {
		if n != w.order.Number {
			left = append(left, n)
		}
	}
	for _, b := range v.Beside {
		left = append(left, b.Number)
	}
	return left, nil
}
