package app

import (
	"context"

	"calltab/internal/bot/routenews"
	"calltab/internal/provision"
	"calltab/internal/provision/routes/nightly"
	"calltab/internal/provision/stock"
)

// nights gives the runner the jobs that read the voice routing at night, and that tell admins what has changed in it.
func (a *App) nights(microsoft nightly.Microsoft) {
	news := &routenews.Keeper{Outbox: a.Bot.Outbox}
	a.Runner.Register(news.JobKind())
	a.routes = &nightly.Reader{Microsoft: microsoft, Store: a.Runner.Store(), Plans: stock.Plans, Changed: news.Changed}
	a.Runner.Register(a.routes.JobKind())
}

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
