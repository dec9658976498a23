package result

import (
	"context"
	"slices"

	"calltab/internal/provision"
	"calltab/internal/provision/access"
)

// NamedOperators are the ids, of people and of groups, that the configuration and the tenant's roles name as operators
// or admins of any of an order's locations. Who may decide about it is for [Service.OperatorsAmong] to say.
func (s *Service) NamedOperators(tx provision.Tx, o provision.Order) ([]string, error) {
	c, err := access.AccessPolicyIn(tx, o.Tenant)
	if err != nil {
		return nil, err
	}
	sites := o.Sites()
	var named []string
	for _, g := range s.access.Grants(c) {
		here := len(g.Sites) == 0 || slices.ContainsFunc(sites, func(at provision.LocationID) bool {
			return slices.Contains(g.Sites, at)
		})
		if here && slices.Contains(provision.Rights[g.Role], provision.Operate) {
			named = append(named, g.Who...)
		}
	}
	slices.Sort(named)
	return slices.Compact(named), nil
}

// OperatorsAmong are those of some people who may decide about an order. What of it is uncertain is as in
// [outage.Service.AdminsAmong].
func (s *Service) OperatorsAmong(ctx context.Context, o provision.Order,
	people []provision.UserID) (operators []provision.UserID, unsure error) {
	return s.outage.Among(ctx, o.Tenant, people, func(a provision.Access) bool { return a.Operates(o) })
}

// SiteAdmins are the people who are told about the locations of an order, each once.
func (s *Service) SiteAdmins(tx provision.Tx, o provision.Order) ([]provision.UserID, error) {
	var all []provision.UserID
	for _, at := range o.Sites() {
		l, err := s.stock.LocationIn(tx, o.Tenant, at)
		if provision.IgnoreNotFound(err) != nil {
			return nil, err
		}
		all = append(all, l.Admins...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}
