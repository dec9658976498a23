package order

import (
	"context"

	"calltab/internal/provision"
	"calltab/internal/provision/roster"
)

// MaySee refuses a user who may not see an order: its requester may, and each user who may look at its locations.
func (s *Service) MaySee(ctx context.Context, by provision.Actor, o provision.Order) error {
	if o.Requester.ID == by.ID || o.Approval.Concerns(by.ID) {
		return nil
	}
	_, err := s.access.Permit(ctx, "open order", o.Tenant, by, provision.Look, o.Sites()...)
	return err
}

// Unsaid reports a reading that an outage kept from being answered: Microsoft is silent, or does not let Calltab in.
func Unsaid(err error) bool {
	kind := provision.KindOf(err)
	return kind == provision.Throttled || kind == provision.Unavailable || kind == provision.Denied
}

// NotYourTeam says the same whether there is such a person or not.
var NotYourTeam = &provision.Error{Op: "order phone", Kind: provision.Denied, Say: provision.Say("not-your-team")}

// Team keeps of the people found those for whom the requester of an order may ask as an employee: themselves, and who
// reports to them.
func (s *Service) Team(o provision.Order) func(context.Context, []provision.Person) ([]provision.Person, error) {
	return func(ctx context.Context, found []provision.Person) ([]provision.Person, error) {
		mine := make([]bool, len(found))
		err := roster.EachAtOnce(len(found), len(found), func(i int) (err error) {
			mine[i], err = s.InTeam(ctx, o, found[i].ID)
			return err
		})
		if err != nil {
			return nil, err
		}
		var kept []provision.Person
		for i, p := range found {
			if mine[i] {
				kept = append(kept, p)
			}
		}
		if len(kept) == 0 {
			return nil, NotYourTeam
		}
		return kept, nil
	}
}

// InTeam reports whether a person is the requester of an order, or reports to them.
func (s *Service) InTeam(ctx context.Context, o provision.Order, who provision.UserID) (bool, error) {
	if who == o.Requester.ID {
		return true, nil
	}
	m, err := s.Directory.Manager(ctx, o.Tenant, who)
	return err == nil && m.ID == o.Requester.ID, provision.IgnoreNotFound(err)
}
