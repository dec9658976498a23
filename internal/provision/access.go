package provision

import (
	"context"
	"slices"
	"sync"
	"time"
)

// accessTime is how long an answer about a person's groups is believed; accessSize bounds how many are kept.
const (
	accessTime = 5 * time.Minute
	accessSize = 10_000
)

// access remembers who may use the bot.
type access struct {
	mu    sync.Mutex
	known map[string]verdict
}

type verdict struct {
	allowed bool
	until   time.Time
}

// Allowed returns nil for a person who may use the bot: one on the list of admins or in a group on it. Where the groups
// cannot be read it refuses: a stranger let in is worse than an admin kept waiting.
func (s *Service) Allowed(ctx context.Context, tenant TenantID, user UserID) error {
	const op = "check access"
	if user == "" {
		return &Error{Op: op, Kind: Denied, Say: Say("not-allowed")}
	}
	if slices.Contains(s.Admins, string(user)) {
		return nil
	}
	k, now := key(tenant, string(user)), s.Now()
	allowed, ok := s.access.recall(k, now)
	if !ok {
		ctx, cancel := context.WithTimeout(ctx, lookupTime)
		defer cancel()
		groups, err := s.Directory.MemberOf(ctx, tenant, user, s.Admins)
		if err != nil {
			return &Error{Op: op, Kind: Denied, Say: Say("cannot-check-you"), Err: err}
		}
		allowed = len(groups) > 0
		s.access.keep(k, verdict{allowed, now.Add(accessTime)})
	}
	if !allowed {
		return &Error{Op: op, Kind: Denied, Say: Say("not-allowed")}
	}
	return nil
}

func (a *access) recall(k string, now time.Time) (allowed, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	v, ok := a.known[k]
	return v.allowed, ok && now.Before(v.until)
}

func (a *access) keep(k string, v verdict) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known == nil || len(a.known) >= accessSize {
		a.known = make(map[string]verdict)
	}
	a.known[k] = v
}
