package fulfil

import (
	"context"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// takeBack undoes an assignment. A person who had a number before gets it again, and only then loses the new one.
func (w *work) takeBack(ctx context.Context) error {
	if w.order.Had.Number == "" {
		return w.unassign(ctx)
	}
	if err := w.returnOld(ctx); err != nil {
		return err
	}
	return w.unassign(ctx)
}

// returnOld gives the person the number that they had. Microsoft lets a person have one number, so this takes the new
// one's place; it is asked for once even where the old one still shows, as what shows may be older than the assignment.
func (w *work) returnOld(ctx context.Context) error {
	old := w.order.Had.Number
	at, err := w.lookAt(ctx, old)
	if err != nil {
		return err
	}
	now, err := w.look(ctx)
	switch {
	case err != nil:
		return err
	case at == provision.HeldByOther:
		return w.park(provision.Say("old-number-on-other", "number", string(old)), nil)
	case at == provision.HeldByPerson && (now != provision.HeldByPerson || !w.state.Returned.IsZero()):
		return nil
	case w.within(w.state.Returned, settleTime):
		return job.Wait(settlePause)
	}
	if gone, err := w.gone(ctx); err != nil || gone {
		return err // there is nobody to give it back to, and the last look says where it is
	}
	if w.overdue() {
		return w.park(provision.Say("undo-failed"), nil)
	}
	return w.giveNumber(ctx, old)
}

// lookBack is the last step of the way back: the person should have what they had before. Where an admin has changed
// that meanwhile, the records follow.
func (w *work) lookBack(ctx context.Context) error {
	had := w.order.Had.Number
	if had == "" || w.untouched() {
		return nil
	}
	at, err := w.lookAt(ctx, had)
	w.state.HadLost, w.state.HadTaken = err == nil && at != provision.HeldByPerson, at == provision.HeldByOther
	if w.state.HadLost {
		return w.untold(w.release(ctx, "lost", had))
	}
	return err
}

// giveNumber asks for a number on the person, on the way back. What it answers does not matter: the next look tells.
func (w *work) giveNumber(ctx context.Context, n provision.E164) error {
	o := w.order
	_, err := w.svc.Telephony.AssignNumber(ctx, o.Tenant, n, o.Person.ID, w.hadAt.EmergencyLocation)
	if k := provision.KindOf(err); err != nil && (k == provision.Throttled || k == provision.Denied) {
		return err
	}
	w.unanswered(err)
	w.state.Returned = w.run.Now().UTC()
	_, pause := w.settling()
	return job.Wait(pause)
}

// retire sees the old number off the person, now that the new one is verified, tells the carrier, and lets it cool
// down. Microsoft takes the old one away by itself when it assigns the new one, so a while passes before Calltab does.
func (w *work) retire(ctx context.Context) error {
	old := w.order.Had.Number
	at, err := w.lookAt(ctx, old)
	switch {
	case err != nil:
		return err
	case at == provision.HeldByPerson && (w.within(w.run.Since(), settleTime) || w.within(w.state.Freed, settleTime)):
		return job.Wait(settlePause)
	case at == provision.HeldByPerson && w.overdue():
		return w.park(provision.Say("old-number-stays", "number", string(old)), nil)
	case at == provision.HeldByPerson:
		return w.free(ctx, old)
	}
	if err := w.drop(ctx); err != nil {
		return err
	}
	w.finish(provision.OrderProgress)
	w.change(provision.OrderProgress, func(tx job.Tx, o *provision.Order) error {
		if o.State == provision.Running { // verify had it wait before, unless it was stopped in between
			o.State = provision.Waiting
		}
		return w.svc.Rest(tx, o, old, at == provision.HeldByOther)
	})
	return nil
}

// free takes a number away from the person, of whom a look has just shown that they have it.
func (w *work) free(ctx context.Context, n provision.E164) error {
	_, err := w.svc.Telephony.UnassignNumber(ctx, w.order.Tenant, n)
	if k := provision.KindOf(err); err != nil && (k == provision.Throttled || k == provision.Denied) {
		return err
	}
	w.unanswered(err)
	w.state.Freed = w.run.Now().UTC()
	_, pause := w.settling()
	return job.Wait(pause) // whatever it answered: look whether the number is gone
}
