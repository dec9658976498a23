package webhook

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"calltab/internal/provision"
)

// Pauses knows for how long nobody of a tenant may tell a carrier, as one was asked to wait; *pauses.Keeper is it. The
// error of Ask is that not every program was told.
type Pauses interface {
	Left(ctx context.Context, tenant provision.TenantID, service string) time.Duration
	Ask(ctx context.Context, tenant provision.TenantID, service string, d time.Duration) error
}

// service is what the carrier is called among those that ask for pauses. It is persisted.
const service = "carrier"

// mostShared is how long others wait at most because one was asked to: one notice in that time is enough to learn that
// the carrier takes them again.
const mostShared = 5 * time.Minute

// held is the error of a notice that is not sent now; nil where it may be.
func (c *Carrier) held(ctx context.Context, tenant provision.TenantID) error {
	left := c.Pauses.Left(ctx, tenant, service)
	if left <= 0 {
		return nil
	}
	return &provision.Error{Op: what, Kind: provision.Throttled, Code: provision.CodeHeld,
		Say: provision.Say("carrier-silent"), RetryAfter: left}
}

// share has everybody of a tenant wait where the carrier asked one to. It asks for that by its answer alone, whatever
// was told: a pause is not about one line.
func (c *Carrier) share(ctx context.Context, tenant provision.TenantID, refused error) {
	var e *provision.Error
	if !errors.As(refused, &e) || e.RetryAfter <= 0 {
		return
	}
	if err := c.Pauses.Ask(ctx, tenant, service, min(e.RetryAfter, mostShared)); err != nil {
		c.Log.Warn("other replicas are not told of the carrier's pause", slog.Any("error", err))
	}
}
