package bot

import (
	"context"
	"slices"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
	"calltab/internal/provision/span"
)

// timekeeper says how long phones took to be ready.
type timekeeper interface {
	Usual(ctx context.Context, tenant provision.TenantID) ([]span.Place, error)
}

// durations says how long phones take: at one location, or everywhere where none is named.
func (x *exchange) durations(ctx context.Context, at provision.LocationID) error {
	all, err := x.b.Service.Usual(ctx, x.Turn.Actor.Tenant)
	if err != nil {
		return err
	}
	if at != "" {
		all = slices.DeleteFunc(all, func(p span.Place) bool { return p.ID != at })
	}
	return x.Show(ctx, chats.Made(x.Writer().Durations(all)))
}
