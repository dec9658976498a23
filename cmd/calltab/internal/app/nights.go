package app

import (
	"context"

	"calltab/internal/provision"
)

// beginNights has the voice routing of each tenant read at night.
func (a *App) beginNights(ctx context.Context) error {
	for _, tenant := range a.cfg.Tenants {
		err := a.Runner.Store().Update(ctx, func(tx provision.Tx) error {
			return a.routes.Begin(tx, a.Runner, tenant, a.Service.Now())
		})
		if err != nil {
			return err
		}
	}
	return nil
}
