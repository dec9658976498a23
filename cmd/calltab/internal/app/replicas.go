package app

import (
	"context"
	"time"
)

// learnTime is how often a replica reads again what an organisation file says of licences, which another one may have
// imported, or a command applied.
const learnTime = 20 * time.Second

// learnAgain keeps a replica up to the files that others apply.
func (a *App) learnAgain(ctx context.Context) error {
	if a.leases == nil {
		return nil // this program applies them itself
	}
	tick := time.NewTicker(learnTime)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := a.Service.LearnLicences(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("licences of the organisation file not read", "error", err)
		}
	}
}
