package access

import (
	"context"
	"slices"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// accessTime is how long an answer about a person's groups is believed; accessSize bounds how many are kept.
const (
	accessTime = 5 * time.Minute
	accessSize = 10_000
)

// Access finds out what a person may do: what the configuration gives, whose admins may everything everywhere, and what
// the tenant's access policy gives. Where the groups cannot be read only what names the person counts, and a refusal
// then says so: a stranger let in is worse than an admin kept waiting. It fails only where the store does.
func (s *Service) Access(ctx context.Context, tenant provision.TenantID,
	user provision.UserID) (provision.Access, error) {
	var a provision.Access
	if user == "" {
		return a, nil
	}
	c, err := s.AccessPolicy(ctx, tenant)
	if err != nil {
		return a, err
	}
	all := s.Grants(c)
	var groups []string
	for _, g := range all {
		if g.Has(user, nil) && g.Role == provision.RoleAdmin && len(g.Sites) == 0 {
			return provision.Access{Grants: []provision.Grant{g}}, nil // nothing can be added to that
		}
		groups = append(groups, g.Who...)
	}
	slices.Sort(groups)
	in, err := s.memberOf(ctx, tenant, user, slices.Compact(groups))
	a.Unsure = err
	for _, g := range all {
		if g.Has(user, in) {
			a.Grants = append(a.Grants, g)
		}
	}
	return a, nil
}

// Grants are the access policy's and the configuration's.
func (s *Service) Grants(c provision.AccessPolicy) []provision.Grant {
	return append([]provision.Grant{{Role: provision.RoleAdmin, Who: s.Admins}}, c.Grants...)
}

// LastAccess is what a user might do when their groups were last read, however long ago; a where this program never
// read them. It allows nothing: it only serves to tell them something.
func (s *Service) LastAccess(ctx context.Context, tenant provision.TenantID, user provision.UserID,
	a provision.Access) (provision.Access, error) {
	m, ok, err := s.recall(ctx, record.Key(tenant, string(user)))
	if err != nil || !ok {
		return a, err
	}
	c, err := s.AccessPolicy(ctx, tenant)
	if err != nil {
		return a, err
	}
	var last provision.Access
	for _, g := range s.Grants(c) {
		if g.Has(user, m.In) {
			last.Grants = append(last.Grants, g)
		}
	}
	return last, nil
}

// memberOf is which of some groups a person is in, as Microsoft said within the last minutes.
func (s *Service) memberOf(ctx context.Context, tenant provision.TenantID, user provision.UserID,
	groups []string) ([]string, error) {
	k, now := record.Key(tenant, string(user)), s.Now()
	m, ok, err := s.recall(ctx, k)
	if err != nil {
		return nil, err
	}
	if ok && m.fresh(now) && slices.Equal(m.Asked, groups) {
		return m.In, nil
	}
	asking, cancel := context.WithTimeout(ctx, provision.LookupTime)
	defer cancel()
	in, err := s.Directory.MemberOf(asking, tenant, user, groups)
	if err != nil {
		return nil, err
	}
	return in, s.keep(ctx, k, membership{groups, in, now.Add(accessTime).UTC()})
}

// Admit refuses a user who has a right nowhere; a use case then looks closer. Without a right everybody with an account
// is let in.
func (s *Service) Admit(ctx context.Context, tenant provision.TenantID, by provision.Actor, r provision.Right) error {
	if by.ID == "" {
		return &provision.Error{Op: "admit", Kind: provision.Denied, Say: provision.Say("no-account")}
	}
	if r == "" {
		return nil
	}
	_, err := s.Permit(ctx, "admit", tenant, by, r)
	return err
}

// Permit refuses a user who lacks a right, or lacks it at one of the locations, and returns what they may else.
func (s *Service) Permit(ctx context.Context, op string, tenant provision.TenantID, by provision.Actor,
	r provision.Right, at ...provision.LocationID) (provision.Access, error) {
	a, err := s.Access(ctx, tenant, by.ID)
	if err != nil {
		return a, err
	}
	return a, a.Need(op, r, at...)
}
