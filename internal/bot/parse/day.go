package parse

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// months are the beginnings of their names, in their order.
var months = strings.Fields(said.Months)

// beforeClock is the T between a day and a time, as in 2026-11-03T14:30. isoDay is such a day.
var (
	beforeClock = regexp.MustCompile(`(\d)[Tt](\d)`)
	isoDay      = regexp.MustCompile(`^\d{4}-\d\d?-\d\d?(?:[Tt]\d|$)`)
)

func isMonth(w string) bool {
	return len(w) >= 3 && slices.Contains(months, strings.ToLower(w[:3]))
}

// AtDay is where words go on with a day, behind a number that would swallow it: "2026-11-03", "3 November". -1 for
// nowhere.
func AtDay(words []Word) int {
	for i, w := range words {
		inWords := i+1 < len(words) && len(w.Text) <= 2 && Numberish(w.Text) && isMonth(words[i+1].Text)
		if inWords || isoDay.MatchString(w.Text) {
			return i
		}
	}
	return -1
}

// Day is a day, or a moment where both are the same.
type Day struct {
	From, To time.Time
	LastYear bool // the text names no year, and this year's day is still to come or is none
}

// aheadDays is how far ahead a day without a year is taken for a slip: a day or two ago is what is asked about, and not
// a year.
const aheadDays = 2

// ReadDay reads a day as people write one, and with a clock time the moment: "2026-11-03", "3 November", "Nov 3 2026
// 14:30", "yesterday". It is by the clock of a zone (nil: UTC); without a year the last such day is meant, but one that
// is a day or two ahead. ok is false for anything else.
func ReadDay(text string, now time.Time, zone *time.Location) (d Day, ok bool) {
	if zone == nil {
		zone = time.UTC
	}
	today := now.In(zone)
	p := dateParts{clock: -1}
	spaced := strings.ReplaceAll(text, ",", " ")
	spaced = beforeClock.ReplaceAllString(spaced, "$1 $2")
	for _, w := range strings.Fields(strings.ToLower(spaced)) {
		if !p.read(w, today) {
			return d, false
		}
	}
	if p.month == 0 || p.day == 0 {
		return d, false
	}
	if p.year == 0 {
		if !p.lastYear(today) {
			return d, false
		}
		d.LastYear = p.year < today.Year()
	}
	if !thereIs(p.year, p.month, p.day) {
		return d, false
	}
	if p.clock >= 0 {
		d.From = time.Date(p.year, p.month, p.day, p.clock/60, p.clock%60, 0, 0, zone)
		d.To = d.From
		return d, true
	}
	d.From = midnight(p.year, p.month, p.day, zone)
	d.To = midnight(p.year, p.month, p.day+1, zone).Add(-time.Nanosecond)
	return d, true
}

// dateParts are the parts of a day that were read; what was not is zero.
type dateParts struct {
	year  int
	month time.Month
	day   int
	clock int // in minutes; below zero: no time was read
}

// read takes one word, in small letters. It reports false for one that does not belong to a day.
func (p *dateParts) read(w string, today time.Time) bool {
	switch {
	case said.WithinDay[w]:
	case said.Today[w]:
		p.year, p.month, p.day = today.Date()
	case said.Yesterday[w]:
		p.year, p.month, p.day = today.AddDate(0, 0, -1).Date()
	case strings.Contains(w, ":") && p.clock < 0:
		t, err := time.Parse("15:04", w)
		if err != nil {
			return false
		}
		p.clock = t.Hour()*60 + t.Minute()
	case strings.Count(w, "-") == 2:
		t, err := time.Parse("2006-1-2", w)
		if err != nil {
			return false
		}
		p.year, p.month, p.day = t.Date()
	case isMonth(w) && p.month == 0:
		p.month = time.Month(slices.Index(months, w[:3]) + 1)
	default:
		return p.readFigures(w)
	}
	return true
}

// readFigures takes a day of the month, such as "3" or "3rd", or a year.
func (p *dateParts) readFigures(w string) bool {
	n, err := strconv.Atoi(strings.TrimRight(w, ".stndrh"))
	switch {
	case err != nil:
		return false
	case n >= 1 && n <= 31 && p.day == 0:
		p.day = n
	case n >= 2000 && n <= 9999 && p.year == 0:
		p.year = n
	default:
		return false
	}
	return true
}

// lastYear finds the year of the last such day. It reports false where there is none.
func (p *dateParts) lastYear(today time.Time) bool {
	const most = 8 // no 29 February is longer ago, and there is no 31 June
	zone := today.Location()
	soon := midnight(today.Year(), today.Month(), today.Day()+aheadDays, zone)
	for p.year = today.Year(); today.Year()-p.year <= most; p.year-- {
		if thereIs(p.year, p.month, p.day) && !midnight(p.year, p.month, p.day, zone).After(soon) {
			return true
		}
	}
	return false
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
