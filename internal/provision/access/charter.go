package access

import (
	"context"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// Charter reads the tenant's charter.
func (s *Service) Charter(ctx context.Context, tenant provision.TenantID) (c provision.Charter, err error) {
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		c, err = CharterIn(tx, tenant)
		return err
	})
	return c, err
}

// CharterIn is Charter within a transaction.
func CharterIn(tx provision.Tx, tenant provision.TenantID) (provision.Charter, error) {
	c, _, err := record.Load[provision.Charter](tx, record.TableCharters, string(tenant))
	return c, err
}
