package sandbox

import (
	"sync"
	"time"

	"calltab/internal/sandbox/login"
)

// signer signs activities. Like the real channel it uses a token for some minutes, and a
// load test then measures the bot and not our signing.
type signer struct {
	wall  func() time.Time
	login *login.Server

	mu     sync.Mutex
	tokens map[string]signed // by service URL
}

type signed struct {
	token, key string
	until      time.Time
}

const tokenUse = 10 * time.Minute

func (s *signer) sign(serviceURL string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, key := s.wall(), s.login.KeyID()
	if t, there := s.tokens[serviceURL]; there && t.key == key && now.Before(t.until) {
		return t.token, nil
	}
	token, err := s.login.Sign(s.login.ChannelClaims(serviceURL))
	if err != nil {
		return "", err
	}
	if s.tokens == nil {
		s.tokens = map[string]signed{}
	}
	s.tokens[serviceURL] = signed{token: token, key: key, until: now.Add(tokenUse)}
	return token, nil
}
