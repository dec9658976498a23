package chat

import (
	"net/http"
	"testing"
	"time"
)

func TestMeter(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	type step struct {
		at    time.Duration
		calls int
		wait  time.Duration // of the last call
	}
	tests := []struct {
		name   string
		limits []limit
		steps  []step
	}{
		{"seven in a second", sendLimits, []step{{0, 7, 0}, {0, 1, time.Second}, {time.Second, 1, 0}}},
		{"eight in two", sendLimits, []step{
			{0, 7, 0}, {1100 * time.Millisecond, 1, 0}, {1200 * time.Millisecond, 1, 800 * time.Millisecond}, {2 * time.Second, 1, 0}}},
		{"sixty in thirty", []limit{{60, 30 * time.Second}}, []step{{0, 60, 0}, {10 * time.Second, 1, 20 * time.Second}, {30 * time.Second, 60, 0}}},
		{"the hour", []limit{{1800, time.Hour}}, []step{{0, 1800, 0}, {time.Minute, 1, 59 * time.Minute}, {time.Hour, 1, 0}}},
		{"reads", readLimits, []step{{0, 14, 0}, {0, 1, time.Second}}},
		{"a refusal does not count", sendLimits, []step{{0, 7, 0}, {0, 50, time.Second}, {time.Second, 1, 0}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := &meter{}
			for _, s := range tt.steps {
				var wait time.Duration
				for range s.calls {
					wait = m.take(start.Add(s.at), tt.limits)
				}
				if wait != s.wait {
					t.Errorf("at %v: wait %v, want %v", s.at, wait, s.wait)
				}
			}
		})
	}
}

func TestMeterForgets(t *testing.T) {
	t.Parallel()
	m, now := &meter{}, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for range 5000 {
		now = now.Add(time.Minute)
		m.take(now, sendLimits)
	}
	if len(m.at) > 60 {
		t.Errorf("%d calls remembered, one a minute for an hour is 60", len(m.at))
	}
}

func TestThrottlingIsPerThread(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	alice, dana := w.chatOf("alice"), w.chatOf("dana")
	for range 6 { // opening the chat was the first
		w.post(alice, "hi")
	}
	r := w.call("POST", message("hi"), alice, "activities")
	if r.status != http.StatusTooManyRequests || r.header.Get("Retry-After") != "1" || r.code() != "Throttled" {
		t.Errorf("got %d %s, Retry-After %q", r.status, r.raw, r.header.Get("Retry-After"))
	}
	w.post(dana, "not affected")
	for range 14 {
		if r := w.call("GET", "", alice, "members"); r.status != http.StatusOK {
			t.Fatalf("a read counts as a send: %d %s", r.status, r.raw)
		}
	}
	if r := w.call("GET", "", alice, "members"); r.status != http.StatusTooManyRequests {
		t.Errorf("15th read: got %d", r.status)
	}
	w.advance(time.Second)
	w.post(alice, "after the wait")
}

func TestUnlimited(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Unlimited = true })
	for range 100 {
		w.post(w.GroupChat(), "hi")
	}
}
