package app

import (
	"context"

	"calltab/internal/provision"
)

// compareRestored has the numbers of a store compared that was put back from a backup.
func (a *App) compareRestored(ctx context.Context) error {
	for _, tenant := range a.cfg.Tenants {
		comparing, err := a.Service.Comparing(ctx, tenant)
		if err != nil {
			return err
		}
		if !comparing {
			continue
		}
		a.log.Warn("the store was restored from a backup: no number is offered or changed until all have been "+
			"compared with Microsoft's", "tenant", tenant)
		err = a.Runner.Store().Update(ctx, func(tx provision.Tx) error {
			return a.Service.CompareRestored(tx, tenant, a.Runner.Drop)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
