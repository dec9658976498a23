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

// contradicted refuses a request that names a person and a number of somebody else, where the number is not what is wished for.
func (s *Service) contradicted(ctx context.Context, r Request, o Order, got sighting) error {
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
