package chat

import "time"

// limit allows n calls in any stretch of time that long.
type limit struct {
	n   int
	per time.Duration
}

// Limits for one bot in one thread ([rate]). The page counts sending and
// creating together; that replies, edits and deletions count as sends is
// [chosen]. Its limit over all threads of a tenant (50 a second) is left out:
// the sandbox has one bot and its clock may stand still.
var (
	sendLimits = []limit{{7, time.Second}, {8, 2 * time.Second}, {60, 30 * time.Second}, {1800, time.Hour}}
	readLimits = []limit{{14, time.Second}, {16, 2 * time.Second}, {120, 30 * time.Second}, {3600, time.Hour}}
)

// meter remembers the accepted calls of one kind to one thread.
type meter struct {
	at []time.Time
}

// take counts a call at now, or says how long to wait before it would be
// accepted. A refused call does not count.
func (m *meter) take(now time.Time, limits []limit) time.Duration {
	var wait, longest time.Duration
	for _, l := range limits {
		longest = max(longest, l.per)
		if len(m.at) < l.n {
			continue
		}
		if free := m.at[len(m.at)-l.n].Add(l.per); free.After(now) {
			wait = max(wait, free.Sub(now))
		}
	}
	if wait > 0 {
		return wait
	}
	old := 0
	for old < len(m.at) && !m.at[old].Add(longest).After(now) {
		old++
	}
	m.at = append(m.at[old:], now)
	return 0
}

// limited counts a send to (or a read of) a conversation. The caller holds the
// lock.
func (s *Server) limited(what, conversation string, limits []limit) *refusal {
	if s.cfg.Unlimited {
		return nil
	}
	key := what + " " + conversation
	m := s.meters[key]
	if m == nil {
		m = &meter{}
		s.meters[key] = m
	}
	if wait := m.take(s.cfg.Now(), limits); wait > 0 {
		return throttled(wait)
	}
	return nil
}

func (s *Server) limitSend(t *thread) *refusal { return s.limited("send", t.id, sendLimits) }
func (s *Server) limitRead(t *thread) *refusal { return s.limited("read", t.id, readLimits) }
