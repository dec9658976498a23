package provision

import (
	"slices"
	"time"
)

// A person has one phone, and one order at a time works on it. An order acts only while it is that one: the one that
// is live for the person, or, where none is, the one that made their phone what it is. Everything that would wake an
// old order asks here first.

// Live reports whether an order is at work, or will be once somebody has decided: no second order may be that for the
// same person.
func (s OrderState) Live() bool {
	switch s {
	case Pending, Approved, Running, Waiting, Parked:
		return true
	}
	return false
}

// liveOrder is the live order of a person, empty for none.
func liveOrder(tx Tx, tenant TenantID, user UserID) OrderID {
	id, _ := tx.Get(tableLive, key(tenant, string(user)))
	return OrderID(id)
}

// indexLive keeps the live order of a person. It refuses a change that would make a second one; of two that an older
// program left behind, each may come to its end.
func indexLive(tx Tx, before Order, o *Order) error {
	at := key(o.Tenant, string(o.Person.ID))
	live := liveOrder(tx, o.Tenant, o.Person.ID)
	wakes := o.State.Live() && (!before.State.Live() || before.State == Parked && o.State != Parked)
	switch {
	case wakes && live != "" && live != o.ID:
		return conflict("write order", "other-order-live", "person", o.Person.Name(), "order", string(live))
	case o.State.Live() && live == "":
		tx.Put(tableLive, at, []byte(o.ID))
	case !o.State.Live() && live == o.ID:
		tx.Delete(tableLive, at)
	}
	return nil
}

// Overtaken is the order to which another one leaves the phone of its person: the one that is live for them, or the
// one that made their phone what it is. Its ID is empty where the order itself may act.
func (s *Service) Overtaken(tx Tx, o Order) (Order, error) {
	by := liveOrder(tx, o.Tenant, o.Person.ID)
	if by == "" || by == o.ID {
		sub, _, err := s.SubscriberIn(tx, o.Tenant, o.Person.ID)
		if err != nil {
			return Order{}, err
		}
		by = sub.Order
		if by == "" || by == o.ID || by == o.Had.Order {
			return Order{}, nil
		}
	}
	newer, err := s.OrderIn(tx, o.Tenant, by)
	return newer, ignoreNotFound(err)
}

// mayAct refuses what would wake an order that has been overtaken.
func (s *Service) mayAct(tx Tx, o Order) error {
	newer, err := s.Overtaken(tx, o)
	if err != nil || newer.ID == "" {
		return err
	}
	return conflict("go on with order", "order-overtaken", "person", o.Person.Name(), "order", string(newer.ID))
}

// lastFirst sorts the orders for a person by when they were saved, or begun where they are not saved yet, the last one
// first: an order that is begun earlier may be saved later.
func lastFirst(all []Order) {
	at := func(o Order) time.Time {
		if o.State == Draft || o.Submitted.IsZero() {
			return later(o.Created, o.Amended)
		}
		return o.Submitted
	}
	slices.SortStableFunc(all, func(a, b Order) int { return at(b).Compare(at(a)) })
}
