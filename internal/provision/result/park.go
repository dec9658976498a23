package result

import (
	"context"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/observe"
	"calltab/internal/provision/order"
	"calltab/internal/provision/stock"
)

// Park gives an order to a person, in the transaction that parks its job.
func (s *Service) Park(tx provision.Tx, o *provision.Order, at provision.Halt, why provision.Message) error {
	at.Revision = o.Revision + 1 // the one that Write gives
	o.State = provision.Parked
	o.Problem = why
	o.Halt = at
	return s.order.Write(tx, o, provision.OrderParked, "", why.ID)
}

// Resolve decides about a parked order, for a user who may operate at its locations. It is decided once: from an older
// card, or after another operator, nothing changes, and the sheet comes back as it is now, with who decided. LeaveAsIs
// needs a reason, and first reads at Microsoft what is so now: the records are set by that and by nothing else.
// Conflict where there is nothing to undo, and where another order has the person's phone by now: then it can only be
// left as it is, which changes nothing of that person's phone.
func (s *Service) Resolve(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID,
	rev int, resolution provision.Resolution, why string) (provision.Sheet, error) {
	if err := s.stock.Compared(ctx, tenant); err != nil {
		return provision.Sheet{}, err
	}
	sheet, err := s.order.Sheet(ctx, tenant, id)
	if err != nil {
		return sheet, err
	}
	if _, err := s.access.Permit(ctx, "decide about order", tenant, by, provision.Operate,
		sheet.Order.Sites()...); err != nil {
		return provision.Sheet{}, err
	}
	decision := provision.Resolved{Resolution: resolution, By: by, Why: strings.TrimSpace(why), At: s.Now().UTC()}
	if said, late := tooLate(sheet.Order, rev, decision); late {
		sheet.Order.Notice = said
		return sheet, nil
	}
	var v observe.Observed
	switch {
	case resolution == provision.TakeBack && !sheet.Order.CanUndo():
		return sheet, provision.NewConflict("undo order", "cannot-undo")
	case resolution == provision.LeaveAsIs && decision.Why == "":
		return sheet, &provision.Error{Op: "accept order", Kind: provision.Invalid, Say: provision.Say("reason-needed")}
	case resolution == provision.LeaveAsIs:
		ctx, cancel := context.WithTimeout(ctx, AcceptTime)
		defer cancel()
		if v, err = s.observe.Observe(ctx, sheet.Order, sheet.Plan); err != nil {
			return sheet, err
		}
	}
	return s.order.Update(ctx, tenant, id, func(tx provision.Tx, o *provision.Order) error {
		if err := stock.RequireCompared(tx, tenant); err != nil { // another program may have marked it meanwhile
			return err
		}
		said, late := tooLate(*o, rev, decision)
		if late || o.Halt != sheet.Order.Halt { // parked anew since it was read
			o.Notice = said
			return nil
		}
		o.Notice, o.Decided = provision.Message{}, decision
		stock.EndDoubt(tx, *o)
		return s.resolve(tx, o, v)
	})
}

// tooLate reports a decision about an order that is not parked any more, or was parked anew since the card was made,
// and says who was quicker. An operator who pressed twice is told nothing.
func tooLate(o provision.Order, rev int, d provision.Resolved) (provision.Message, bool) {
	switch {
	case o.State == provision.Parked && rev >= o.Halt.Revision:
		return provision.Message{}, false
	case o.State == provision.Parked, rev < o.Halt.Revision, o.Decided.Resolution == "":
		return provision.Say("card-was-old"), true
	case o.Decided.By.ID == d.By.ID && o.Decided.Resolution == d.Resolution:
		return provision.Message{}, true
	}
	return provision.Say("decided-by", "person", o.Decided.By.Name), true
}

func (s *Service) resolve(tx provision.Tx, o *provision.Order, v observe.Observed) error {
	key, by := provision.JobKey(o.Tenant, o.ID), o.Decided.By.ID
	job := o.Halt.Job
	if job == "" {
		job = o.Job()
	}
	if o.Decided.Resolution != provision.LeaveAsIs {
		if err := s.order.MayAct(tx, *o); err != nil {
			return err
		}
	}
	switch o.Decided.Resolution {
	case provision.LeaveAsIs:
		if err := s.Operator.Accept(tx, job, key); err != nil {
			return err
		}
		o.State = provision.Done
		o.Observation = v.Observation
		o.Conditions = v.Conditions
		if o.Withdrawn() {
			o.Work = nil // nobody takes it back any more: it is no order at work, should its watch begin anew
		}
		o.TakenBack = provision.Resolved{}
		if err := s.follow(tx, o, v); err != nil {
			return err
		}
		if err := s.Queue.Add(tx, provision.JobSettle, key, nil, s.Now()); err != nil {
			return err
		}
		return s.order.Write(tx, o, provision.OrderAccepted, by, string(o.Halt.Step))
	case provision.TakeBack: // the problem stays: it is why the order will have failed
		if err := s.Operator.Undo(tx, job, key); err != nil {
			return err
		}
		s.goOn(o)
		return s.order.Write(tx, o, provision.OrderUndone, by, string(o.Halt.Step))
	}
	return s.retry(tx, o, job, by)
}

// retry goes on with a parked order where it stopped; by is empty for Calltab itself.
func (s *Service) retry(tx provision.Tx, o *provision.Order, job string, by provision.UserID) error {
	if err := s.Operator.Retry(tx, job, provision.JobKey(o.Tenant, o.ID)); err != nil {
		return err
	}
	s.goOn(o)
	if !o.Halt.Undoing {
		o.Problem = provision.Message{}
	}
	return s.order.Write(tx, o, provision.OrderRetried, by, string(o.Halt.Step))
}

// GoBack has the parked work of an order undone by Calltab itself. The problem stays: it is why the order will have
// failed.
func (s *Service) GoBack(tx provision.Tx, o *provision.Order) error {
	if err := s.Operator.Undo(tx, o.Job(), provision.JobKey(o.Tenant, o.ID)); err != nil {
		return err
	}
	s.goOn(o)
	return s.order.Write(tx, o, provision.OrderUndone, "", string(o.Halt.Step))
}

// GoOn has a parked order go on where it stopped, by Calltab itself.
func (s *Service) GoOn(tx provision.Tx, o *provision.Order) error {
	work := o.Halt.Job
	if work == "" {
		work = o.Job()
	}
	return s.retry(tx, o, work, "")
}

// goOn makes a parked order live again.
func (s *Service) goOn(o *provision.Order) {
	o.State = provision.Running
	if o.Halt.Watched() {
		o.State = provision.Waiting
	}
	for i := range o.Work {
		if o.Work[i].State == provision.StepRunning {
			o.Work[i].Since = s.Now().UTC()
		}
	}
}

// Stopped lists the parked orders at the asker's locations, the longest stopped first.
func (s *Service) Stopped(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	limit int) ([]provision.Order, error) {
	acc, err := s.access.Permit(ctx, "list parked orders", tenant, by, provision.Look)
	if err != nil {
		return nil, err
	}
	var found []provision.Order
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		found = nil
		for id := range order.Parked(tx, tenant, acc) {
			o, err := s.order.OrderIn(tx, tenant, id)
			if err != nil {
				return err
			}
			if !acc.Sees(o) {
				continue
			}
			if found = append(found, o); len(found) == limit {
				break
			}
		}
		return nil
	})
	return found, err
}

// RetryStopped has each parked order tried again that Stopped lists and that the asker may decide about, each by Rule.
func (s *Service) RetryStopped(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	limit int) (r Retried, err error) {
	acc, err := s.access.Permit(ctx, "try parked orders again", tenant, by, provision.Operate)
	if err != nil {
		return r, err
	}
	all, err := s.Stopped(ctx, tenant, by, limit)
	if err != nil {
		return r, err
	}
	for _, o := range all {
		if !acc.Operates(o) {
			continue
		}
		_, err := s.Resolve(ctx, tenant, by, o.ID, o.Revision, provision.TryAgain, "")
		switch kind := provision.KindOf(err); {
		case err == nil:
			r.Again++
		case kind == provision.Conflict || kind == provision.NotFound:
			r.Left++
		default:
			return r, err
		}
	}
	return r, nil
}

// Retried is what came of trying all stopped orders again.
type Retried struct {
	Again int // go on
	Left  int // cannot, as another order has the phone by now, or is not there any more
}

// Loss is what Microsoft shows to have gone to others, or nowhere, while an order was at work.
type Loss struct {
	Number   bool // another person has the order's number
	Had      bool // the person does not have their earlier number any more …
	HadTaken bool // … but another person has it
}
