package draft

import (
	"cmp"
	"context"

	"calltab/internal/provision"
	"calltab/internal/provision/order"
	"calltab/internal/provision/stock"
)

// owner reads a request's number as naming the person who has it, where one does; the number that the person has now
// comes first.
func (s *Service) owner(ctx context.Context, r *provision.Request) error {
	own := cmp.Or(r.FromNumber, r.Number)
	if own == "" || r.Kind.Gives() || r.Query != "" || r.User != "" {
		return nil
	}
	return s.Store.View(ctx, func(tx provision.Tx) error {
		v, err := stock.Number(tx, r.Tenant, own)
		if err == nil && v.State == provision.Assigned {
			r.User = v.User
			if own == r.Number {
				r.Number = ""
			}
		}
		return err
	})
}

// against is everything that stands against an order for the person who is now known, and fills in what the order takes
// over from the phone that they have.
func (s *Service) against(tx provision.Tx, o *provision.Order, st provision.PersonFacts) ([]provision.Reason, error) {
	st.Order = order.LiveOrder(tx, o.Tenant, o.Person.ID)
	if err := s.roster.Recall(tx, o.Tenant, o.Person.ID, &st); err != nil {
		return nil, err
	}
	if o.Undoes != "" {
		return s.order.AgainstUndo(tx, o, st)
	}
	return s.order.AgainstKind(tx, o, st)
}

// unchanged reports whether the phone is still what a draft is about. Where it is not, the draft goes on with what is
// so now.
func (s *Service) unchanged(tx provision.Tx, o *provision.Order) (bool, error) {
	if o.Undoes != "" {
		return s.order.StillUndoes(tx, o)
	}
	sub, _, err := s.roster.SubscriberIn(tx, o.Tenant, o.Person.ID)
	if err != nil {
		return false, err
	}
	if o.Kind.Gives() && sub.Number != "" { // they were found to have it
		if err := s.order.Drop(tx, o); err != nil {
			return false, err
		}
		o.Form, o.Reasons = provision.FormRefused,
			[]provision.Reason{{Rule: provision.HasPhone, Args: provision.Say("", "number", string(sub.Number)).Args}}
		return false, s.order.Write(tx, o, provision.OrderChanged, o.Requester.ID, string(o.Form))
	}
	if o.Kind.Gives() {
		o.Had = sub // they may have been imported or removed since: undone, they are again what they are now
		return true, nil
	}
	if sub == o.Had {
		return true, nil
	}
	if sub.User == "" {
		o.Form, o.Reasons = provision.FormRefused, []provision.Reason{{Rule: provision.NoPhone}}
	} else if err := s.order.TakeOver(tx, o, sub); err != nil {
		return false, err
	} else if err := s.proceed(tx, o, ""); err != nil {
		return false, err
	} else {
		o.Notice = provision.Say("phone-changed", "person", o.Person.Name())
	}
	return false, s.order.Write(tx, o, provision.OrderChanged, o.Requester.ID, string(o.Form))
}
