package repair

import (
	"context"

	"calltab/internal/provision"
	"calltab/internal/provision/stock"
)

// FreeNow ends the cooling period of a number before its time. Conflict for a number that is not cooling, and for one
// that Microsoft shows in use; Unavailable where Microsoft does not answer in time.
func (s *Service) FreeNow(ctx context.Context, tenant provision.TenantID, by provision.Actor, n provision.E164) error {
	if err := s.stock.Compared(ctx, tenant); err != nil {
		return err
	}
	if err := s.mustBeUnused(ctx, "free number", tenant, by, n, provision.Cooling, "free-in-use."); err != nil {
		return err
	}
	acc, err := s.access.Permit(ctx, "free number", tenant, by, provision.Manage)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx provision.Tx) error {
		v, err := stock.Number(tx, tenant, n)
		if err == nil {
			err = acc.Need("free number", provision.Manage, v.Location)
		}
		if err != nil {
			return err
		}
		if v.State != provision.Cooling {
			return provision.NewConflict("free number", "number-not-cooling", "number", string(n))
		}
		return s.result.FreeIn(tx, tenant, v, by.ID, "freed early")
	})
}
