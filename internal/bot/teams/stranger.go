package teams

import (
	"context"
	"sync"
	"time"

	"calltab/internal/provision"
)

// strangers tells of users of other tenants who were refused: of each once an hour, and of mostTold at most. Anybody in
// the world may be one, and they shall not fill an audit trail.
type strangers struct {
	refused func(ctx context.Context, user provision.UserID, more int) // may be nil
	now     func() time.Time

	mu    sync.Mutex
	began time.Time // when the first of told was
	told  map[provision.UserID]bool
	more  int // refusals since then of people who are not among them
}

const (
	strangerTime = time.Hour
	mostTold     = 100 // people within strangerTime; the refusals of others are counted
)

func (s *strangers) tell(ctx context.Context, user provision.UserID) {
	if s.refused == nil || user == "" {
		return
	}
	if first, more := s.first(user); first {
		s.refused(ctx, user, more)
	}
}

// first reports whether a user is to be told of, and how many refusals there were before of users who were not.
func (s *strangers) first(user provision.UserID) (yes bool, more int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	age := now.Sub(s.began)
	if age < 0 || age >= strangerTime {
		more = s.more
		s.more = 0
		s.began = now
		s.told = make(map[provision.UserID]bool)
	}
	if s.told[user] {
		return false, 0
	}
	if len(s.told) >= mostTold {
		s.more++
		return false, 0
	}
	s.told[user] = true
	return true, more
}
