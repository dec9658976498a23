package result

import (
	"context"

	"calltab/internal/provision"
)

// Seen takes what the new user says: they see the dial pad, or they do not. Not seeing it reopens the watch. Only the
// person whose phone it is may answer, and only once it was said to be ready.
func (s *Service) Seen(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID,
	sees bool) (provision.Sheet, error) {
	acc, err := s.access.Access(ctx, tenant, by.ID)
	if err != nil {
		return provision.Sheet{}, err
	}
	return s.order.Update(ctx, tenant, id, func(tx provision.Tx, o *provision.Order) error {
		if o.Person.ID != by.ID {
			return &provision.Error{Op: "confirm phone", Kind: provision.Denied, Say: provision.Say("not-your-order")}
		}
		if err := s.reopenable(tx, *o, sees); err != nil {
			return err
		}
		switch {
		case sees && o.Confirmed.IsZero() && (o.State == provision.Done || o.State == provision.Waiting &&
			o.Reopened > 0):
			o.Confirmed = s.Now().UTC()
			if o.State == provision.Waiting {
				if err := s.Queue.Add(tx, o.WatchJob(), provision.JobKey(tenant, id), nil, s.Now()); err != nil {
					return err
				}
			}
			return s.order.Write(tx, o, provision.OrderConfirmed, by.ID, "")
		case !sees && o.State == provision.Done:
			if err := s.limits.UseForm(tx, tenant, by.ID, acc); err != nil {
				return err
			}
			o.State = provision.Waiting
			o.Reopened++
			o.Confirmed = provision.ZeroTime
			o.Decided = provision.Resolved{}
			o.ReopenedAt, o.Late = s.Now().UTC(), provision.InTime // the wait begins anew, and so do its words
			if err := s.Queue.Add(tx, o.WatchJob(), provision.JobKey(tenant, id), nil, s.Now()); err != nil {
				return err
			}
			return s.order.Write(tx, o, provision.OrderReopened, by.ID, "")
		}
		return nil
	})
}

// reopenable says why the watch of a person's phone does not begin anew: another order has changed it, or is about to.
// An order that waits for approval does not keep them from saying that the phone works.
func (s *Service) reopenable(tx provision.Tx, o provision.Order, sees bool) error {
	newer, err := s.order.Overtaken(tx, o)
	if err != nil {
		return err
	}
	id := ""
	switch {
	case newer.State == provision.Pending && sees, newer.ID == "" && o.State.Live():
	case newer.State == provision.Pending:
		id = "phone-change-pending"
	case newer.State == provision.Parked:
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
	return provision.NewConflict("confirm phone", id)
}

// sameNumber refuses what is about a number that is not the person's any more, although no order has changed it.
func (s *Service) sameNumber(tx provision.Tx, o provision.Order) error {
	sub, _, err := s.roster.SubscriberIn(tx, o.Tenant, o.Person.ID)
	switch {
	case err != nil:
		return err
	case sub.Number == "":
		return provision.NewConflict("confirm phone", "phone-none")
	case sub.Order != o.ID || sub.Number != o.Number:
		return provision.NewConflict("confirm phone", "phone-superseded")
	}
	return nil
}

// Untold records that the person could not be told, and why.
func (s *Service) Untold(ctx context.Context, tenant provision.TenantID, id provision.OrderID,
	why provision.Message) error {
	_, err := s.order.Update(ctx, tenant, id, func(tx provision.Tx, o *provision.Order) error {
		if o.Untold.ID != "" {
			return nil
		}
		o.Untold = why
		return s.order.Write(tx, o, provision.OrderUntold, "", why.ID)
	})
	return err
}
