package provision

import (
	"context"
	"time"
)

// forget forgets a draft that ended without being saved, once it is older than abandonedTime. What happened to its number stays in the
// trail.
func (s *Service) forget(ctx context.Context, o Order) (again time.Duration, over bool, err error) {
	if !o.abandoned() {
		return 0, true, nil
	}
	if left := abandonedTime - s.Now().Sub(o.Ended); left > 0 {
		return min(left, abandonedTime), false, nil
	}
	err = s.Store.Update(ctx, func(tx Tx) error {
		o, err := s.OrderIn(tx, o.Tenant, o.ID)
		if KindOf(err) == NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if !o.abandoned() {
			return nil
		}
		tx.Delete(tableOrders, key(o.Tenant, string(o.ID)))
		tx.Delete(tableByRequester, key(o.Tenant, string(o.Requester.ID), newestFirst(o.Created), string(o.ID)))
		if o.Person.ID != "" {
			tx.Delete(tableByPerson, key(o.Tenant, string(o.Person.ID), newestFirst(o.Created), string(o.ID)))
		}
		bump(tx, tableStates, string(o.State), -1)
		return nil
	})
	return 0, err == nil, err
}

// abandoned reports whether an order ended as a draft that was never saved.
func (o Order) abandoned() bool {
	return (o.State == Cancelled || o.State == Expired) && o.Submitted.IsZero()
}
