package provision

import "context"

// Seen takes the new user's word: they see the dial pad, or they do not. Not seeing it reopens the watch. Only the person
// whose phone it is may answer, and only once it was said to be ready.
func (s *Service) Seen(ctx context.Context, tenant TenantID, by Actor, id OrderID, sees bool) (Sheet, error) {
	acc, err := s.Access(ctx, tenant, by.ID)
	if err != nil {
		return Sheet{}, err
	}
	return s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		if o.Person.ID != by.ID {
			return &Error{Op: "confirm phone", Kind: Denied, Say: Say("not-your-order")}
		}
		if err := s.reopenable(tx, *o, sees); err != nil {
			return err
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
			if err := s.useForm(tx, tenant, by.ID, acc); err != nil {
				return err
			}
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

// reopenable says why the watch of a person's phone does not begin anew: another order has changed it, or is about to. An order that
// waits for approval does not keep them from saying that the phone works.
func (s *Service) reopenable(tx Tx, o Order, sees bool) error {
	newer, err := s.Overtaken(tx, o)
	if err != nil {
		return err
	}
	id := ""
	switch {
	case newer.State == Pending && sees, newer.ID == "" && o.State.Live():
	case newer.State == Pending:
		id = "phone-change-pending"
	case newer.State == Parked:
		id = "phone-change-parked"
	case newer.State.Live():
		id = "phone-change-running"
	case newer.ID != "":
		id = "phone-superseded"
	default:
		if err := s.sameNumber(tx, o); err != nil {
			return err
		}
		if o.Past {
			id = "phone-superseded"
		}
	}
	if id == "" {
		return nil
	}
	return conflict("confirm phone", id)
}

// sameNumber refuses what is about a number that is not the person's any more, although no order has changed it.
func (s *Service) sameNumber(tx Tx, o Order) error {
	sub, _, err := s.SubscriberIn(tx, o.Tenant, o.Person.ID)
	switch {
	case err != nil:
		return err
	case sub.Number == "":
		return conflict("confirm phone", "phone-none")
	case sub.Order != o.ID || sub.Number != o.Number:
		return conflict("confirm phone", "phone-superseded")
	}
	return nil
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
