package concern

import (
	"context"
	"slices"

	"calltab/internal/provision"
)

// Begun are the orders for a phone that the reader can still change: those that are not sent yet, and those that wait to
// be approved. Their person is known, and the newest is the first.
func (r Reader) Begun(ctx context.Context) ([]provision.Order, error) {
	own := provision.Filter{Requester: r.By.ID, Open: true, Limit: ownLooked}
	mine, err := r.Orders(ctx, r.Tenant, r.By, own)
	if err != nil {
		return nil, err
	}
	other := func(o provision.Order) bool {
		changes := o.State == provision.Draft || o.State == provision.Pending
		return !changes || !o.Kind.Gives() || o.Undoes != "" || o.Person.ID == ""
	}
	return slices.DeleteFunc(mine, other), nil
}
