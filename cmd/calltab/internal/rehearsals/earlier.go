package rehearsals

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"calltab/cmd/calltab/internal/admin"
	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/rehearsal"
)

// Noting is a greeter that keeps when it was asked, and when a press came back. Where that cannot be kept, it greets all
// the same.
func Noting(greet admin.Greeter, store provision.Store, now func() time.Time, log *slog.Logger) admin.Greeter {
	keep := func(ctx context.Context, tenant provision.TenantID,
		note func(provision.Tx, provision.TenantID, time.Time)) {
		at := now()
		err := store.Update(ctx, func(tx provision.Tx) error {
			note(tx, tenant, at)
			return nil
		})
		if err != nil {
			log.Warn("it is not kept what became of a greeting", "error", err)
		}
	}
	return func(ctx context.Context, tenant provision.TenantID, user provision.UserID, sent func()) error {
		keep(ctx, tenant, rehearsal.Greets)
		if err := greet(ctx, tenant, user, sent); err != nil {
			return err
		}
		keep(ctx, tenant, rehearsal.Greeted)
		return nil
	}
}

// earlierIn reads what a tenant was tried out with before.
func earlierIn(ctx context.Context, store provision.Store,
	tenant provision.TenantID) (e rehearsal.Earlier, err error) {
	err = store.View(ctx, func(tx provision.Tx) (err error) {
		e, err = rehearsal.EarlierIn(tx, tenant)
		return err
	})
	return e, err
}

// Earlier is what the tenant was tried out with before, by the program that has the store open, or else as the store has
// it. A file that is not there yet has nothing.
func (c Client) Earlier(ctx context.Context) (e rehearsal.Earlier, err error) {
	err = admin.ErrNobodyRuns
	if !storefile.IsDatabase(c.Store) {
		err = c.ask(ctx, http.MethodGet, "/earlier", url.Values{}, &e)
	}
	if !errors.Is(err, admin.ErrNobodyRuns) {
		return e, err
	}
	err = storefile.Look(ctx, c.Store, func(tx provision.Tx) (err error) {
		e, err = rehearsal.EarlierIn(tx, c.Tenant)
		return err
	})
	return e, err
}
