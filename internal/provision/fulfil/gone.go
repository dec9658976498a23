package fulfil

import (
	"context"

	"calltab/internal/provision"
)

// Accounts are deleted at any moment. What Microsoft does with the number then is told in two ways: it goes with the
// account, or it stays bound to it and comes off no more. Neither way is a number ever given to an account that is
// gone.

// gone reports whether the directory does not have the person any more.
func (w *work) gone(ctx context.Context) (bool, error) {
	_, there, err := w.svc.Account(ctx, w.order.Tenant, w.order.Person.ID)
	return err == nil && !there, err
}

// leave stops the work for a person who is gone.
func (w *work) leave() error { return w.stop(provision.Say("person-gone"), nil, nil) }

// undoFailed parks work that Microsoft does not let be undone, and says why as far as the account shows it.
func (w *work) undoFailed(ctx context.Context, n provision.E164) error {
	gone, err := w.gone(ctx)
	switch {
	case err != nil:
		return err
	case gone:
		return w.park(provision.Say("number-kept-gone", "number", string(n)), nil)
	}
	return w.park(provision.Say("undo-failed"), nil)
}
