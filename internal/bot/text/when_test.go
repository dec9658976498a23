package text

import (
	"testing"
	"time"
)

func TestWhen(t *testing.T) {
	t.Parallel()
	w := english(t)
	zone := func(name string) *time.Location {
		z, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		name, t, now string
		zone         *time.Location
		want         string
	}{
		{"now", "2026-03-12T14:05:00Z", "2026-03-12T14:05:00Z", time.UTC, "14:05"},
		{"earlier today", "2026-03-12T00:00:00Z", "2026-03-12T23:59:59Z", nil, "00:00"},
		{"later today", "2026-03-12T23:59:00Z", "2026-03-12T00:00:00Z", nil, "23:59"},
		{"yesterday", "2026-03-11T23:59:00Z", "2026-03-12T00:01:00Z", nil, "yesterday 23:59"},
		{"tomorrow", "2026-03-13T00:10:00Z", "2026-03-12T23:50:00Z", nil, "tomorrow 00:10"},
		{"two days ago", "2026-03-10T14:05:00Z", "2026-03-12T14:05:00Z", nil, "10 Mar 14:05"},
		{"in two days", "2026-03-14T14:05:00Z", "2026-03-12T14:05:00Z", nil, "14 Mar 14:05"},
		{"last year", "2025-12-30T09:00:00Z", "2026-03-12T14:05:00Z", nil, "30 Dec 2025 09:00"},
		{"yesterday was last year", "2025-12-31T09:00:00Z", "2026-01-01T09:00:00Z", nil, "yesterday 09:00"},
		{"today here, yesterday there", "2026-03-12T02:00:00Z", "2026-03-12T14:00:00Z", zone("America/Los_Angeles"), "yesterday 19:00"},
		{"yesterday here, today there", "2026-03-11T16:00:00Z", "2026-03-12T10:00:00Z", zone("Asia/Tokyo"), "01:00"},
		{"a day of 23 hours", "2026-03-28T23:30:00Z", "2026-03-29T21:00:00Z", zone("Europe/Berlin"), "00:30"},
		{"over a day of 25 hours", "2026-10-24T22:30:00Z", "2026-10-25T23:15:00Z", zone("Europe/Berlin"), "yesterday 00:30"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := w.When(at(c.t), at(c.now), c.zone); got != c.want {
				t.Errorf("When(%s) at %s = %q, want %q", c.t, c.now, got, c.want)
			}
		})
	}
	if got := w.When(time.Time{}, at("2026-03-12T14:05:00Z"), nil); got != "" {
		t.Errorf("When of no moment = %q, want nothing", got)
	}
}

func TestAgoAndSpan(t *testing.T) {
	t.Parallel()
	w, now := english(t), time.Date(2026, 3, 12, 14, 5, 0, 0, time.UTC)
	for _, c := range []struct {
		d         time.Duration
		ago, span string
	}{
		{-time.Minute, "just now", "1 minute"},
		{0, "just now", "1 minute"},
		{59 * time.Second, "just now", "1 minute"},
		{time.Minute, "1 minute ago", "1 minute"},
		{119 * time.Second, "1 minute ago", "1 minute"},
		{5 * time.Minute, "5 minutes ago", "5 minutes"},
		{time.Hour, "1 hour ago", "1 hour"},
		{4*time.Hour + time.Minute, "4 hours ago", "4 hours"},
		{24 * time.Hour, "24 hours ago", "24 hours"},
		{36 * time.Hour, "2 days ago", "2 days"},
		{59 * time.Hour, "2 days ago", "2 days"},
		{60 * time.Hour, "3 days ago", "3 days"},
	} {
		if got := w.Ago(now.Add(-c.d), now); got != c.ago {
			t.Errorf("Ago of %v = %q, want %q", c.d, got, c.ago)
		}
		if got := w.Span(c.d); got != c.span {
			t.Errorf("Span(%v) = %q, want %q", c.d, got, c.span)
		}
	}
	if got := w.Ago(time.Time{}, now); got != "" {
		t.Errorf("Ago of no moment = %q, want nothing", got)
	}
}

func english(t *testing.T) *Words {
	t.Helper()
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return c.For("en")
}
