package provision

import (
	"cmp"
	"context"
	"time"
)

// The states of a step.
const (
	StepWaiting = "waiting"
	StepRunning = "running"
	StepDone    = "done"
	StepUndone  = "undone"
)

// Save submits a draft that is complete: the draft's hold becomes the order's, and the work is queued. Saved twice, it is
// saved once.
func (s *Service) Save(ctx context.Context, tenant TenantID, by Actor, id OrderID, rev int) (Sheet, error) {
	sheet, acc, err := s.mineToday(ctx, tenant, by, id)
	if err != nil || sheet.Order.State != Draft {
		return sheet, err
	}
	if stale(&sheet, rev) {
		return sheet, nil
	}
	return s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		if o.State != Draft {
			return nil
		}
		if o.Revision != rev || o.Form != FormReview {
			o.Notice = Say("card-was-old")
			return nil
		}
		if err := cmp.Or(o.requestedWith(acc), o.inReach()); err != nil {
			return err
		}
		if other := liveOrder(tx, tenant, o.Person.ID); other != "" {
			o.Form, o.Reasons = FormRefused, []Reason{{Rule: HasOrder, Args: Say("", "order", string(other)).Args}}
			if err := s.drop(tx, o); err != nil {
				return err
			}
			return s.Write(tx, o, OrderChanged, by.ID, string(o.Form))
		}
		if same, err := s.unchanged(tx, o); err != nil || !same {
			return err
		}
		err := s.keep(tx, o)
		if err != nil && (KindOf(err) == Conflict || KindOf(err) == NotFound) {
			o.Notice, o.Form, o.Number, o.HoldEnds = Say("number-taken", "number", string(o.Number)), FormNumber, "", zeroTime
			return s.Write(tx, o, OrderChanged, by.ID, string(o.Form))
		}
		if err != nil {
			return err
		}
		return s.submit(tx, o, by)
	})
}

// keep turns the draft's hold into the order's, where the order takes a number.
func (s *Service) keep(tx Tx, o *Order) error {
	if !o.Kind.asks(FormNumber) {
		return nil
	}
	if err := s.hold(tx, o, o.Number, zeroTime); err != nil {
		return err
	}
	return s.mind(tx, o.Tenant, o.Location)
}

func (s *Service) submit(tx Tx, o *Order, by Actor) error {
	now := s.Now().UTC()
	o.State, o.Form, o.Notice, o.HoldEnds, o.Submitted = Approved, "", Message{}, zeroTime, now
	o.Query, o.Choices = "", nil
	for _, name := range o.Kind.Steps() {
		o.Work = append(o.Work, StepState{Name: name, State: StepWaiting})
	}
	if err := s.Queue.Add(tx, o.Kind.Job(), JobKey(o.Tenant, o.ID), nil, now); err != nil {
		return err
	}
	return s.Write(tx, o, OrderSubmitted, by.ID, string(o.Location)+" "+string(o.Plan))
}

// Cancel takes a draft back and frees its number. Work that has begun is not cancelled: Conflict.
func (s *Service) Cancel(ctx context.Context, tenant TenantID, by Actor, id OrderID) (Sheet, error) {
	sheet, err := s.mine(ctx, tenant, by, id)
	if err != nil || sheet.Order.State == Cancelled || sheet.Order.State == Expired {
		return sheet, err
	}
	return s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		if o.State == Cancelled || o.State == Expired {
			return nil
		}
		if o.State != Draft {
			return conflict("cancel order", "order-already-running", "order", string(id))
		}
		o.State, o.Notice = Cancelled, Message{}
		if err := s.letGo(tx, o, Free, by.ID); err != nil {
			return err
		}
		return s.Write(tx, o, OrderCancelled, by.ID, "")
	})
}

// Tick is the work of JobDraft: it ends a hold and a draft whose time has come, and says when to look again. over means never.
func (s *Service) Tick(ctx context.Context, tenant TenantID, id OrderID) (again time.Duration, over bool, err error) {
	sheet, err := s.Sheet(ctx, tenant, id)
	if err != nil || sheet.Order.State != Draft {
		return 0, err == nil, err
	}
	now := s.Now()
	due, change := sheet.Order.Created.Add(draftTime), s.expire
	if h := sheet.Order.HoldEnds; !h.IsZero() && h.Before(due) {
		due, change = h, s.unhold
	}
	if now.Before(due) {
		return due.Sub(now), false, nil
	}
	_, err = s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		if o.Revision != sheet.Order.Revision {
			return nil // somebody was quicker: look again
		}
		return change(tx, o)
	})
	return time.Second, false, err
}

func (s *Service) expire(tx Tx, o *Order) error {
	o.State = Expired
	if err := s.letGo(tx, o, Free, ""); err != nil {
		return err
	}
	return s.Write(tx, o, OrderExpired, "", "")
}

func (s *Service) unhold(tx Tx, o *Order) error {
	o.Notice = Say("hold-ended", "number", string(o.Number))
	if err := s.drop(tx, o); err != nil {
		return err
	}
	if o.Form == FormReview {
		o.Form = FormNumber
	}
	return s.Write(tx, o, OrderChanged, "", "hold ended")
}
