package graph

import (
	"net/http"
	"time"
)

// window is a throttling limit: so many requests in ten seconds of business time.
type window struct {
	most  int
	start time.Time
	used  int
}

const windowLength = 10 * time.Second

// limits returns the limits that are kept. The directory's are the documented ones: 3,500 resource units in ten seconds
// in a small tenant, 8,000 in one of more than 500 people (one unit a request here,
// https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits). For Teams administration the
// page has no row; 350 writes is assumed after the assignment service's limit, and 30 pages of the list of people so
// that reading a large tenant meets one.
func limits(people int) map[family]*window {
	units := 3500
	if people > 500 {
		units = 8000
	}
	return map[family]*window{directory: {most: units}, telephony: {most: 350}, everybody: {most: 30}}
}

func (s *Server) throttle(f family, method string) *problem {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.limits[f]
	if s.cfg.Unlimited || w == nil || f == telephony && method == http.MethodGet {
		return nil
	}
	now := s.cfg.Now()
	if now.Sub(w.start) >= windowLength {
		w.start, w.used = now, 0
	}
	if w.used++; w.used <= w.most {
		return nil
	}
	return &problem{status: http.StatusTooManyRequests, code: "TooManyRequests", message: "Too many requests.",
		retry: windowLength - now.Sub(w.start)}
}
