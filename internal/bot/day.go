package bot

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// months are the beginnings of their names.
var months = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// beforeClock is the T between a day and a time, as in 2026-11-03T14:30. isoDay is such a day.
var (
	beforeClock = regexp.MustCompile(`(\d)[Tt](\d)`)
	isoDay      = regexp.MustCompile(`^\d{4}-\d\d?-\d\d?(?:[Tt]\d|$)`)
)

func isMonth(w string) bool {
	return len(w) >= 3 && slices.Contains(months, strings.ToLower(w[:3]))
}

// atDay is where words go on with a day, behind a number that would swallow it: "2026-11-03", "3 November". -1 for nowhere.
func atDay(words []word) int {
	for i, w := range words {
		if isoDay.MatchString(w.text) || i+1 < len(words) && len(w.text) <= 2 && numberish(w.text) && isMonth(words[i+1].text) {
			return i
		}
	}
	return -1
}

// theDay is a day, or a moment where both are the same.
type theDay struct {
	from, to time.Time
	lastYear bool // the text names no year, and this year's day is still to come or is none
}

// aheadDays is how far ahead a day without a year is taken for a slip: a day or two ago is what is asked about, and not a year.
const aheadDays = 2

// readDay reads a day as people write one, and with a clock time the moment: "2026-11-03", "3 November", "Nov 3 2026 14:30",
// "yesterday". It is by the clock of a zone (nil: UTC); without a year the last such day is meant, but one that is a day or two ahead.
// ok is false for anything else.
func readDay(text string, now time.Time, zone *time.Location) (d theDay, ok bool) {
	if zone == nil {
		zone = time.UTC
	}
	today := now.In(zone)
	year, month, day, clock := 0, time.Month(0), 0, -1
	for _, w := range strings.Fields(strings.ToLower(beforeClock.ReplaceAllString(strings.ReplaceAll(text, ",", " "), "$1 $2"))) {
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
				return d, false
			}
			clock = t.Hour()*60 + t.Minute()
		case strings.Count(w, "-") == 2:
			t, err := time.Parse("2006-1-2", w)
			if err != nil {
				return d, false
			}
			year, month, day = t.Date()
		case isMonth(w) && month == 0:
			month = time.Month(slices.Index(months, w[:3]) + 1)
		default:
			n, err := strconv.Atoi(strings.TrimRight(w, ".stndrh"))
			switch {
			case err != nil:
				return d, false
			case n >= 1 && n <= 31 && day == 0:
				day = n
			case n >= 2000 && n <= 9999 && year == 0:
				year = n
			default:
				return d, false
			}
		}
	}
	if month == 0 || day == 0 {
		return d, false
	}
	if year == 0 {
		year = today.Year()
		soon := midnight(today.Year(), today.Month(), today.Day()+aheadDays, zone)
		for !thereIs(year, month, day) || midnight(year, month, day, zone).After(soon) {
			if year--; today.Year()-year > 8 { // no 29 February is longer ago, and there is no 31 June
				return d, false
			}
		}
		d.lastYear = year < today.Year()
	}
	switch {
	case !thereIs(year, month, day):
		return d, false
	case clock >= 0:
		d.from = time.Date(year, month, day, clock/60, clock%60, 0, 0, zone)
		d.to = d.from
	default:
		d.from, d.to = midnight(year, month, day, zone), midnight(year, month, day+1, zone).Add(-time.Nanosecond)
	}
	return d, true
}

// thereIs reports whether a month has a day.
func thereIs(year int, month time.Month, day int) bool {
	return time.Date(year, month, day, 12, 0, 0, 0, time.UTC).Day() == day
}

// midnight is the first instant of a day. Where clocks change at midnight, the day has none or two.
func midnight(year int, month time.Month, day int, zone *time.Location) time.Time {
	at := time.Date(year, month, day, 0, 0, 0, 0, zone)
	today := time.Date(year, month, day, 12, 0, 0, 0, zone).Day()
	for at.Day() != today {
		at = at.Add(time.Hour)
	}
	for at.Add(-time.Hour).Day() == today {
		at = at.Add(-time.Hour)
	}
	return at
}
