package provision

import (
	"context"
	"time"
)

// What the work of an order comes to. Package fulfil calls these in the transaction that records a step's result, once it has
// seen at Microsoft what they record.

// Assign records that Microsoft has the number on the person, with the plan: number and phone are theirs.
func (s *Service) Assign(tx Tx, o *Order) error {
	v, err := number(tx, o.Tenant, o.Number)
	if err != nil {
		return err
	}
	mine := v.State == Assigned && v.User == o.Person.ID
	if !mine && v.Order != o.ID {
		return internal("assign number", "order %s does not hold it, order %s does", o.ID, v.Order)
	}
	before, _, err := s.SubscriberIn(tx, o.Tenant, o.Person.ID)
	if err != nil {
		return err
	}
	if mine && before.Order == o.ID {
		return nil
	}
	if o.Had.User == "" && before.Number == "" {
		o.Had = before // imported since the order was begun: undone, they are so again
	}
	err = s.putSubscriber(tx, o.Tenant, Subscriber{
		User: o.Person.ID, UPN: o.Person.UPN, Name: o.Person.Name(),
		Location: o.Location, Plan: o.Plan, Number: o.Number, Order: o.ID, Since: s.Now().UTC(),
	})
	if err != nil {
		return err
	}
	if err := s.past(tx, o, true); err != nil {
		return err
	}
	if mine { // another plan for the number that they have
		return s.audit(tx, o.Tenant, AuditEvent{Event: SubscriberChanged, Order: o.ID, User: o.Person.ID, Number: o.Number, Note: string(o.Plan)})
	}
	after := Number{E164: v.E164, Location: v.Location, State: Assigned, Order: o.ID, User: o.Person.ID, Rest: v.Rest}
	return s.change(tx, o.Tenant, v, after, AuditEvent{Event: NumberAssigned, Order: o.ID, User: o.Person.ID})
}

// past marks the order that gave the phone before, so that its cards speak of an earlier phone, or takes the mark back.
func (s *Service) past(tx Tx, o *Order, is bool) error {
	if o.Had.Order == "" {
		return nil
	}
	old, err := s.OrderIn(tx, o.Tenant, o.Had.Order)
	if err != nil || old.Past == is {
		return ignoreNotFound(err)
	}
	old.Past = is
	return s.Write(tx, &old, OrderProgress, "", "")
}

// Rest records that Microsoft does not have the number on the person any more: it cools down before somebody else may have it,
// or is blocked where Microsoft shows it on somebody else. A number that is not the person's is left alone.
func (s *Service) Rest(tx Tx, o *Order, n E164, blocked bool) error {
	v, err := number(tx, o.Tenant, n)
	if KindOf(err) == NotFound && err != nil || err == nil && (v.State != Assigned || v.User != o.Person.ID) {
		return nil
	}
	if err != nil {
		return err
	}
	loc, err := s.LocationIn(tx, o.Tenant, v.Location)
	if err != nil {
		return err
	}
	now := s.Now().UTC()
	after := Number{E164: n, Location: v.Location, State: Cooling, Order: o.ID, User: o.Person.ID, Rested: now, Until: now.Add(loc.Cooling())}
	switch {
	case blocked:
		after.State, after.Until, after.Taken = Blocked, zeroTime, true
	case loc.Cooling() == 0:
		after = Number{E164: n, Location: v.Location, State: Free, Rested: now}
	default:
		if err := s.Queue.Add(tx, JobCool, key(o.Tenant, string(n)), nil, after.Until); err != nil {
			return err
		}
	}
	return s.change(tx, o.Tenant, v, after, AuditEvent{Event: NumberReleased, Order: o.ID, User: o.Person.ID, Note: string(after.State)})
}

// End records that the person has no phone any more. They stay imported, unless the order removes them.
func (s *Service) End(tx Tx, o *Order, blocked bool) error {
	if o.Number != "" {
		if err := s.Rest(tx, o, o.Number, blocked); err != nil {
			return err
		}
	}
	if err := s.past(tx, o, true); err != nil {
		return err
	}
	e := AuditEvent{Event: SubscriberChanged, Order: o.ID, User: o.Person.ID}
	leave := func() error { return s.leaveImported(tx, o, o.Location) }
	if o.Kind == Remove {
		e.Event, leave = SubscriberRemoved, func() error { return s.dropSubscriber(tx, o.Tenant, o.Person.ID) }
	}
	if err := leave(); err != nil {
		return err
	}
	if err := s.audit(tx, o.Tenant, e); err != nil {
		return err
	}
	o.State = Done
	return nil
}

// leaveImported keeps a person without a phone, at a location.
func (s *Service) leaveImported(tx Tx, o *Order, at LocationID) error {
	sub := o.imported()
	sub.Location, sub.Since = at, s.Now().UTC()
	return s.putSubscriber(tx, o.Tenant, sub)
}

// Loss is what Microsoft shows to have gone to others, or nowhere, while an order was at work.
type Loss struct {
	Number   bool // the order's number is somebody else's
	Had      bool // the number that the person had is not theirs any more …
	HadTaken bool // … but somebody else's
}

// Fail ends an order of which everything was undone: the person has again what they had, as far as it is not lost. A number
// that the order took goes back to the stock, or is blocked where Microsoft shows it on somebody else.
func (s *Service) Fail(tx Tx, o *Order, why Message, lost Loss) error {
	to := Free
	if lost.Number {
		to = Blocked
	}
	if o.Number != o.Had.Number {
		if err := s.letGo(tx, o, to, ""); err != nil {
			return err
		}
	}
	if err := s.giveBack(tx, o, lost); err != nil {
		return err
	}
	o.State, o.Problem = Failed, why
	return s.Write(tx, o, OrderFailed, "", why.ID)
}

// giveBack puts back the records of what the person had before the order, as far as it is not lost. Where another order has the
// person's phone by now, nothing is put back.
func (s *Service) giveBack(tx Tx, o *Order, lost Loss) error {
	newer, err := s.Overtaken(tx, *o)
	if err != nil || newer.ID != "" {
		return err
	}
	if err := s.restore(tx, o); err != nil || !lost.Had {
		return err
	}
	if err := s.Rest(tx, o, o.Had.Number, lost.HadTaken); err != nil {
		return err
	}
	return s.leaveImported(tx, o, o.Had.Location)
}

// restore puts back the records of what the person had before the order.
func (s *Service) restore(tx Tx, o *Order) error {
	sub, there, err := s.SubscriberIn(tx, o.Tenant, o.Person.ID)
	if err != nil {
		return err
	}
	had := o.Had
	if err := s.past(tx, o, false); err != nil {
		return err
	}
	switch {
	case had.User != "":
		err = s.putSubscriber(tx, o.Tenant, had)
	case there && sub.Order == o.ID:
		err = s.dropSubscriber(tx, o.Tenant, o.Person.ID)
	}
	if err != nil || had.Number == "" {
		return err
	}
	v, err := number(tx, o.Tenant, had.Number)
	if err != nil || v.Order != o.ID {
		return err // it was not touched
	}
	after := Number{E164: v.E164, Location: v.Location, State: Assigned, Order: had.Order, User: had.User}
	return s.change(tx, o.Tenant, v, after, AuditEvent{Event: NumberAssigned, Order: o.ID, User: had.User, Note: "restored"})
}

// EndCooling is the work of JobCool: it frees a number that has rested long enough, and says when to look again. over means
// never.
func (s *Service) EndCooling(tx Tx, tenant TenantID, n E164) (again time.Duration, over bool, err error) {
	v, err := number(tx, tenant, n)
	if err != nil || v.State != Cooling {
		return 0, true, ignoreNotFound(err)
	}
	before := v
	if v.setRight(s.Now()) {
		putNumber(tx, tenant, before, v)
	}
	if left := v.Until.Sub(s.Now()); left > 0 {
		return left, false, nil
	}
	return 0, true, s.free(tx, tenant, v, "", "cooling over")
}

// FreeNow ends the rest of a number before its time. Conflict for one that does not rest, and for one that Microsoft
// shows in use; Unavailable where Microsoft does not answer in time.
func (s *Service) FreeNow(ctx context.Context, tenant TenantID, by Actor, n E164) error {
	if err := s.compared(ctx, tenant); err != nil {
		return err
	}
	if err := s.unused(ctx, "free number", tenant, by, n, Cooling, "free-in-use."); err != nil {
		return err
	}
	acc, err := s.permit(ctx, "free number", tenant, by, Manage)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		v, err := number(tx, tenant, n)
		if err == nil {
			err = acc.need("free number", Manage, v.Location)
		}
		if err != nil {
			return err
		}
		if v.State != Cooling {
			return conflict("free number", "number-not-cooling", "number", string(n))
		}
		return s.free(tx, tenant, v, by.ID, "freed early")
	})
}

// free puts a number back into the stock.
func (s *Service) free(tx Tx, tenant TenantID, v Number, by UserID, why string) error {
	after := Number{E164: v.E164, Location: v.Location, State: Free, Rested: v.Rested}
	return s.change(tx, tenant, v, after, AuditEvent{Event: NumberFreed, Actor: by, User: v.User, Note: why})
}

func ignoreNotFound(err error) error {
	if KindOf(err) == NotFound {
		return nil
	}
	return err
}
