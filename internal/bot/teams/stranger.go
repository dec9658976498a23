package teams

import (
	"context"
	"sync"
	"time"

	"calltab/internal/provision"
)

// strangers tells of people of other tenants who were refused, of each once an hour: whoever writes often shall not fill an audit
// trail.
type strangers struct {
	refused func(context.Context, provision.UserID) // nil: nobody wants to know
	now     func() time.Time

	mu   sync.Mutex
	told map[provision.UserID]time.Time
}

const (
	strangerTime = time.Hour
	mostTold     = 1000 // then they are forgotten, and told of anew
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
