package repair

import (
	"context"

	"calltab/internal/provision"
	"calltab/internal/provision/stock"
)

// Unblock is the way back from Block. Conflict where Microsoft shows the number in use, and says where; Unavailable
// where Microsoft does not answer in time: nobody is given a number then that another account may have.
func (s *Service) Unblock(ctx context.Context, tenant provision.TenantID, by provision.Actor, n provision.E164) error {
	if err := s.mustBeUnused(ctx, "unblock number", tenant, by, n, provision.Blocked, "unblock-in-use."); err != nil {
		return err
	}
	return s.stock.Reach(ctx, tenant, by, n, provision.Blocked, provision.Free, provision.NumberUnblocked)
}

// mustBeUnused refuses to free a number that Microsoft shows in use, with the message of that name for who has it. Of
// one that is not in this state, or that they may not free, it says nothing.
func (s *Service) mustBeUnused(
	ctx context.Context, op string, tenant provision.TenantID, by provision.Actor, n provision.E164,
	state provision.NumberState, message string,
) error {
	acc, err := s.access.Permit(ctx, op, tenant, by, provision.Manage)
	if err != nil {
		return err
	}
	var v provision.Number
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		v, err = stock.Number(tx, tenant, n)
		return err
	})
	if err != nil || v.State != state || !acc.May(provision.Manage, v.Location) {
		return provision.IgnoreNotFound(err)
	}
	h, err := s.observe.NumberHolder(ctx, tenant, n)
	switch {
	case err != nil && provision.Slow(err):
		return &provision.Error{Op: op, Kind: provision.Unavailable, Say: provision.Say("microsoft-busy"), Err: err}
	case err != nil || h.HeldBy == provision.HeldByNobody:
		return err
	}
	return provision.NewConflict(op, message+string(h.HeldBy), "number", string(n), "person", h.Name, "account",
		string(h.User))
}
