package bot

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// months are the beginnings of their names.
var months = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// readDay reads a day as people write one, and with a clock time the moment: "2026-11-03", "3 November", "Nov 3 2026 14:30",
// "yesterday". It is by the clock of a zone (nil: UTC); without a year the last such day is meant. ok is false for anything else.
func readDay(text string, now time.Time, zone *time.Location) (from, to time.Time, ok bool) {
	if zone == nil {
		zone = time.UTC
	}
	today := now.In(zone)
	year, month, day, clock := 0, time.Month(0), 0, -1
	for _, w := range strings.Fields(strings.ToLower(strings.NewReplacer(",", " ", "T", " ", "t ", " ").Replace(text))) {
		switch {
		case w == "on" || w == "at" || w == "of" || w == "the":
		case w == "today" || w == "yesterday":
			at := today
			if w == "yesterday" {
				at = today.AddDate(0, 0, -1)
			}
			year, month, day = at.Date()
		case strings.Contains(w, ":") && clock < 0:
			t, err := time.Parse("15:04", w)
			if err != nil {
				return from, to, false
			}
			clock = t.Hour()*60 + t.Minute()
		case strings.Count(w, "-") == 2:
			t, err := time.Parse("2006-1-2", w)
			if err != nil {
				return from, to, false
			}
			year, month, day = t.Date()
		case len(w) >= 3 && slices.Contains(months, w[:3]) && month == 0:
			month = time.Month(slices.Index(months, w[:3]) + 1)
		default:
			n, err := strconv.Atoi(strings.TrimRight(w, ".stndrh"))
			switch {
			case err != nil:
				return from, to, false
			case n >= 1 && n <= 31 && day == 0:
				day = n
			case n >= 2000 && n <= 9999 && year == 0:
				year = n
			default:
				return from, to, false
			}
		}
	}
	if month == 0 || day == 0 {
		return from, to, false
	}
	if year == 0 {
		if year = today.Year(); time.Date(year, month, day, 0, 0, 0, 0, zone).After(now) {
			year--
		}
	}
	from = time.Date(year, month, day, 0, 0, 0, 0, zone)
	if from.Day() != day { // there is no 31 June
		return from, to, false
	}
	if clock >= 0 {
		from = time.Date(year, month, day, clock/60, clock%60, 0, 0, zone)
		return from, from, true
	}
	return from, from.AddDate(0, 0, 1).Add(-time.Nanosecond), true
}
