package result

import (
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
	"calltab/internal/provision/rehearsal"
	"calltab/internal/provision/stock"
)

// What the work of an order comes to. Package fulfil calls these in the transaction that records a step's result, once
// it has seen at Microsoft what they record.

// Assign records that Microsoft has the number on the person, with the plan: the person has number and phone.
func (s *Service) Assign(tx provision.Tx, o *provision.Order) error {
	v, err := stock.Number(tx, o.Tenant, o.Number)
	if err != nil {
		return err
	}
	mine := v.State == provision.Assigned && v.User == o.Person.ID
	if !mine && v.Order != o.ID {
		return provision.NewInternal("assign number", "order %s does not hold it, order %s does", o.ID, v.Order)
	}
	before, _, err := s.roster.SubscriberIn(tx, o.Tenant, o.Person.ID)
	if err != nil {
		return err
	}
	if mine && before.Order == o.ID {
		return nil
	}
	if o.Had.User == "" && before.Number == "" {
		o.Had = before // imported since the order was begun: undone, they are so again
	}
	err = s.people.PutSubscriber(tx, o.Tenant, provision.Subscriber{
		User: o.Person.ID, UPN: o.Person.UPN, Name: o.Person.Name(),
		Location: o.Location, Plan: o.Plan, Number: o.Number, Order: o.ID, Since: s.Now().UTC(),
	})
	if err != nil {
		return err
	}
	if err := s.Past(tx, o, true); err != nil {
		return err
	}
	if mine { // another plan for the number that they have
		return s.audit.Append(tx, o.Tenant, provision.AuditEvent{Event: provision.SubscriberChanged, Order: o.ID,
			User: o.Person.ID, Number: o.Number, Note: string(o.Plan)})
	}
	after := provision.Number{E164: v.E164, Location: v.Location, State: provision.Assigned, Order: o.ID,
		User: o.Person.ID, Rest: v.Rest, Kept: v.Kept}
	return s.stock.Change(tx, o.Tenant, v, after, provision.AuditEvent{Event: provision.NumberAssigned, Order: o.ID,
		User: o.Person.ID})
}

// Past marks the order that gave the phone before, so that its cards speak of an earlier phone, or takes the mark back.
func (s *Service) Past(tx provision.Tx, o *provision.Order, is bool) error {
	if o.Had.Order == "" {
		return nil
	}
	old, err := s.order.OrderIn(tx, o.Tenant, o.Had.Order)
	if err != nil || old.Past == is {
		return provision.IgnoreNotFound(err)
	}
	old.Past = is
	return s.order.Write(tx, &old, provision.OrderProgress, "", "")
}

// Rest records that Microsoft does not have the number on the person any more: it cools down before another person may
// have it, or is blocked where Microsoft shows it on another account. A number that is not the person's is left alone.
func (s *Service) Rest(tx provision.Tx, o *provision.Order, n provision.E164, blocked bool) error {
	v, err := stock.Number(tx, o.Tenant, n)
	if provision.KindOf(err) == provision.NotFound && err != nil || err == nil &&
		(v.State != provision.Assigned || v.User != o.Person.ID) {
		return nil
	}
	if err != nil {
		return err
	}
	loc, err := s.stock.LocationIn(tx, o.Tenant, v.Location)
	if err != nil {
		return err
	}
	r, rehearsed, err := rehearsal.In(tx, o.Tenant, o.ID)
	if err != nil {
		return err
	}
	if rehearsed && r.Over.IsZero() && !blocked {
		return s.restNot(tx, o, v, r)
	}
	now := s.Now().UTC()
	after := provision.Number{E164: n, Location: v.Location, State: provision.Cooling, Order: o.ID, User: o.Person.ID,
		Rested: now, Until: now.Add(loc.Cooling())}
	switch {
	case blocked:
		after.State = provision.Blocked
		after.Until = provision.ZeroTime
		after.Taken = true
	case loc.Cooling() == 0:
		after = provision.Number{E164: n, Location: v.Location, State: provision.Free, Rested: now}
	default:
		if err := s.Queue.Add(tx, provision.JobCool, record.Key(o.Tenant, string(n)), nil, after.Until); err != nil {
			return err
		}
	}
	return s.stock.Change(tx, o.Tenant, v, after, provision.AuditEvent{Event: provision.NumberReleased, Order: o.ID,
		User: o.Person.ID, Note: string(after.State)})
}

// restNot has the number of a rehearsal be what it was before, as nobody has come to know it.
func (s *Service) restNot(tx provision.Tx, o *provision.Order, v provision.Number, r rehearsal.Rehearsal) error {
	after := provision.Number{E164: v.E164, Location: v.Location, State: provision.Free, Rested: r.Rested}
	after, err := s.stock.Resume(tx, o.Tenant, v, after)
	if err != nil {
		return err
	}
	return s.stock.Change(tx, o.Tenant, v, after, provision.AuditEvent{Event: provision.NumberFreed, Order: o.ID,
		User: o.Person.ID, Note: "rehearsal"})
}

// End records that the person has no phone any more. They stay imported, unless the order removes them.
func (s *Service) End(tx provision.Tx, o *provision.Order, blocked bool) error {
	if o.Number != "" {
		if err := s.Rest(tx, o, o.Number, blocked); err != nil {
			return err
		}
	}
	if err := s.Past(tx, o, true); err != nil {
		return err
	}
	e := provision.AuditEvent{Event: provision.SubscriberChanged, Order: o.ID, User: o.Person.ID}
	leave := func() error { return s.LeaveImported(tx, o, o.Location) }
	if o.Kind == provision.Remove {
		e.Event, leave = provision.SubscriberRemoved, func() error {
			return s.people.DropSubscriber(tx, o.Tenant, o.Person.ID)
		}
	}
	if err := leave(); err != nil {
		return err
	}
	if err := s.audit.Append(tx, o.Tenant, e); err != nil {
		return err
	}
	o.State = provision.Done
	return nil
}

// LeaveImported keeps a person without a phone, at a location.
func (s *Service) LeaveImported(tx provision.Tx, o *provision.Order, at provision.LocationID) error {
	sub := o.Imported()
	sub.Location, sub.Since = at, s.Now().UTC()
	return s.people.PutSubscriber(tx, o.Tenant, sub)
}

// Fail ends an order of which everything was undone: the person has again what they had, as far as it is not lost. A
// number that the order took goes back to the stock, or is blocked where Microsoft shows it on another account.
func (s *Service) Fail(tx provision.Tx, o *provision.Order, why provision.Message, lost Loss) error {
	to := provision.Free
	if lost.Number {
		to = provision.Blocked
	}
	if o.Number != o.Had.Number {
		if err := s.stock.LetGo(tx, o, to, ""); err != nil {
			return err
		}
	}
	if err := s.GiveBack(tx, o, lost); err != nil {
		return err
	}
	o.State, o.Problem = provision.Failed, why
	return s.order.Write(tx, o, provision.OrderFailed, "", why.ID)
}

// GiveBack puts back the records of what the person had before the order, as far as it is not lost. Where another order
// has the person's phone by now, nothing is put back.
func (s *Service) GiveBack(tx provision.Tx, o *provision.Order, lost Loss) error {
	newer, err := s.order.Overtaken(tx, *o)
	if err != nil || newer.ID != "" {
		return err
	}
	if err := s.restore(tx, o); err != nil || !lost.Had {
		return err
	}
	if err := s.Rest(tx, o, o.Had.Number, lost.HadTaken); err != nil {
		return err
	}
	return s.LeaveImported(tx, o, o.Had.Location)
}

// restore puts back the records of what the person had before the order.
func (s *Service) restore(tx provision.Tx, o *provision.Order) error {
	sub, there, err := s.roster.SubscriberIn(tx, o.Tenant, o.Person.ID)
	if err != nil {
		return err
	}
	had := o.Had
	if err := s.Past(tx, o, false); err != nil {
		return err
	}
	switch {
	case had.User != "":
		err = s.people.PutSubscriber(tx, o.Tenant, had)
	case there && sub.Order == o.ID:
		err = s.people.DropSubscriber(tx, o.Tenant, o.Person.ID)
	}
	if err != nil || had.Number == "" {
		return err
	}
	v, err := stock.Number(tx, o.Tenant, had.Number)
	if err != nil || v.Order != o.ID {
		return err // it was not touched
	}
	after := provision.Number{E164: v.E164, Location: v.Location, State: provision.Assigned, Order: had.Order,
		User: had.User}
	return s.stock.Change(tx, o.Tenant, v, after, provision.AuditEvent{Event: provision.NumberAssigned, Order: o.ID,
		User: had.User, Note: "restored"})
}

// EndCooling is the work of JobCool: it frees a number whose cooling period is over, and says when to look again. over
// means never.
func (s *Service) EndCooling(tx provision.Tx, tenant provision.TenantID,
	n provision.E164) (again time.Duration, over bool, err error) {
	v, err := stock.Number(tx, tenant, n)
	if err != nil || v.State != provision.Cooling {
		return 0, true, provision.IgnoreNotFound(err)
	}
	before := v
	if v.SetRight(s.Now()) {
		stock.PutNumber(tx, tenant, before, v)
	}
	if left := v.Until.Sub(s.Now()); left > 0 {
		return left, false, nil
	}
	return 0, true, s.FreeIn(tx, tenant, v, "", "cooling over")
}

// FreeIn puts a number back into the stock.
func (s *Service) FreeIn(tx provision.Tx, tenant provision.TenantID, v provision.Number, by provision.UserID,
	why string) error {
	after := provision.Number{E164: v.E164, Location: v.Location, State: provision.Free, Rested: v.Rested}
	return s.stock.Change(tx, tenant, v, after, provision.AuditEvent{Event: provision.NumberFreed, Actor: by,
		User: v.User, Note: why})
}
