package app

import (
	"context"
	"fmt"
	"time"

	"calltab/cmd/calltab/internal/admin"
	"calltab/cmd/calltab/internal/shared"
	"calltab/internal/provision/forget"
)

// forgetTime is how often the program looks for people and words that are older than they are kept.
const forgetTime = time.Hour

// day is what ages are counted in.
const day = 24 * time.Hour

// forgetOld forgets what is older than it is to be kept, hourly, and goes on at the start with what was cut off. What
// goes wrong is logged, and tried again an hour later.
func (a *App) forgetOld(ctx context.Context) error {
	forgets := admin.Forgets(a.Service)
	tick := time.NewTicker(forgetTime)
	defer tick.Stop()
	for {
		err := a.leases.Do(ctx, shared.Forget, shared.Time, func(ctx context.Context) error {
			return a.ForgetOnce(ctx, forgets)
		})
		if err != nil && ctx.Err() == nil {
			a.log.Warn("what is to be forgotten is not yet", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// ForgetOnce does it once.
func (a *App) ForgetOnce(ctx context.Context, forgets *forget.Service) error {
	for _, tenant := range a.cfg.Tenants {
		if a.cfg.ForgetAfter == 0 {
			break
		}
		before := a.Service.Now().Add(-a.cfg.ForgetAfter)
		note := fmt.Sprintf("left more than %d days ago", a.cfg.ForgetAfter/day)
		for more := true; more && ctx.Err() == nil; {
			did, err := forgets.Age(ctx, tenant, before, note)
			if err != nil {
				return err
			}
			if did.People+did.Records > 0 {
				a.log.Info("forgotten by age", "tenant", tenant, "people", did.People, "records", did.Records)
			}
			more = did.More && did.People > 0
		}
	}
	_, err := admin.FinishForgetting(ctx, forgets, a.Store)
	return err
}
