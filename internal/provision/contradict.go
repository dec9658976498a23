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
	if err := s.elsewhere(ctx, r, got); err != nil {
		return err
	}
	if r.Number == "" || r.Undoes != "" || r.Kind.asks(FormNumber) || len(got.people) == 0 {
		return nil
	}
	var owner UserID
	err := s.Store.View(ctx, func(tx Tx) error {
		v, err := number(tx, o.Tenant, r.Number)
		if err == nil && v.State == Assigned {
			owner = v.User
		}
		return ignoreNotFound(err)
	})
	if err != nil || slices.ContainsFunc(got.people, func(p Person) bool { return p.ID == owner }) && len(got.people) == 1 {
		return err
	}
	return s.Contradict(ctx, o.Tenant, r.Requester, got.people[0], r.Number)
}

// elsewhere refuses a request for a change of somebody's phone that names another location than the phone's, where the asker may see
// that one: "remove Dana Reyes London" may mean another Dana Reyes.
func (s *Service) elsewhere(ctx context.Context, r Request, got sighting) error {
	if r.Location == "" || r.Undoes != "" || r.Kind.asks(FormLocation) || len(got.people) != 1 {
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
		if err != nil || sub.Location == "" || sub.Location == r.Location || !acc.May(Look, sub.Location) {
			return err
		}
		there, err := s.LocationIn(tx, r.Tenant, sub.Location)
		if err != nil {
			return err
		}
		named, err := s.LocationIn(tx, r.Tenant, r.Location)
		if err != nil {
			return err
		}
		said := Say("location-not-theirs", "person", p.Name(), "there", there.Name, "location", named.Name)
		refusal = &Error{Op: "read line", Kind: Invalid, Say: said}
		return nil
	})
	if err != nil {
		return err
	}
	return refusal
}
