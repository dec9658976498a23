// Package concern finds orders by the name of their person where the directory cannot: the account is gone, or the
// reader may look nobody up and has to do with the order all the same, as who asked for it or who is to approve it.
//
// It shows nothing and changes nothing, and finds no order that the reader could not list.
package concern

import (
	"context"
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/docket"
	"calltab/internal/provision/names"
	"calltab/internal/provision/order"
)

// Lister lists the orders that a reader may see.
type Lister interface {
	Docket(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, q docket.Query,
	) (docket.Page, error)
	Orders(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, f provision.Filter,
	) ([]provision.Order, error)
	ToApprove(ctx context.Context, tenant provision.TenantID, by provision.Actor, limit int) ([]provision.Order, error)
	ToApproveFor(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, name string, limit int,
	) ([]provision.Order, error)
}

// Reader is who asks, with what lists their orders.
type Reader struct {
	Lister
	Tenant provision.TenantID
	By     provision.Actor
}

// How many orders are looked at: of one's own, of all that are open, and of those that wait.
const (
	ownLooked     = 50
	openLooked    = 500
	waitingLooked = 50
)

// approvalsFound is how many orders that wait for an approver are told apart.
const approvalsFound = 2

// OfName is the order that a name means: one's own that is open or not saved yet, else any open one that the reader may
// see, the newest of its person. It is empty where there is none, and several says that the name means several people.
func (r Reader) OfName(ctx context.Context, name string) (id provision.OrderID, several bool, err error) {
	mine, err := r.own(ctx)
	if err != nil {
		return "", false, err
	}
	id, several = only(mine, name)
	if id != "" || several {
		return id, several, nil
	}
	page, err := r.Docket(ctx, r.Tenant, r.By, docket.Query{Standing: order.Open, Limit: openLooked})
	if err != nil {
		return "", false, err
	}
	id, several = only(page.Orders, name)
	return id, several, nil
}

// ToDecide is the order for a person of a name that waits for the reader's approval; empty where it is none or several.
func (r Reader) ToDecide(ctx context.Context, name string) (provision.OrderID, error) {
	all, err := r.ToApproveFor(ctx, r.Tenant, r.By, name, approvalsFound)
	if err != nil || len(all) != 1 {
		return "", err
	}
	return all[0].ID, nil
}

// Named is the one order that waits for the reader's approval and of whose person's name a line has a word; empty where
// there is none, or more than one.
func (r Reader) Named(ctx context.Context, words []string) (named provision.Order, err error) {
	waits, err := r.ToApprove(ctx, r.Tenant, r.By, waitingLooked)
	if err != nil {
		return named, err
	}
	for _, o := range waits {
		if !hasWord(o.Person, words) {
			continue
		}
		if named.ID != "" {
			return provision.Order{}, nil
		}
		named = o
	}
	return named, nil
}

// OwnPending is the newest of the reader's orders that waits for an approval; empty where none does.
func (r Reader) OwnPending(ctx context.Context) (provision.Order, error) {
	mine, err := r.own(ctx)
	for _, o := range mine {
		if o.State == provision.Pending {
			return o, err
		}
	}
	return provision.Order{}, err
}

// shortestName is how many letters a word has at least that is taken for a name among others.
const shortestName = 3

// hasWord reports whether one of some words is a whole word of a person's name.
func hasWord(p provision.Person, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return len(w) >= shortestName && names.Read(w).Match(p) >= names.WholeMatch
	})
}

// only is the first order for the one person whom a name means in whole words, or whose user name or object id it is.
func only(all []provision.Order, name string) (id provision.OrderID, several bool) {
	typed := names.Read(name)
	var who provision.UserID
	for _, o := range all {
		addressed := strings.EqualFold(name, o.Person.UPN) || strings.EqualFold(name, string(o.Person.ID))
		if !addressed && typed.Match(o.Person) < names.WholeMatch {
			continue
		}
		if id == "" {
			id = o.ID
			who = o.Person.ID
		}
		several = several || o.Person.ID != who
	}
	if several {
		return "", true
	}
	return id, false
}
