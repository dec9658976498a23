package provision

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// accessTime is how long an answer about a person's groups is believed; accessSize bounds how many are kept.
const (
	accessTime = 5 * time.Minute
	accessSize = 10_000
)

// access remembers who is in which group.
type access struct {
	mu    sync.Mutex
	known map[string]membership
}

// membership is which of some groups a person is in.
type membership struct {
	asked, in []string
	until     time.Time
}

// Access finds out what a person may do: what the configuration gives, whose admins may everything everywhere, and what the
// charter of the tenant gives. Where the groups cannot be read only what names the person counts, and a refusal then says so: a
// stranger let in is worse than an admin kept waiting. It fails only where the store does.
func (s *Service) Access(ctx context.Context, tenant TenantID, user UserID) (Access, error) {
	var a Access
	if user == "" {
		return a, nil
	}
	c, err := s.Charter(ctx, tenant)
	if err != nil {
		return a, err
	}
	all := s.grants(c)
	var groups []string
	for _, g := range all {
		if g.has(user, nil) && g.Role == RoleAdmin && len(g.Sites) == 0 {
			return Access{grants: []Grant{g}}, nil // nothing can be added to that
		}
		groups = append(groups, g.Who...)
	}
	slices.Sort(groups)
	in, err := s.memberOf(ctx, tenant, user, slices.Compact(groups))
	a.unsure = err
	for _, g := range all {
		if g.has(user, in) {
			a.grants = append(a.grants, g)
		}
	}
	return a, nil
}

// grants are the charter's and the configuration's.
func (s *Service) grants(c Charter) []Grant {
	return append([]Grant{{Role: RoleAdmin, Who: s.Admins}}, c.Grants...)
}

// has reports whether a grant names a user, or one of the groups that they are in.
func (g Grant) has(user UserID, in []string) bool {
	return slices.ContainsFunc(g.Who, func(id string) bool { return strings.EqualFold(id, string(user)) || slices.Contains(in, id) })
}

// lastAccess is what somebody might do when their groups were last read, however long ago; a where this program never read them.
// It allows nothing: it only serves to tell them something.
func (s *Service) lastAccess(ctx context.Context, tenant TenantID, user UserID, a Access) (Access, error) {
	m, ok := s.access.recall(key(tenant, string(user)))
	if !ok {
		return a, nil
	}
	c, err := s.Charter(ctx, tenant)
	if err != nil {
		return a, err
	}
	var last Access
	for _, g := range s.grants(c) {
		if g.has(user, m.in) {
			last.grants = append(last.grants, g)
		}
	}
	return last, nil
}

// memberOf is which of some groups a person is in, as Microsoft said within the last minutes.
func (s *Service) memberOf(ctx context.Context, tenant TenantID, user UserID, groups []string) ([]string, error) {
	k, now := key(tenant, string(user)), s.Now()
	if m, ok := s.access.recall(k); ok && m.fresh(now) && slices.Equal(m.asked, groups) {
		return m.in, nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
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

func (a *access) recall(k string) (membership, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	m, ok := a.known[k]
	return m, ok
}

func (a *access) keep(k string, m membership) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known == nil || len(a.known) >= accessSize {
		a.known = make(map[string]membership)
	}
	a.known[k] = m
}

// Admit refuses whoever has a right nowhere; a use case then looks closer. Without a right everybody with an account is let in.
func (s *Service) Admit(ctx context.Context, tenant TenantID, by Actor, r Right) error {
	if by.ID == "" {
		return &Error{Op: "admit", Kind: Denied, Say: Say("no-account")}
	}
	if r == "" {
		return nil
	}
	_, err := s.permit(ctx, "admit", tenant, by, r)
	return err
}

// permit refuses whoever lacks a right, or lacks it at one of the locations, and returns what they may else.
func (s *Service) permit(ctx context.Context, op string, tenant TenantID, by Actor, r Right, at ...LocationID) (Access, error) {
	a, err := s.Access(ctx, tenant, by.ID)
	if err != nil {
		return a, err
	}
	return a, a.need(op, r, at...)
}
