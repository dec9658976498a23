package fulfil

import (
	"context"
	"slices"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// check reads the person again: days may lie between the form and the work.
func (w *work) check(ctx context.Context) error {
	verdict, _, err := w.eligible(ctx)
	if provision.KindOf(err) == provision.NotFound && err != nil {
		return w.stop(provision.Say("person-gone"), nil, err)
	}
	if err != nil {
		return err
	}
	if !verdict.OK() {
		return w.stop(provision.Say("not-eligible"), verdict.Reasons, nil)
	}
	w.finish(provision.OrderRunning)
	return nil
}

// eligible is the verdict on the person as Microsoft shows them now, with what Teams says of them. The order's own
// number, and the one that they have from here, are no reasons against it.
func (w *work) eligible(ctx context.Context) (provision.Eligibility, provision.Voice, error) {
	o, none := w.order, provision.Eligibility{}
	p, err := w.svc.Directory.Person(ctx, o.Tenant, string(o.Person.ID))
	if err != nil {
		return none, provision.Voice{}, err
	}
	st := provision.PersonFacts{Mine: []provision.E164{o.Number, o.Had.Number}}
	if st.Voice, err = w.svc.Telephony.Voice(ctx, o.Tenant, p.ID); err != nil {
		return none, st.Voice, err
	}
	if others := slices.DeleteFunc(slices.Clone(st.Voice.Numbers), func(n provision.E164) bool {
		return slices.Contains(st.Mine, n)
	}); len(others) > 0 {
		a, err := w.svc.Telephony.Assignment(ctx, o.Tenant, others[0])
		if err != nil {
			return none, st.Voice, err
		}
		st.OnPrem = a.Source == "onPremises"
	}
	err = w.svc.Store.View(ctx, func(tx job.Tx) error { return w.svc.Recall(tx, o.Tenant, p.ID, &st) })
	return provision.Eligible(p, st), st.Voice, err
}

// look reads who has the order's number: HeldByPerson, HeldByNobody or HeldByOther.
func (w *work) look(ctx context.Context) (provision.NumberHolder, error) {
	return w.lookAt(ctx, w.order.Number)
}

// lookAt reads who has a number, in the inventory and on the person: each shows an assignment in its own time. A number
// that the person has, but not as their own, counts as another's.
func (w *work) lookAt(ctx context.Context, n provision.E164) (provision.NumberHolder, error) {
	o := w.order
	a, err := w.svc.Telephony.Assignment(ctx, o.Tenant, n)
	shown := false
	if err == nil && a.Target == "" {
		var v provision.Voice
		v, err = w.svc.Telephony.Voice(ctx, o.Tenant, o.Person.ID)
		shown = slices.Contains(v.Numbers, n)
	}
	if err != nil {
		return provision.HeldByNobody, err
	}
	switch holder := a.HeldFor(o.Person.ID, shown); holder {
	case provision.HeldByPerson, provision.HeldByNobody:
		return holder, nil
	}
	return provision.HeldByOther, nil
}

// assign gives the number to the person, unless they have it already.
func (w *work) assign(ctx context.Context) error {
	switch at, err := w.look(ctx); {
	case err != nil:
		return err
	case at == provision.HeldByPerson:
		w.state.Shown = true
		w.finish(provision.OrderProgress)
		return nil
	case at == provision.HeldByOther:
		return w.onOther(ctx)
	}
	if limit, pause := w.settling(); w.within(w.state.Asked, limit) {
		return job.Wait(pause)
	}
	return w.ask(ctx)
}

// within reports that a call was made less than limit ago, so that its effect may still show. Time in which Microsoft
// could not be asked does not count.
func (w *work) within(made time.Time, limit time.Duration) bool {
	return !made.IsZero() && w.run.Elapsed(made) < limit
}

// ask calls assignNumber, always for the same number and person. That it asks is committed first: if the answer is
// lost, or the process, the next try looks for the effect before it asks again.
func (w *work) ask(ctx context.Context) error {
	if w.state.Asks >= asks {
		return w.park(orElse(w.state.Trouble, "microsoft-fails-account", "person", w.order.Person.Name()), nil)
	}
	if !w.state.Asked.IsZero() {
		w.state.Lost = w.state.Asked
	}
	w.state.Asked = w.run.Now().UTC()
	w.state.Operation = ""
	w.state.Accepted = false
	w.state.Asks++
	if err := w.run.Save(w.state); err != nil {
		return err
	}
	if err := w.run.Checkpoint(ctx, nil); err != nil {
		return err
	}
	o := w.order
	op, err := w.svc.Telephony.AssignNumber(ctx, o.Tenant, o.Number, o.Person.ID, w.loc.EmergencyLocation)
	if err != nil {
		return w.judge(ctx, err)
	}
	w.state.Silent = 0
	w.state.Operation, w.state.Accepted = op.ID, true
	if w.run.Step() == string(provision.StepAssign) {
		w.finish(provision.OrderProgress)
		return nil
	}
	return job.Wait(pollPause)
}

// await watches the operation that the assignment started. An operation that fails is judged like a refusal.
func (w *work) await(ctx context.Context) error {
	if !w.state.Accepted {
		return w.assign(ctx)
	}
	if w.state.Operation == "" {
		w.finish(provision.OrderProgress)
		return nil
	}
	op, err := w.svc.Telephony.Operation(ctx, w.order.Tenant, w.state.Operation)
	switch {
	case provision.KindOf(err) == provision.NotFound && err != nil:
		w.finish(provision.OrderProgress) // forgotten by the service; verify looks for the effect
		return nil
	case err != nil:
		return err
	case op.State == provision.OperationRunning && w.within(w.state.Asked, operationTime):
		return job.Wait(pollPause)
	case op.State != provision.OperationFailed:
		w.finish(provision.OrderProgress)
		return nil
	}
	if at, err := w.look(ctx); err != nil {
		return err
	} else if at == provision.HeldByPerson {
		w.finish(provision.OrderProgress)
		return nil
	}
	w.state.Operation, w.state.Accepted = "", false
	return w.judge(ctx, &provision.Error{Op: "assign number", Kind: provision.Invalid, Code: "operation-failed",
		Err: text(op.Detail)})
}

type text string

func (t text) Error() string { return string(t) }

// mayAppear reports that the number may still show on the person, after it was freed and given to another person: long
// for a call of which nothing bad was heard, and a little while even for one that is said to have failed.
func (w *work) mayAppear() bool {
	return w.within(w.state.Asked, visibleTime) || w.within(w.state.Lost, visibleTime) ||
		w.state.Asks > 0 && w.state.Freed.IsZero() && w.within(w.run.Since(), settleTime)
}

// unassign takes the number back from the person, and only from them.
func (w *work) unassign(ctx context.Context) error {
	switch at, err := w.look(ctx); {
	case err != nil:
		return err
	case at == provision.HeldByOther:
		w.state.Theirs = true
		return nil
	case at == provision.HeldByNobody && w.mayAppear():
		return job.Wait(settlePause)
	case at == provision.HeldByNobody:
		return nil
	}
	w.state.Asked = zero // it has come to something
	if w.overdue() {
		return w.undoFailed(ctx, w.order.Number)
	}
	if w.within(w.state.Freed, settleTime) {
		return job.Wait(settlePause) // it was asked back, and still shows
	}
	return w.free(ctx, w.order.Number)
}
