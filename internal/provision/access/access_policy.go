package access

import (
	"context"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// AccessPolicy reads the tenant's access policy.
func (s *Service) AccessPolicy(ctx context.Context, tenant provision.TenantID) (c provision.AccessPolicy, err error) {
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		c, err = AccessPolicyIn(tx, tenant)
		return err
	})
	return c, err
}

// AccessPolicyIn is AccessPolicy within a transaction. What it holds is shared: see [record.Recall].
func AccessPolicyIn(tx provision.Tx, tenant provision.TenantID) (provision.AccessPolicy, error) {
	c, _, err := record.Recall[provision.AccessPolicy](tx, record.TableAccessPolicies, string(tenant))
	return c, err
}
