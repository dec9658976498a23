package text

import (
	"strconv"
	"time"
)

// When writes a moment for people who look at it now: "14:05" today, "yesterday 14:05", "12 Mar 14:05", and with the
// year where that is another one. Days are those of the zone; nil is UTC. The zero moment is "".
func (w *Words) When(t, now time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	if zone == nil {
		zone = time.UTC
	}
	t, now = t.In(zone), now.In(zone)
	clock := t.Format("15:04")
	switch daysBetween(now, t) {
	case 0:
		return clock
	case -1:
		return w.Say("when.yesterday", "time", clock)
	case 1:
		return w.Say("when.tomorrow", "time", clock)
	}
	day, month := strconv.Itoa(t.Day()), w.Say("month."+strconv.Itoa(int(t.Month())))
	if t.Year() == now.Year() {
		return w.Say("when.day", "day", day, "month", month, "time", clock)
	}
	return w.Say("when.year", "day", day, "month", month, "year", strconv.Itoa(t.Year()), "time", clock)
}

// daysBetween counts calendar days from one local moment to another; a day with a change of the clock counts as one.
func daysBetween(from, to time.Time) int {
	midnight := func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	}
	return int(midnight(to).Sub(midnight(from)) / (24 * time.Hour))
}

// Ago writes how long ago a moment was: "just now", "5 minutes ago". The zero moment is "".
func (w *Words) Ago(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	d := now.Sub(t)
	if d < time.Minute {
		return w.Say("ago.now")
	}
	return w.Say("ago", "span", w.Span(d))
}

// Span writes a duration in its largest whole unit: "5 minutes", "4 hours", "3 days"; from 36 hours on in days.
// Anything under a minute is "1 minute".
func (w *Words) Span(d time.Duration) string {
	unit, count := "span.minutes", int(d/time.Minute)
	switch {
	case d >= 36*time.Hour:
		unit, count = "span.days", int((d+12*time.Hour)/(24*time.Hour))
	case d >= time.Hour:
		unit, count = "span.hours", int(d/time.Hour)
	}
	return w.Say(unit, "count", strconv.Itoa(max(count, 1)))
}
