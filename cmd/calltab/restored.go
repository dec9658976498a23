package main

import (
	"context"

	"calltab/internal/provision"
)

// compareRestored has the numbers of a store compared that was put back from a backup.
func (a *app) compareRestored(ctx context.Context) error {
	for _, tenant := range a.cfg.Tenants {
		comparing, err := a.service.Comparing(ctx, tenant)
		if err != nil {
			return err
		}
		if !comparing {
			continue
		}
		a.log.Warn("the store was restored from a backup: no number is offered or changed until all have been "+
			"compared with Microsoft's", "tenant", tenant)
		err = a.runner.Store().Update(ctx, func(tx provision.Tx) error {
			return a.service.CompareRestored(tx, tenant, a.runner.Drop)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
