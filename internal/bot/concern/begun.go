package concern

import (
	"context"
	"slices"

	"calltab/internal/provision"
	"calltab/internal/provision/order"
)

// Forms are the reader's open forms for a phone that a line can still correct, the newest first.
func (r Reader) Forms(ctx context.Context) ([]provision.Order, error) {
	mine, err := r.own(ctx)
	return slices.DeleteFunc(mine, func(o provision.Order) bool { return !order.TakesCorrection(o) }), err
}

// ToChange is the order for a phone that a line means and that can be changed on its card, of those that the reader has
// asked for without a role: the one for the person of whose name the line has a word, else, where the line names nobody,
// that for themselves. It is empty where there is none.
func (r Reader) ToChange(ctx context.Context, words []string, names bool) (id provision.OrderID, err error) {
	mine, err := r.own(ctx)
	if err != nil {
		return "", err
	}
	for _, o := range mine {
		changes := o.State == provision.Draft || o.State == provision.Pending
		own := o.Person.ID == r.By.ID
		switch {
		case !changes || !o.Kind.Gives() || o.Undoes != "" || o.Person.ID == "" || !own && !o.Team:
		case hasWord(o.Person, words):
			return o.ID, nil
		case own && !names && id == "":
			id = o.ID
		}
	}
	return id, nil
}

// own are the reader's open orders, the newest first.
func (r Reader) own(ctx context.Context) ([]provision.Order, error) {
	return r.Orders(ctx, r.Tenant, r.By, provision.Filter{Requester: r.By.ID, Open: true, Limit: ownLooked})
}
