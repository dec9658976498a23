package people

import (
	"calltab/internal/provision"
	"calltab/internal/provision/stock"
)

// Lines are the numbers of an order with what the records say of each: in use by a person, or assigned to nobody.
// Numbers that another order has meanwhile are left out, since that one tells of them.
func (s *Service) Lines(tx provision.Tx, o provision.Order) (inUse, free []provision.Line, err error) {
	for i, n := range []provision.E164{o.Number, o.Had.Number} {
		if n == "" || i == 1 && n == o.Number {
			continue
		}
		v, err := stock.Number(tx, o.Tenant, n)
		if provision.IgnoreNotFound(err) != nil {
			return nil, nil, err
		}
		l := provision.Line{Number: n, User: o.Person.ID, UPN: o.Person.UPN, Name: o.Person.Name(),
			Location: o.Location, Plan: o.Plan, Order: o.ID}
		switch {
		case v.State == provision.Held, v.State == provision.Assigned && v.User != o.Person.ID:
		case v.State != provision.Assigned:
			free = append(free, l)
		default:
			sub, _, err := s.roster.SubscriberIn(tx, o.Tenant, o.Person.ID)
			if err != nil {
				return nil, nil, err
			}
			l.Location, l.Plan = sub.Location, sub.Plan
			inUse = append(inUse, l)
		}
	}
	return inUse, free, nil
}
