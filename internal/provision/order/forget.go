package order

import (
	"context"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// Forget forgets a draft that ended without being saved, once it is older than abandonedTime. What happened to its
// number stays in the trail.
func (s *Service) Forget(ctx context.Context, o provision.Order) (again time.Duration, over bool, err error) {
	if !abandoned(o) {
		return 0, true, nil
	}
	if left := provision.AbandonedTime - s.Now().Sub(o.Ended); left > 0 {
		return min(left, provision.AbandonedTime), false, nil
	}
	err = s.Store.Update(ctx, func(tx provision.Tx) error {
		o, err := s.OrderIn(tx, o.Tenant, o.ID)
		if provision.KindOf(err) == provision.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if !abandoned(o) {
			return nil
		}
		tx.Delete(record.TableOrders, record.Key(o.Tenant, string(o.ID)))
		tx.Delete(record.TableByRequester, record.Key(o.Tenant, string(o.Requester.ID), record.NewestFirst(o.Created),
			string(o.ID)))
		if o.Person.ID != "" {
			tx.Delete(record.TableByPerson, record.Key(o.Tenant, string(o.Person.ID), record.NewestFirst(o.Created),
				string(o.ID)))
		}
		record.Bump(tx, record.TableStates, string(o.State), -1)
		return nil
	})
	return 0, err == nil, err
}

// abandoned reports an order that ended as a draft that was never saved.
func abandoned(o provision.Order) bool {
	return (o.State == provision.Cancelled || o.State == provision.Expired) && o.Submitted.IsZero()
}
