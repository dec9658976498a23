package draft

import (
	"context"
	"slices"

	"calltab/internal/provision"
	"calltab/internal/provision/people"
	"calltab/internal/provision/stock"
)

// Contradict is the refusal of a request that names a person and a number that another person has. It names that other
// person, where the requester may see them.
func (s *Service) Contradict(ctx context.Context, tenant provision.TenantID, by provision.Actor, p provision.Person,
	n provision.E164) error {
	acc, err := s.access.Access(ctx, tenant, by.ID)
	if err != nil {
		return err
	}
	refusal := &provision.Error{Op: "read line", Kind: provision.Invalid,
		Say: provision.Say("number-not-theirs", "number", string(n), "person", p.Name())}
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		v, err := stock.Number(tx, tenant, n)
		if err != nil || v.State != provision.Assigned || !acc.May(provision.Look, v.Location) {
			return provision.IgnoreNotFound(err)
		}
		owner, _, err := s.roster.SubscriberIn(tx, tenant, v.User)
		if err == nil && owner.Name != "" {
			refusal.Say = provision.Say("number-of-another", "number", string(n), "person", p.Name(), "owner",
				owner.Name)
		}
		return err
	})
	if err != nil {
		return err
	}
	return refusal
}

// contradicted refuses a request that names a person and a number or a location of another one, where the number or the
// location is not what is wished for.
func (s *Service) contradicted(ctx context.Context, r provision.Request, o provision.Order, got people.Found) error {
	if err := s.elsewhere(ctx, r, got, r.From, "origin-not-theirs"); err != nil {
		return err
	}
	if !r.Kind.Asks(provision.FormLocation) {
		if err := s.elsewhere(ctx, r, got, r.Location, "location-not-theirs"); err != nil {
			return err
		}
	}
	own := r.OwnNumber()
	if own == "" || r.Undoes != "" || len(got.People) == 0 {
		return nil
	}
	var owner provision.UserID
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		v, err := stock.Number(tx, o.Tenant, own)
		if err == nil && v.State == provision.Assigned {
			owner = v.User
		}
		return provision.IgnoreNotFound(err)
	})
	if err != nil || slices.ContainsFunc(got.People, func(p provision.Person) bool {
		return p.ID == owner
	}) && len(got.People) == 1 {
		return err
	}
	return s.Contradict(ctx, o.Tenant, r.Requester, got.People[0], own)
}

// elsewhere refuses a request to change a phone that says that it is at a location where it is not, where the requester
// may see where it is: "remove Dana Reyes London" may mean another Dana Reyes.
func (s *Service) elsewhere(ctx context.Context, r provision.Request, got people.Found, at provision.LocationID,
	say string) error {
	if at == "" || r.Undoes != "" || len(got.People) != 1 {
		return nil
	}
	acc, err := s.access.Access(ctx, r.Tenant, r.Requester.ID)
	if err != nil {
		return err
	}
	var refusal error
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		refusal = nil
		p := got.People[0]
		sub, _, err := s.roster.SubscriberIn(tx, r.Tenant, p.ID)
		if err != nil || sub.Location == "" || sub.Location == at || !acc.May(provision.Look, sub.Location) {
			return err
		}
		there, err := s.stock.LocationIn(tx, r.Tenant, sub.Location)
		if err != nil {
			return err
		}
		named, err := s.stock.LocationIn(tx, r.Tenant, at)
		if err != nil {
			return err
		}
		said := provision.Say(say, "person", p.Name(), "there", there.Name, "location", named.Name)
		refusal = &provision.Error{Op: "read line", Kind: provision.Invalid, Say: said}
		return nil
	})
	if err != nil {
		return err
	}
	return refusal
}
