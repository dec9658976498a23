package app

import (
	"context"

	"calltab/internal/provision"
	"calltab/internal/provision/routes/nightly"
)

// beginNights has the voice routing of each tenant read at night.
func (a *App) beginNights(ctx context.Context) error {
	for _, tenant := range a.cfg.Tenants {
		waits := false
		err := a.Store.View(ctx, func(tx provision.Tx) (err error) {
			waits, err = nightly.Waits(tx, tenant, a.Runner.Parked(tx))
			return err
		})
		if err != nil {
			return err
		}
		if !waits {
			continue
		}
		err = a.Runner.Store().Update(ctx, func(tx provision.Tx) error {
			return a.routes.Begin(tx, a.Runner, tenant, a.Service.Now())
		})
		if err != nil {
			return err
		}
	}
	return nil
}
