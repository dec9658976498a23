package provision

import "context"

// Seen takes the new user's word: they see the dial pad, or they do not. Not seeing it reopens the watch. Only the person
// whose phone it is may answer, and only once it was said to be ready.
func (s *Service) Seen(ctx context.Context, tenant TenantID, by Actor, id OrderID, sees bool) (Sheet, error) {
	return s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		if o.Person.ID != by.ID {
			return &Error{Op: "confirm phone", Kind: Denied, Say: Say("not-your-order")}
		}
		switch {
		case sees && o.Confirmed.IsZero() && (o.State == Done || o.State == Waiting && o.Reopened > 0):
			o.Confirmed = s.Now().UTC()
			if o.State == Waiting {
				if err := s.Queue.Add(tx, JobWatch, JobKey(tenant, id), nil, s.Now()); err != nil {
					return err
				}
			}
			return s.Write(tx, o, OrderConfirmed, by.ID, "")
		case !sees && o.State == Done:
			o.State, o.Reopened, o.Confirmed = Waiting, o.Reopened+1, zeroTime
			o.ReopenedAt, o.Late = s.Now().UTC(), InTime // the wait begins anew, and so do its words
			if err := s.Queue.Add(tx, JobWatch, JobKey(tenant, id), nil, s.Now()); err != nil {
				return err
			}
			return s.Write(tx, o, OrderReopened, by.ID, "")
		}
		return nil
	})
}

// Untold records that the person could not be told, and why.
func (s *Service) Untold(ctx context.Context, tenant TenantID, id OrderID, why Message) error {
	_, err := s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		if o.Untold.ID != "" {
			return nil
		}
		o.Untold = why
		return s.Write(tx, o, OrderUntold, "", why.ID)
	})
	return err
}

// Assign records that Microsoft has the number on the person: the number is theirs and the person is a subscriber.
func (s *Service) Assign(tx Tx, o *Order) error {
	v, err := number(tx, o.Tenant, o.Number)
	if err != nil {
		return err
	}
	if v.State == Assigned && v.User == o.Person.ID {
		return nil
	}
	if v.Order != o.ID {
		return internal("assign number", "order %s does not hold it, order %s does", o.ID, v.Order)
	}
	now := s.Now().UTC()
	putNumber(tx, o.Tenant, v, Number{E164: v.E164, Location: v.Location, State: Assigned, Order: o.ID, User: o.Person.ID})
	save(tx, tableSubscribers, key(o.Tenant, string(o.Person.ID)), Subscriber{o.Person.ID, o.Location, o.Plan, o.Number, o.ID, now})
	return s.audit(tx, o.Tenant, AuditEvent{Event: NumberAssigned, Order: o.ID, User: o.Person.ID, Number: o.Number})
}

// Fail ends an order of which everything was undone. The number goes back to the stock, or is blocked where Microsoft
// shows it on somebody else.
func (s *Service) Fail(tx Tx, o *Order, why Message, blocked bool) error {
	to := Free
	if blocked {
		to = Blocked
	}
	if err := s.letGo(tx, o, to, ""); err != nil {
		return err
	}
	if sub, ok, err := load[Subscriber](tx, tableSubscribers, key(o.Tenant, string(o.Person.ID))); err != nil {
		return err
	} else if ok && sub.Order == o.ID {
		tx.Delete(tableSubscribers, key(o.Tenant, string(o.Person.ID)))
	}
	o.State, o.Problem = Failed, why
	return s.Write(tx, o, OrderFailed, "", why.ID)
}
