package order

import (
	"slices"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// LiveOrder is the live order of a person, empty for none.
func LiveOrder(tx provision.Tx, tenant provision.TenantID, user provision.UserID) provision.OrderID {
	id, _ := tx.Get(record.TableLive, record.Key(tenant, string(user)))
	return provision.OrderID(id)
}

// indexLive keeps the live order of a person. It refuses a change that would make a second one; of two that an older
// program left behind, each may come to its end.
func indexLive(tx provision.Tx, before provision.Order, o *provision.Order) error {
	at := record.Key(o.Tenant, string(o.Person.ID))
	live := LiveOrder(tx, o.Tenant, o.Person.ID)
	wakes := o.State.Live() && (!before.State.Live() || before.State == provision.Parked && o.State != provision.Parked)
	switch {
	case wakes && live != "" && live != o.ID:
		return provision.NewConflict("write order", "other-order-live", "person", o.Person.Name(), "order",
			string(live))
	case o.State.Live() && live == "":
		tx.Put(record.TableLive, at, []byte(o.ID))
	case !o.State.Live() && live == o.ID:
		tx.Delete(record.TableLive, at)
	}
	return nil
}

// Overtaken is the order to which another one leaves the phone of its person: the one that is live for them, or the
// one that made their phone what it is. Its ID is empty where the order itself may act.
func (s *Service) Overtaken(tx provision.Tx, o provision.Order) (provision.Order, error) {
	by := LiveOrder(tx, o.Tenant, o.Person.ID)
	if by == "" || by == o.ID {
		sub, _, err := s.roster.SubscriberIn(tx, o.Tenant, o.Person.ID)
		if err != nil {
			return provision.Order{}, err
		}
		by = sub.Order
		if by == "" || by == o.ID || by == o.Had.Order {
			return provision.Order{}, nil
		}
	}
	newer, err := s.OrderIn(tx, o.Tenant, by)
	return newer, provision.IgnoreNotFound(err)
}

// MayAct refuses what would wake an order that has been overtaken.
func (s *Service) MayAct(tx provision.Tx, o provision.Order) error {
	newer, err := s.Overtaken(tx, o)
	if err != nil || newer.ID == "" {
		return err
	}
	return provision.NewConflict("go on with order", "order-overtaken", "person", o.Person.Name(), "order",
		string(newer.ID))
}

// lastFirst sorts the orders for a person by when they were saved, or begun where they are not saved yet, the last one
// first: an order that is begun earlier may be saved later.
func lastFirst(all []provision.Order) {
	at := func(o provision.Order) time.Time {
		if o.State == provision.Draft || o.Submitted.IsZero() {
			return provision.Later(o.Created, o.Amended)
		}
		return o.Submitted
	}
	slices.SortStableFunc(all, func(a, b provision.Order) int { return at(b).Compare(at(a)) })
}
