package provision

import (
	"context"
	"slices"
)

// Contradict is the refusal of a line that names a person and a number that is not theirs. It names the one who has the number,
// where the asker may see them.
func (s *Service) Contradict(ctx context.Context, tenant TenantID, by Actor, p Person, n E164) error {
	acc, err := s.Access(ctx, tenant, by.ID)
	if err != nil {
		return err
	}
	refusal := &Error{Op: "read line", Kind: Invalid, Say: Say("number-not-theirs", "number", string(n), "person", p.Name())}
	err = s.Store.View(ctx, func(tx Tx) error {
		v, err := number(tx, tenant, n)
		if err != nil || v.State != Assigned || !acc.May(Look, v.Location) {
			return ignoreNotFound(err)
		}
		owner, _, err := s.SubscriberIn(tx, tenant, v.User)
		if err == nil && owner.Name != "" {
			refusal.Say = Say("number-of-another", "number", string(n), "person", p.Name(), "owner", owner.Name)
		}
		return err
	})
	if err != nil {
		return err
	}
	return refusal
}

// contradicted refuses a request that names a person and a number or a location of somebody else, where the number or the location is
// not what is wished for.
func (s *Service) contradicted(ctx context.Context, r Request, o Order, got sighting) error {
	if err := s.elsewhere(ctx, r, got, r.From, "origin-not-theirs"); err != nil {
		return err
	}
	if !r.Kind.asks(FormLocation) {
		if err := s.elsewhere(ctx, r, got, r.Location, "location-not-theirs"); err != nil {
			return err
		}
	}
	own := r.ownNumber()
	if own == "" || r.Undoes != "" || len(got.people) == 0 {
		return nil
	}
	var owner UserID
	err := s.Store.View(ctx, func(tx Tx) error {
		v, err := number(tx, o.Tenant, own)
		if err == nil && v.State == Assigned {
			owner = v.User
		}
		return ignoreNotFound(err)
	})
	if err != nil || slices.ContainsFunc(got.people, func(p Person) bool { return p.ID == owner }) && len(got.people) == 1 {
		return err
	}
	return s.Contradict(ctx, o.Tenant, r.Requester, got.people[0], own)
}

// ownNumber is the number that a request says is the person's now.
func (r Request) ownNumber() E164 {
	if r.Kind.asks(FormNumber) {
		return r.FromNumber
	}
	return r.Number
}

// elsewhere refuses a request for a change of somebody's phone that says that it is at a location where it is not, where the asker
// may see where it is: "remove Dana Reyes London" may mean another Dana Reyes.
func (s *Service) elsewhere(ctx context.Context, r Request, got sighting, at LocationID, say string) error {
	if at == "" || r.Undoes != "" || len(got.people) != 1 {
		return nil
	}
	acc, err := s.Access(ctx, r.Tenant, r.Requester.ID)
	if err != nil {
		return err
	}
	var refusal error
	err = s.Store.View(ctx, func(tx Tx) error {
		refusal = nil
		p := got.people[0]
		sub, _, err := s.SubscriberIn(tx, r.Tenant, p.ID)
		if err != nil || sub.Location == "" || sub.Location == at || !acc.May(Look, sub.Location) {
			return err
		}
		there, err := s.LocationIn(tx, r.Tenant, sub.Location)
		if err != nil {
			return err
		}
		named, err := s.LocationIn(tx, r.Tenant, at)
		if err != nil {
			return err
		}
		said := Say(say, "person", p.Name(), "there", there.Name, "location", named.Name)
		refusal = &Error{Op: "read line", Kind: Invalid, Say: said}
		return nil
	})
	if err != nil {
		return err
	}
	return refusal
}
