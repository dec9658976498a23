package approve

import (
	"context"

	"calltab/internal/provision"
	"calltab/internal/provision/order"
)

// MayTakeBack refuses users who may not take an order back: a draft is its requester's alone, and any other is also
// that of users who operate at all its locations. Once the work has begun, its requester must still have the right to
// order it; where an outage keeps Microsoft from saying so, they may take back what nobody has yet: the way back waits
// for the end of the outage as well. A phone that worked waits until Microsoft says so.
func (s *Service) MayTakeBack(ctx context.Context, by provision.Actor, o provision.Order) error {
	switch {
	case o.Requester.ID == by.ID && (o.State == provision.Draft || o.State == provision.Pending):
		return nil
	case o.Requester.ID == by.ID:
		may, err := s.stillMay(ctx, &o)
		silent := err != nil && order.Unsaid(err)
		if silent && (o.AtWork() || o.CanWithdraw() && o.ReopenedAt.IsZero()) {
			return nil
		}
		if silent && o.CanWithdraw() {
			say := provision.Say("withdraw-worked", "person", o.Person.Name())
			return &provision.Error{Op: "take order back", Kind: provision.Unavailable, Say: say, Err: err}
		}
		if err != nil || may {
			return err
		}
	case o.State == provision.Draft:
		return &provision.Error{Op: "take order back", Kind: provision.Denied, Say: provision.Say("not-your-order")}
	}
	_, err := s.access.Permit(ctx, "take order back", o.Tenant, by, provision.Operate, o.Sites()...)
	return err
}
