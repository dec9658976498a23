package provision

import "context"

// Seen takes the new user's word: they see the dial pad, or they do not. Not seeing it reopens the watch. Only the person
// whose phone it is may answer, and only once it was said to be ready.
func (s *Service) Seen(ctx context.Context, tenant TenantID, by Actor, id OrderID, sees bool) (Sheet, error) {
	return s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		if o.Person.ID != by.ID {
			return &Error{Op: "confirm phone", Kind: Denied, Say: Say("not-your-order")}
		}
		old, err := s.superseded(tx, *o)
		if err != nil {
			return err
		}
		if old {
			return conflict("confirm phone", "phone-superseded")
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
			o.State, o.Reopened, o.Confirmed, o.Decided = Waiting, o.Reopened+1, zeroTime, Decision{}
			o.ReopenedAt, o.Late = s.Now().UTC(), InTime // the wait begins anew, and so do its words
			if err := s.Queue.Add(tx, JobWatch, JobKey(tenant, id), nil, s.Now()); err != nil {
				return err
			}
			return s.Write(tx, o, OrderReopened, by.ID, "")
		}
		return nil
	})
}

// superseded reports whether a newer order changed the person's phone, or is about to.
func (s *Service) superseded(tx Tx, o Order) (bool, error) {
	for newer, err := range s.ordersBy(tx, o.Tenant, Filter{Person: o.Person.ID}) {
		if err != nil || newer.ID == o.ID {
			return false, err
		}
		switch newer.State {
		case Approved, Running, Waiting, Done, Parked:
			return true, nil
		}
	}
	return false, nil
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
