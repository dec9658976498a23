package provision

import (
	"context"
	"strings"
	"time"
)

// The states of a step.
const (
	StepWaiting = "waiting"
	StepRunning = "running"
	StepDone    = "done"
	StepUndone  = "undone"
)

// Save submits a draft that is complete: the draft's hold becomes the order's, and the work is queued, or those are asked whose
// word the order needs. For them it takes a reason. Saved twice, it is saved once.
func (s *Service) Save(ctx context.Context, tenant TenantID, by Actor, id OrderID, rev int, why string) (Sheet, error) {
	if err := s.compared(ctx, tenant); err != nil {
		return Sheet{}, err
	}
	sheet, acc, err := s.mineToday(ctx, tenant, by, id)
	if err != nil || sheet.Order.State != Draft {
		return sheet, err
	}
	if stale(&sheet, rev) {
		return sheet, nil
	}
	c, err := s.Charter(ctx, tenant)
	if err != nil {
		return sheet, err
	}
	sheet.Order.besideOf(acc)
	need, err := s.consent(ctx, sheet, c)
	if err != nil {
		return sheet, err
	}
	if why = strings.TrimSpace(why); need.By != "" && why == "" {
		return sheet, &Error{Op: "submit order", Kind: Invalid, Say: Say("words-needed.order")}
	}
	return s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		if o.State != Draft {
			return nil
		}
		if o.Revision != rev || o.Form != FormReview {
			o.Notice = Say("card-was-old")
			return nil
		}
		if err := o.requestedWith(acc); err != nil {
			return err
		}
		if err := o.inReach(); err != nil {
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
		if err := s.pick(tx, o); err != nil {
			return err
		}
		if o.Form != FormReview { // no number is left
			return s.Write(tx, o, OrderChanged, by.ID, string(o.Form))
		}
		o.besideOf(acc)
		if need.By != "" {
			o.Why = strings.ToValidUTF8(why[:min(len(why), mostWhy)], "")
		}
		err := s.keep(tx, o)
		if err != nil && (KindOf(err) == Conflict || KindOf(err) == NotFound) {
			o.Notice, o.Form, o.Number, o.HoldEnds = Say("number-taken", "number", string(o.Number)), FormNumber, "", zeroTime
			o.Form = next(*o)
			return s.Write(tx, o, OrderChanged, by.ID, string(o.Form))
		}
		if err != nil {
			return err
		}
		if need.By != "" {
			if err := s.request(tx, o, acc); err != nil {
				return err
			}
		}
		return s.submit(tx, o, by, need)
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

// submit ends the draft: the order is approved, or pending where somebody's word is needed.
func (s *Service) submit(tx Tx, o *Order, by Actor, need Consent) error {
	now := s.Now().UTC()
	o.Form, o.Notice, o.HoldEnds, o.Submitted = "", Message{}, zeroTime, now
	o.Query, o.Choices = "", nil
	o.Consent = need // of those who were asked before it was amended, nobody sees it who is not asked now
	if need.By == "" {
		if err := s.approve(tx, o); err != nil {
			return err
		}
		return s.Write(tx, o, OrderSubmitted, by.ID, string(o.Location)+" "+string(o.Plan))
	}
	c := &o.Consent
	o.State, c.Revision = Pending, o.Revision+1
	for i := range c.Asked {
		c.Asked[i].Revision = c.Revision
	}
	if err := s.anew(tx, o); err != nil {
		return err
	}
	return s.Write(tx, o, OrderSubmitted, by.ID, string(o.Location)+" "+string(o.Plan))
}

// approve has the work begin.
func (s *Service) approve(tx Tx, o *Order) error {
	o.State, o.Work = Approved, nil
	for _, name := range o.Kind.Steps() {
		o.Work = append(o.Work, StepState{Name: name, State: StepWaiting})
	}
	return s.Queue.Add(tx, o.Kind.Job(), JobKey(o.Tenant, o.ID), nil, s.Now())
}

// Cancel takes a draft or a pending order back and frees its number, for whoever may (mayTakeBack). Work that has begun is not
// cancelled: Conflict.
func (s *Service) Cancel(ctx context.Context, tenant TenantID, by Actor, id OrderID) (Sheet, error) {
	if err := s.compared(ctx, tenant); err != nil {
		return Sheet{}, err
	}
	sheet, err := s.Sheet(ctx, tenant, id)
	if err == nil {
		err = s.mayTakeBack(ctx, by, sheet.Order)
	}
	if err != nil || sheet.Order.State == Cancelled || sheet.Order.State == Expired {
		return sheet, err
	}
	return s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		if o.State == Cancelled || o.State == Expired {
			return nil
		}
		if o.State != Draft && o.State != Pending {
			return conflict("cancel order", "order-already-running", "order", string(id))
		}
		o.State, o.Notice = Cancelled, Message{}
		o.Consent.Asked, o.Consent.Next = nil, nil
		if by.ID != o.Requester.ID {
			o.Consent.Ended = by
		}
		if err := s.giveUp(tx, o, by.ID); err != nil {
			return err
		}
		return s.Write(tx, o, OrderCancelled, by.ID, "")
	})
}

// Tick is the work of JobDraft: it ends a hold and a draft whose time has come, later forgets a draft that was never saved, and says
// when to look again. over means never.
func (s *Service) Tick(ctx context.Context, tenant TenantID, id OrderID) (again time.Duration, over bool, err error) {
	sheet, err := s.Sheet(ctx, tenant, id)
	if KindOf(err) == NotFound {
		return 0, true, nil
	}
	if err == nil && sheet.Order.State != Draft {
		return s.forget(ctx, sheet.Order)
	}
	if err != nil {
		return 0, false, err
	}
	now := s.Now()
	if right := sheet.Order; right.SetRight(now) {
		return time.Second, false, s.setRight(ctx, tenant, id)
	}
	due, change := later(sheet.Order.Created, sheet.Order.Amended).Add(draftTime), s.expire
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

// setRight stores an order as [Order.SetRight] has it. A draft's number is held as long as the draft says.
func (s *Service) setRight(ctx context.Context, tenant TenantID, id OrderID) error {
	_, err := s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		if !o.SetRight(s.Now()) {
			return nil
		}
		if o.State == Draft && !o.HoldEnds.IsZero() {
			if err := s.hold(tx, o, o.Number, o.HoldEnds); err != nil {
				return err
			}
		}
		return s.Write(tx, o, OrderProgress, "", "")
	})
	return err
}

func (s *Service) expire(tx Tx, o *Order) error {
	o.State = Expired
	if err := s.letGo(tx, o, Free, ""); err != nil {
		return err
	}
	return s.Write(tx, o, OrderExpired, "", "")
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (s *Service) unhold(tx Tx, o *Order) error {
	if o.Undoes != "" { // no other number would take the order back
		return s.expire(tx, o)
	}
	if o.Notice = Say("hold-ended", "number", string(o.Number)); !o.picks() {
		o.Notice = Say("hold-ended-picked", "number", string(o.Number))
	}
	if err := s.letGo(tx, o, Free, ""); err != nil {
		return err
	}
	o.Number, o.HoldEnds = "", zeroTime
	if o.Form == FormReview && o.picks() {
		o.Form = FormNumber
	}
	return s.Write(tx, o, OrderChanged, "", "hold ended")
}
