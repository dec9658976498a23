package access

import (
	"context"
	"slices"
	"sync"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// accessTime is how long an answer about a person's groups is believed; accessSize bounds how many are kept.
const (
	accessTime = 5 * time.Minute
	accessSize = 10_000
)

// cache remembers who is in which group.
type cache struct {
	mu    sync.Mutex
	known map[string]membership
}

// membership is which of some groups a person is in.
type membership struct {
	asked, in []string
	until     time.Time
}

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
	m, ok := s.access.recall(record.Key(tenant, string(user)))
	if !ok {
		return a, nil
	}
	c, err := s.AccessPolicy(ctx, tenant)
	if err != nil {
		return a, err
	}
	var last provision.Access
	for _, g := range s.Grants(c) {
		if g.Has(user, m.in) {
			last.Grants = append(last.Grants, g)
		}
	}
	return last, nil
}

// memberOf is which of some groups a person is in, as Microsoft said within the last minutes.
func (s *Service) memberOf(ctx context.Context, tenant provision.TenantID, user provision.UserID,
	groups []string) ([]string, error) {
	k, now := record.Key(tenant, string(user)), s.Now()
	if m, ok := s.access.recall(k); ok && m.fresh(now) && slices.Equal(m.asked, groups) {
		return m.in, nil
	}
	ctx, cancel := context.WithTimeout(ctx, provision.LookupTime)
	defer cancel()
	in, err := s.Directory.MemberOf(ctx, tenant, user, groups)
	if err != nil {
		return nil, err
	}
	s.access.keep(k, membership{groups, in, now.Add(accessTime)})
	return in, nil
}

// fresh reports whether an answer is still believed; one that a clock wrote which was ahead is not.
func (m membership) fresh(now time.Time) bool {
	return now.Before(m.until) && m.until.Sub(now) <= accessTime
}

func (a *cache) recall(k string) (membership, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	m, ok := a.known[k]
	return m, ok
}

func (a *cache) keep(k string, m membership) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known == nil || len(a.known) >= accessSize {
		a.known = make(map[string]membership)
	}
	a.known[k] = m
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
