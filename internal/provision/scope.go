package provision

import (
	"context"
	"slices"
)

// requestedWith takes over what the requester of an order may do now. Who may not order at its location orders as an
// employee: a phone for themselves or for somebody of their team, and nothing that changes one. A role elsewhere takes
// nothing away from that.
func (o *Order) requestedWith(acc Access) error {
	const op = "order phone"
	if !acc.May(Operate, o.Location) {
		lost := o.Revision > 0 && o.role() != RoleEmployee && !o.Team && o.Person.ID != o.Requester.ID // it may be for anybody
		own := o.Query == "" || o.Query == string(o.Requester.ID) || o.Person.ID == o.Requester.ID
		if !o.Kind.Gives() || lost || acc.unsure != nil && !own {
			return acc.need(op, Operate, o.Location)
		}
	}
	if !acc.May(Operate, "") {
		o.As, o.Within = RoleEmployee, nil
		return nil
	}
	at := o.Location
	if !acc.May(Operate, at) {
		at = "" // role says what they are at the location
	}
	some, all := acc.Within(Operate)
	if all {
		some = nil
	}
	o.As, o.Within = acc.Role(at), some
	return nil
}

// role is what the requester asks as at the location of the order: where they have no role, as an employee.
func (o Order) role() Role {
	if o.Location == "" || len(o.Within) == 0 || slices.Contains(o.Within, o.Location) {
		return o.As
	}
	return RoleEmployee
}

// besideOf notes the role that the requester has where they order as an employee.
func (o *Order) besideOf(acc Access) {
	o.Beside = ""
	if own := acc.Role(o.Location); o.role() == RoleEmployee && own != RoleEmployee {
		o.Beside = own
	}
}

// reaches reports whether the requester may order at a location: where they have a role, and anywhere for themselves
// and for their team. Until the person is known, only requestedWith can tell.
func (o Order) reaches(at LocationID) bool {
	if at == "" || len(o.Within) == 0 || slices.Contains(o.Within, at) {
		return true
	}
	return o.Kind.Gives() && (o.Team || o.Person.ID == "")
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

// mayTakeBack refuses users who may not take an order back: a draft is its requester's alone, and any other is also
// that of users who operate at all its locations. Once the work has begun, its requester must still have the right to
// order it; where an outage keeps Microsoft from saying so, they may take back what nobody has yet: the way back waits
// for the end of the outage as well. A phone that worked waits until Microsoft says so.
func (s *Service) mayTakeBack(ctx context.Context, by Actor, o Order) error {
	switch {
	case o.Requester.ID == by.ID && (o.State == Draft || o.State == Pending):
		return nil
	case o.Requester.ID == by.ID:
		may, err := s.stillMay(ctx, &o)
		silent := err != nil && unsaid(err)
		if silent && (o.AtWork() || o.CanWithdraw() && o.ReopenedAt.IsZero()) {
			return nil
		}
		if silent && o.CanWithdraw() {
			say := Say("withdraw-worked", "person", o.Person.Name())
			return &Error{Op: "take order back", Kind: Unavailable, Say: say, Err: err}
		}
		if err != nil || may {
			return err
		}
	case o.State == Draft:
		return &Error{Op: "take order back", Kind: Denied, Say: Say("not-your-order")}
	}
	_, err := s.permit(ctx, "take order back", o.Tenant, by, Operate, o.sites()...)
	return err
}

// unsaid reports a reading that an outage kept from being answered: Microsoft is silent, or does not let Calltab in.
func unsaid(err error) bool {
	kind := KindOf(err)
	return kind == Throttled || kind == Unavailable || kind == Denied
}

// notYourTeam says the same whether there is such a person or not.
var notYourTeam = &Error{Op: "order phone", Kind: Denied, Say: Say("not-your-team")}

// team keeps of the people found those for whom the requester of an order may ask as an employee: themselves, and who
// reports to them.
func (s *Service) team(o Order) func(context.Context, []Person) ([]Person, error) {
	return func(ctx context.Context, found []Person) ([]Person, error) {
		mine := make([]bool, len(found))
		err := eachAtOnce(len(found), len(found), func(i int) (err error) {
			mine[i], err = s.inTeam(ctx, o, found[i].ID)
			return err
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

// inTeam reports whether a person is the requester of an order, or reports to them.
func (s *Service) inTeam(ctx context.Context, o Order, who UserID) (bool, error) {
	if who == o.Requester.ID {
		return true, nil
	}
	m, err := s.Directory.Manager(ctx, o.Tenant, who)
	return err == nil && m.ID == o.Requester.ID, ignoreNotFound(err)
}
