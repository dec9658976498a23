package draft

import (
	"context"
	"strings"

	"calltab/internal/provision"
)

// replace ends the requester's other drafts for the same person, and frees what they hold: the newest is meant. A form
// for a phone stays where a change is asked for and its person has no phone yet: the form may be meant.
func (s *Service) replace(tx provision.Tx, o *provision.Order) error {
	all, err := s.limits.Drafts(tx, o.Tenant, o.Requester.ID)
	if err != nil {
		return err
	}
	sub, _, err := s.roster.SubscriberIn(tx, o.Tenant, o.Person.ID)
	if err != nil {
		return err
	}
	for _, old := range all {
		stays := old.Kind.Gives() && !o.Kind.Gives() && !o.Kind.Ends() && sub.Number == ""
		// what was sent once is not given up unasked
		if old.ID == o.ID || !sameSubject(old, *o) || !old.Submitted.IsZero() || stays {
			continue
		}
		old.State, old.Notice = provision.Cancelled, provision.Say(Replaced)
		if err := s.approve.GiveUp(tx, &old, o.Requester.ID); err != nil {
			return err
		}
		if err := s.order.Write(tx, &old, provision.OrderCancelled, o.Requester.ID,
			"replaced by "+string(o.ID)); err != nil {
			return err
		}
	}
	return nil
}

// Replaced is the notice of a draft in whose place there is a newer one. It is persisted: never change it.
const Replaced = "draft-replaced"

// notHere says that a number is not one of the draft's location.
func (s *Service) notHere(tx provision.Tx, o *provision.Order, n provision.E164) (provision.Message, error) {
	l, err := s.stock.LocationIn(tx, o.Tenant, o.Location)
	return provision.Say("number-not-here", "number", string(n), "location", l.Name), err
}

// Offer is the type-ahead of a form: the free numbers of the location of a draft, for its requester. Of anything else
// it offers nothing.
func (s *Service) Offer(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID,
	text string, limit int) ([]provision.Number, error) {
	mine, err := s.mine(ctx, tenant, by, id)
	if err != nil || mine.State != provision.Draft || mine.Form != provision.FormNumber {
		return nil, err
	}
	return s.stock.FreeAt(ctx, tenant, mine.Location, text, limit)
}

// sameSubject reports whether two drafts are for the same person, or look for the same text.
func sameSubject(o, other provision.Order) bool {
	if o.Person.ID != "" || other.Person.ID != "" {
		return o.Person.ID == other.Person.ID
	}
	return strings.EqualFold(o.Query, other.Query)
}
