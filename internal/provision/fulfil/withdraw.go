package fulfil

import (
	"context"
	"slices"
	"strconv"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
	"calltab/internal/provision/result"
)

// back are the steps that take an order back while its phone is waited for. An order does those of its kind
// (BackSteps). There is nothing to undo about them: one that cannot be done is parked, and goes on from there.
var back = []step{
	{provision.StepReclaim, (*work).reclaimLine, nil},
	{provision.StepReturn, (*work).returnNumber, nil},
	{provision.StepRestore, (*work).returnPlan, nil},
	{provision.StepUntell, (*work).endLine, nil},
	{provision.StepClose, (*work).closeBack, nil},
}

// withdrawing passes over a step that is not one of the order's.
func withdrawing(do func(*work, context.Context) error) func(*work, context.Context) error {
	return func(w *work, ctx context.Context) error {
		if !slices.Contains(w.order.Kind.BackSteps(), provision.StepName(w.run.Step())) {
			return nil
		}
		return do(w, ctx)
	}
}

// takingBack is the job.
func (s *Saga) takingBack() job.Kind {
	steps := slices.Clone(back)
	for i := range steps {
		steps[i].do = withdrawing(steps[i].do)
	}
	return s.saga(provision.JobTakeBack, steps...)
}

// backNotice names a notice to the carrier. An order can be taken back again after it was left as it is and reopened.
func (w *work) backNotice() string {
	return "back-" + strconv.FormatInt(w.order.TakenBack.At.Unix(), 10) + "-" + w.run.Step()
}

// reclaimLine tells the carrier that the person has their earlier number again, before Microsoft gives it.
func (w *work) reclaimLine(ctx context.Context) error {
	had := w.order.Had
	line := w.line(had.Number, had.Location, had.Plan)
	_, err := w.svc.TellCarrier(ctx, w.order.Tenant, w.backNotice(), provision.LineActivate, line, w.order.Number)
	if err != nil {
		return w.untold(err)
	}
	w.finish(provision.OrderProgress)
	return nil
}

// returnNumber takes the number from the person, for whom the earlier one takes its place.
func (w *work) returnNumber(ctx context.Context) error {
	if w.order.Had.Number == "" {
		return w.takeAway(ctx)
	}
	if err := w.takeBack(ctx); err != nil {
		return err
	}
	w.finish(provision.OrderProgress)
	return nil
}

// returnPlan puts back the policies from before the order.
func (w *work) returnPlan(ctx context.Context) error {
	if err := w.restorePolicies(ctx); err != nil {
		return err
	}
	w.finish(provision.OrderProgress)
	return nil
}

// endLine tells the carrier what has become of the order's line, after Microsoft took it back.
func (w *work) endLine(ctx context.Context) error {
	o, err := w.order, error(nil)
	if o.Kind == provision.ChangePlan {
		line := w.line(o.Number, o.Had.Location, o.Had.Plan)
		_, err = w.svc.TellCarrier(ctx, o.Tenant, w.backNotice(), provision.LineChange, line, "")
	} else {
		err = w.release(ctx, w.backNotice(), o.Number)
	}
	if err != nil {
		return w.untold(err)
	}
	w.finish(provision.OrderProgress)
	return nil
}

// closeBack ends the order. It looks once more first, as days may have passed while it was parked.
func (w *work) closeBack(ctx context.Context) error {
	o, at := w.order, provision.HeldByNobody
	if o.Number != o.Had.Number {
		var err error
		if at, err = w.look(ctx); err != nil {
			return err
		}
	}
	switch {
	case at == provision.HeldByPerson && w.within(w.state.Freed, settleTime):
		return job.Wait(settlePause)
	case at == provision.HeldByPerson && !w.within(w.run.Since(), undoTime):
		return w.park(provision.Say("number-stays", "number", string(o.Number)), nil)
	case at == provision.HeldByPerson:
		return w.free(ctx, o.Number)
	}
	if err := w.lookBack(ctx); err != nil {
		return err
	}
	lost := result.Loss{Number: at == provision.HeldByOther, Had: w.state.HadLost, HadTaken: w.state.HadTaken}
	w.finish(provision.OrderProgress)
	w.change(provision.OrderCancelled, func(tx job.Tx, o *provision.Order) error {
		return w.svc.EndWithdrawn(tx, o, lost)
	})
	return nil
}
