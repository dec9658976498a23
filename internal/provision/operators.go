package provision

import (
	"context"
	"slices"
)

// NamedOperators are the ids, of people and of groups, that the configuration and the tenant's roles name as operators or admins of
// any of an order's locations. Who may decide about it is for [Service.OperatorsAmong] to say.
func (s *Service) NamedOperators(tx Tx, o Order) ([]string, error) {
	c, err := charterIn(tx, o.Tenant)
	if err != nil {
		return nil, err
	}
	sites := o.sites()
	var named []string
	for _, g := range s.grants(c) {
		here := len(g.Sites) == 0 || slices.ContainsFunc(sites, func(at LocationID) bool { return slices.Contains(g.Sites, at) })
		if here && slices.Contains(rights[g.Role], Operate) {
			named = append(named, g.Who...)
		}
	}
	slices.Sort(named)
	return slices.Compact(named), nil
}

// OperatorsAmong are those of some people who may decide about an order. What of it is uncertain is as in [Service.AdminsAmong].
func (s *Service) OperatorsAmong(ctx context.Context, o Order, people []UserID) (operators []UserID, unsure error) {
	return s.among(ctx, o.Tenant, people, func(a Access) bool { return a.Operates(o) })
}

// SiteAdmins are the people who are told about the locations of an order, each once.
func (s *Service) SiteAdmins(tx Tx, o Order) ([]UserID, error) {
	var all []UserID
	for _, at := range o.sites() {
		l, err := s.LocationIn(tx, o.Tenant, at)
		if ignoreNotFound(err) != nil {
			return nil, err
		}
		all = append(all, l.Admins...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}
