package teams

import (
	"context"
	"sync"
	"time"

	"calltab/internal/provision"
)

// strangers reports users of other tenants who were refused, each user once an hour, so that one who writes often
// cannot fill an audit trail.
type strangers struct {
	refused func(context.Context, provision.UserID) // may be nil
	now     func() time.Time

	mu   sync.Mutex
	told map[provision.UserID]time.Time
}

const (
	strangerTime = time.Hour
	mostTold     = 1000 // then all are forgotten, and reported anew
)

func (s *strangers) tell(ctx context.Context, user provision.UserID) {
	if s.refused == nil || user == "" {
		return
	}
	s.mu.Lock()
	at, known := s.told[user]
	known = known && s.now().Sub(at) < strangerTime
	if s.told == nil || len(s.told) >= mostTold {
		s.told = make(map[provision.UserID]time.Time)
	}
	if !known {
		s.told[user] = s.now()
	}
	s.mu.Unlock()
	if !known {
		s.refused(ctx, user)
	}
}
