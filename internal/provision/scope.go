package provision

import (
	"context"
	"slices"
)

// requestedWith takes over what the requester of an order may do now. Whoever may not order for others orders as an employee: a
// phone for themselves or for somebody of their team, and nothing that changes one.
func (o *Order) requestedWith(acc Access) error {
	some, all := acc.Within(Operate)
	if acc.May(Operate, "") {
		at := o.Location
		if !acc.May(Operate, at) {
			at = "" // which is refused, as somebody's who has a role
		}
		if o.As, o.Within = acc.Role(at), some; all {
			o.Within = nil
		}
		return nil
	}
	lost := o.Revision > 0 && o.As != RoleEmployee // it may be for anybody
	own := o.Query == "" || o.Query == string(o.Requester.ID) || o.Person.ID == o.Requester.ID
	if !o.Kind.Gives() || lost || acc.unsure != nil && !own {
		return acc.need("order phone", Operate)
	}
	o.As, o.Within = RoleEmployee, nil
	return nil
}

// reaches reports whether the requester may order at a location.
func (o Order) reaches(at LocationID) bool {
	return at == "" || len(o.Within) == 0 || slices.Contains(o.Within, at)
}

// inReach refuses an order that touches a location where its requester may not order.
func (o Order) inReach() error {
	for _, at := range o.sites() {
		if !o.reaches(at) {
			return &Error{Op: "order phone", Kind: Denied, Say: Say("not-your-site")}
		}
	}
	return nil
}

// sites are the locations that an order touches.
func (o Order) sites() (all []LocationID) {
	for _, at := range []LocationID{o.Location, o.Had.Location} {
		if at != "" && !slices.Contains(all, at) {
			all = append(all, at)
		}
	}
	return all
}

// sees reports whether an order may be looked at.
func (a Access) sees(o Order) bool { return a.need("", Look, o.sites()...) == nil }

// maySee refuses whoever may not see an order: it is its requester's, and theirs who may look at its locations.
func (s *Service) maySee(ctx context.Context, by Actor, o Order) error {
	if o.Requester.ID == by.ID || o.Consent.Concerns(by.ID) {
		return nil
	}
	_, err := s.permit(ctx, "open order", o.Tenant, by, Look, o.sites()...)
	return err
}

// mayTakeBack refuses whoever may not take an order back: a draft is its requester's alone, and any other is also theirs who operate
// at all its locations.
func (s *Service) mayTakeBack(ctx context.Context, by Actor, o Order) error {
	switch {
	case o.Requester.ID == by.ID:
		return nil
	case o.State == Draft:
		return &Error{Op: "take order back", Kind: Denied, Say: Say("not-your-order")}
	}
	_, err := s.permit(ctx, "take order back", o.Tenant, by, Operate, o.sites()...)
	return err
}

// notYourTeam says the same whether there is such a person or not.
var notYourTeam = &Error{Op: "order phone", Kind: Denied, Say: Say("not-your-team")}

// team keeps of the people found those for whom the requester of an order may ask as an employee: themselves, and who reports to
// them.
func (s *Service) team(o Order) func(context.Context, []Person) ([]Person, error) {
	return func(ctx context.Context, found []Person) ([]Person, error) {
		mine := make([]bool, len(found))
		err := eachAtOnce(len(found), len(found), func(i int) error {
			if mine[i] = found[i].ID == o.Requester.ID; mine[i] {
				return nil
			}
			m, err := s.Directory.Manager(ctx, o.Tenant, found[i].ID)
			mine[i] = err == nil && m.ID == o.Requester.ID
			return ignoreNotFound(err)
		})
		if err != nil {
			return nil, err
		}
		var kept []Person
		for i, p := range found {
			if mine[i] {
				kept = append(kept, p)
			}
		}
		if len(kept) == 0 {
			return nil, notYourTeam
		}
		return kept, nil
	}
}
