package undo

import (
	"context"
	"slices"

	"calltab/internal/provision"
	"calltab/internal/provision/order"
)

// Undo begins an order that takes back what a done order did. Conflict says why there is nothing to take back: it was
// not done, was taken back already, changed nothing, or its person has left.
func (s *Service) Undo(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	id provision.OrderID) (provision.Sheet, error) {
	var old provision.Order
	err := s.Store.View(ctx, func(tx provision.Tx) (err error) {
		old, err = s.order.OrderIn(tx, tenant, id)
		return err
	})
	if err == nil {
		err = s.order.MaySee(ctx, by, old)
	}
	if err == nil {
		err = old.WhyNotUndoable()
	}
	if err != nil {
		return provision.Sheet{}, err
	}
	sheet, err := s.draft.Begin(ctx, provision.Request{Tenant: tenant, Kind: old.Opposite(), Requester: by,
		User: old.Person.ID, Undoes: id})
	if err != nil && provision.KindOf(err) == provision.NotFound {
		err = provision.NewConflict("undo order", "undo-person-gone", "person", old.Person.Name())
	}
	return sheet, err
}

// UndoLast begins to take back the last order that changed a person's phone and still holds; Conflict where there is
// none.
func (s *Service) UndoLast(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	user provision.UserID) (provision.Sheet, error) {
	all, err := s.order.Orders(ctx, tenant, by, provision.Filter{Person: user})
	if err != nil {
		return provision.Sheet{}, err
	}
	all = order.LastSaved(all)
	at := slices.IndexFunc(all, func(o provision.Order) bool { return o.UndoneBy == "" })
	if at < 0 {
		return provision.Sheet{}, provision.NewConflict("undo order", "undo-nothing")
	}
	return s.Undo(ctx, tenant, by, all[at].ID)
}

// UndoOwnLast begins to take back the last order that the actor asked for and that can be taken back; Conflict where
// there is none.
func (s *Service) UndoOwnLast(ctx context.Context, tenant provision.TenantID,
	by provision.Actor) (provision.Sheet, error) {
	var last provision.OrderID
	err := s.Store.View(ctx, func(tx provision.Tx) (err error) {
		last, err = s.ownLast(tx, tenant, by.ID)
		return err
	})
	if err == nil && last == "" {
		err = provision.NewConflict("undo order", "undo-nothing-own")
	}
	if err != nil {
		return provision.Sheet{}, err
	}
	return s.Undo(ctx, tenant, by, last)
}

// ownLast is the order that a requester saved last of those that can be taken back, empty where there is none. It reads
// all of their orders until the index of orders by requester is whole.
func (s *Service) ownLast(tx provision.Tx, tenant provision.TenantID,
	user provision.UserID) (provision.OrderID, error) {
	if order.RequesterIndex.Whole(tx) {
		return order.LastUndoable(tx, tenant, user), nil
	}
	var all []provision.Order
	for o, err := range s.order.OrdersBy(tx, tenant, provision.Filter{Requester: user}) {
		if err != nil {
			return "", err
		}
		all = append(all, o)
	}
	for _, o := range order.LastSaved(all) {
		if o.Undoable() {
			return o.ID, nil
		}
	}
	return "", nil
}
