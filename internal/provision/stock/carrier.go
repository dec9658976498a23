package stock

import (
	"context"

	"calltab/internal/provision"
)

// TellCarrier tells the carrier of a line. id names the notice among those of the line's order.
func (s *Service) TellCarrier(ctx context.Context, tenant provision.TenantID, id string, e provision.LineEvent,
	l provision.Line, replaces provision.E164) (provision.Receipt, error) {
	if l.Order != "" {
		id = string(l.Order) + "-" + id
	}
	n := provision.Notice{ID: id, Tenant: tenant, Event: e, Line: l, Replaces: replaces}
	err := s.Store.View(ctx, func(tx provision.Tx) (err error) {
		if n.Site, err = s.LocationIn(tx, tenant, l.Location); provision.IgnoreNotFound(err) != nil || l.Plan == "" {
			return provision.IgnoreNotFound(err)
		}
		n.Offer, err = s.PlanIn(tx, tenant, l.Plan)
		return provision.IgnoreNotFound(err)
	})
	if err != nil {
		return provision.Receipt{}, err
	}
	return s.Carrier.Tell(ctx, n)
}

// Pass has the person of an order handed a carrier's link, in the transaction that records what earned it.
func (s *Service) Pass(tx provision.Tx, o provision.Order, link string) error {
	return s.Listener.LinkCame(tx, o, link)
}
