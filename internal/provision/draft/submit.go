package draft

import (
	"cmp"
	"context"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/order"
	"calltab/internal/provision/people"
	"calltab/internal/provision/stock"
)

// Save submits a draft that is complete: the draft's hold becomes the order's, and the work is queued, or the approvers
// whom the order needs are asked. For them it takes a reason. Saved twice, it is saved once.
func (s *Service) Save(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID,
	rev int, why string) (provision.Sheet, error) {
	if err := s.stock.Compared(ctx, tenant); err != nil {
		return provision.Sheet{}, err
	}
	_, acc, err := s.mineToday(ctx, tenant, by, id)
	if err != nil {
		return provision.Sheet{}, err
	}
	sheet, err := s.order.Sheet(ctx, tenant, id)
	if err != nil || sheet.Order.State != provision.Draft {
		return sheet, err
	}
	if stale(sheet.Order, rev) {
		outdated(&sheet)
		return sheet, nil
	}
	c, err := s.access.AccessPolicy(ctx, tenant)
	if err != nil {
		return sheet, err
	}
	sheet.Order.BesideOf(acc)
	need, err := s.approve.ApprovalOf(ctx, sheet, c)
	if err != nil {
		return sheet, err
	}
	if why = strings.TrimSpace(why); need.By != "" && why == "" {
		return sheet, &provision.Error{Op: "submit order", Kind: provision.Invalid,
			Say: provision.Say("words-needed.order")}
	}
	return s.order.Update(ctx, tenant, id, func(tx provision.Tx, o *provision.Order) error {
		if o.State != provision.Draft {
			return nil
		}
		if err := stock.RequireCompared(tx, tenant); err != nil {
			return err
		}
		if o.Revision != rev || o.Form != provision.FormReview || len(o.Reasons) > 0 {
			o.Notice = provision.Say("card-was-old")
			return nil
		}
		return s.save(tx, o, by, acc, need, why)
	})
}

// save submits a draft that is still what its requester reviewed, or says on it what has changed meanwhile.
func (s *Service) save(tx provision.Tx, o *provision.Order, by provision.Actor, acc provision.Access,
	need provision.Approval, why string) error {
	if err := o.RequestedWith(acc); err != nil {
		return err
	}
	if err := o.InReach(); err != nil {
		return err
	}
	if other := order.LiveOrder(tx, o.Tenant, o.Person.ID); other != "" {
		args := provision.Say("", "order", string(other)).Args
		o.Form = provision.FormRefused
		o.Reasons = []provision.Reason{{Rule: provision.HasOrder, Args: args}}
		if err := s.order.Drop(tx, o); err != nil {
			return err
		}
		return s.order.Write(tx, o, provision.OrderChanged, by.ID, string(o.Form))
	}
	if same, err := s.unchanged(tx, o); err != nil || !same {
		return err
	}
	o.BesideOf(acc)
	if need.By != "" {
		o.Why = people.Reason(why)
	}
	err := s.keep(tx, o)
	if err != nil && (provision.KindOf(err) == provision.Conflict || provision.KindOf(err) == provision.NotFound) {
		return s.another(tx, o, by)
	}
	if err != nil {
		return err
	}
	if need.By != "" {
		if err := s.limits.Request(tx, o, acc); err != nil {
			return err
		}
	}
	return s.submit(tx, o, by, need)
}

// keep makes the draft's number the order's, where the order takes one: it is held until the order ends.
func (s *Service) keep(tx provision.Tx, o *provision.Order) error {
	if !o.Kind.Asks(provision.FormNumber) {
		return nil
	}
	n := cmp.Or(o.Number, o.Proposed.Number)
	v, err := stock.Number(tx, o.Tenant, n)
	if err != nil {
		return err
	}
	if v.Location != o.Location && o.Undoes == "" { // it belongs to another location since it was proposed
		return provision.NewNotFound("hold number", "number-not-here", "number", string(n))
	}
	if err := s.stock.Hold(tx, o, n, provision.ZeroTime); err != nil {
		return err
	}
	o.Number = n
	return s.stock.Mind(tx, o.Tenant, o.Location)
}

// another goes on with a draft whose number is not to be had any more when it is saved: with another proposal, or
// where the requester had chosen the number, with the question.
func (s *Service) another(tx provision.Tx, o *provision.Order, by provision.Actor) error {
	gone := cmp.Or(o.Number, o.Proposed.Number)
	var refused provision.Form
	if o.Number != "" && o.AsksForNumber() {
		refused = provision.FormNumber
	}
	o.Number = ""
	o.HoldEnds = provision.ZeroTime
	if gone != "" {
		o.Notice = provision.Say("number-taken", "number", string(gone))
	}
	if err := s.proceed(tx, o, refused); err != nil {
		return err
	}
	if next := o.Proposed.Number; gone != "" && next != "" {
		o.Notice = provision.Say("number-taken-another", "number", string(gone), "other", string(next))
	}
	return s.order.Write(tx, o, provision.OrderChanged, by.ID, string(o.Form))
}

// submit ends the draft: the order is approved, or pending where an approval is needed.
func (s *Service) submit(tx provision.Tx, o *provision.Order, by provision.Actor, need provision.Approval) error {
	now := s.Now().UTC()
	o.Form = ""
	o.Notice = provision.Message{}
	o.HoldEnds = provision.ZeroTime
	o.Proposed, o.Asked = provision.Proposal{}, 0
	o.Submitted = now
	o.Query, o.Choices = "", nil
	o.Approval = need // of those who were asked before it was amended, nobody sees it who is not asked now
	if need.By == "" {
		if err := s.approve.Approve(tx, o); err != nil {
			return err
		}
		return s.order.Write(tx, o, provision.OrderSubmitted, by.ID, string(o.Location)+" "+string(o.Plan))
	}
	c := &o.Approval
	o.State, c.Revision = provision.Pending, o.Revision+1
	for i := range c.Asked {
		c.Asked[i].Revision = c.Revision
	}
	if err := s.approve.Anew(tx, o); err != nil {
		return err
	}
	return s.order.Write(tx, o, provision.OrderSubmitted, by.ID, string(o.Location)+" "+string(o.Plan))
}

// Cancel takes a draft or a pending order back and frees its number, for a user who may (mayTakeBack). Work that has
// begun is not cancelled: Conflict.
func (s *Service) Cancel(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	id provision.OrderID) (provision.Sheet, error) {
	if err := s.stock.Compared(ctx, tenant); err != nil {
		return provision.Sheet{}, err
	}
	sheet, err := s.order.Sheet(ctx, tenant, id)
	if err == nil {
		err = s.approve.MayTakeBack(ctx, by, sheet.Order)
	}
	if err != nil || sheet.Order.State == provision.Cancelled || sheet.Order.State == provision.Expired {
		return sheet, err
	}
	return s.order.Update(ctx, tenant, id, func(tx provision.Tx, o *provision.Order) error {
		if o.State == provision.Cancelled || o.State == provision.Expired {
			return nil
		}
		if o.State != provision.Draft && o.State != provision.Pending {
			return provision.NewConflict("cancel order", "order-already-running", "order", string(id))
		}
		o.State, o.Notice = provision.Cancelled, provision.Message{}
		o.Approval.Asked, o.Approval.Next = nil, nil
		if by.ID != o.Requester.ID {
			o.Approval.Ended = by
		}
		if err := s.approve.GiveUp(tx, o, by.ID); err != nil {
			return err
		}
		return s.order.Write(tx, o, provision.OrderCancelled, by.ID, "")
	})
}

// Tick is the work of JobDraft: it ends a hold and a draft whose time has come, later forgets a draft that was never
// saved, and says when to look again. over means never.
func (s *Service) Tick(ctx context.Context, tenant provision.TenantID,
	id provision.OrderID) (again time.Duration, over bool, err error) {
	sheet, err := s.order.Sheet(ctx, tenant, id)
	if provision.KindOf(err) == provision.NotFound {
		return 0, true, nil
	}
	if err == nil && sheet.Order.State != provision.Draft {
		return s.order.Forget(ctx, sheet.Order)
	}
	if err != nil {
		return 0, false, err
	}
	now := s.Now()
	if right := sheet.Order; right.SetRight(now) {
		return time.Second, false, s.setRight(ctx, tenant, id)
	}
	due, change := provision.Later(sheet.Order.Created, sheet.Order.Amended).Add(provision.DraftTime), s.expire
	if h := sheet.Order.HoldEnds; !h.IsZero() && h.Before(due) {
		due, change = h, s.unhold
	}
	if now.Before(due) {
		return due.Sub(now), false, nil
	}
	_, err = s.order.Update(ctx, tenant, id, func(tx provision.Tx, o *provision.Order) error {
		if o.Revision != sheet.Order.Revision {
			return nil // another user was quicker: look again
		}
		return change(tx, o)
	})
	return time.Second, false, err
}

// setRight stores an order as [provision.Order.SetRight] has it. A draft's number is held as long as the draft says.
func (s *Service) setRight(ctx context.Context, tenant provision.TenantID, id provision.OrderID) error {
	_, err := s.order.Update(ctx, tenant, id, func(tx provision.Tx, o *provision.Order) error {
		if !o.SetRight(s.Now()) {
			return nil
		}
		if o.State == provision.Draft && !o.HoldEnds.IsZero() {
			if err := s.stock.Hold(tx, o, o.Number, o.HoldEnds); err != nil {
				return err
			}
		}
		return s.order.Write(tx, o, provision.OrderProgress, "", "")
	})
	return err
}

func (s *Service) expire(tx provision.Tx, o *provision.Order) error {
	o.State = provision.Expired
	if err := s.stock.LetGo(tx, o, provision.Free, ""); err != nil {
		return err
	}
	return s.order.Write(tx, o, provision.OrderExpired, "", "")
}

func (s *Service) unhold(tx provision.Tx, o *provision.Order) error {
	if o.Undoes != "" { // no other number would take the order back
		return s.expire(tx, o)
	}
	ended := string(o.Number)
	o.Notice = provision.Say("hold-ended", "number", ended)
	if err := s.stock.LetGo(tx, o, provision.Free, ""); err != nil {
		return err
	}
	o.Number, o.HoldEnds = "", provision.ZeroTime
	switch {
	case o.Form != provision.FormReview:
	case o.AsksForNumber():
		o.Form = provision.FormNumber
	default:
		if err := s.proceed(tx, o, ""); err != nil {
			return err
		}
		switch next := string(o.Proposed.Number); next {
		case "":
		case ended:
			o.Notice = provision.Message{} // it is proposed as it was held
		default:
			o.Notice = provision.Say("hold-ended-another", "number", ended, "other", next)
		}
	}
	return s.order.Write(tx, o, provision.OrderChanged, "", "hold ended")
}
