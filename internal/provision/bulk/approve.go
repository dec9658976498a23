package bulk

import (
	"context"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/rows"
)

// Asked is what waits for an approver of a bulk.
type Asked struct {
	rows.Bulk
	At     time.Time         // when it was read
	Orders []provision.Order // the first ones
	More   bool              // there are others
	Plans  map[provision.PlanID]provision.Plan
	Places map[provision.LocationID]provision.Location
}

// BulkToApprove is what of a bulk waits for an approver, the oldest first; at most so many orders.
func (s *Service) BulkToApprove(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	id provision.BulkID, most int) (Asked, error) {
	var a Asked
	err := s.Store.View(ctx, func(tx provision.Tx) (err error) {
		a = Asked{At: s.Now().UTC()}
		a.Bulk, err = rows.Read(tx, tenant, id)
		return err
	})
	if err != nil {
		return a, err
	}
	a.Orders, err = s.approve.ToApproveOf(ctx, tenant, by, id, most+1)
	if len(a.Orders) > most {
		a.Orders, a.More = a.Orders[:most], true
	}
	if err != nil {
		return a, err
	}
	err = s.Store.View(ctx, func(tx provision.Tx) error { return s.nameParts(tx, &a) })
	return a, err
}

// nameParts reads the plans and the locations of the orders, so that a card can name them; one that is gone is left
// out.
func (s *Service) nameParts(tx provision.Tx, a *Asked) error {
	a.Plans, a.Places = map[provision.PlanID]provision.Plan{}, map[provision.LocationID]provision.Location{}
	for _, o := range a.Orders {
		plan, err := s.stock.PlanIn(tx, o.Tenant, o.Plan)
		if provision.IgnoreNotFound(err) != nil {
			return err
		}
		place, err := s.stock.LocationIn(tx, o.Tenant, o.Location)
		if provision.IgnoreNotFound(err) != nil {
			return err
		}
		a.Plans[o.Plan], a.Places[o.Location] = plan, place
	}
	return nil
}
