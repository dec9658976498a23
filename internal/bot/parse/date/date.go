// Package date reads days as people write them: "3 November", "yesterday", "last week".
package date

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"calltab/internal/bot/parse/lexicon"
)

// Months is how many a year has.
const Months = 12

// months are the beginnings of their names, in their order.
var months = strings.Fields(lexicon.English.Months)

// slashDay is a day in figures, of which nobody can tell whether the day or the month stands first.
var slashDay = regexp.MustCompile(`^\d{1,2}[./]\d{1,2}[./](\d{2}|\d{4})$`)

// InFigures reports whether a word is a day in figures that stands in no settled order: 3/11/2026.
func InFigures(word string) bool { return slashDay.MatchString(word) }

// IsISO reports whether a word is or begins with a day as ISO 8601 writes it: 2026-11-03.
func IsISO(word string) bool { return isoDay.MatchString(word) }

// isDayNumber reports whether a word of one or two letters can be the day of a month.
func isDayNumber(word string) bool { return strings.Trim(word, "0123456789.") == "" }

// beforeClock is the T between a day and a time, as in 2026-11-03T14:30. isoDay is such a day.
var (
	beforeClock = regexp.MustCompile(`(\d)[Tt](\d)`)
	isoDay      = regexp.MustCompile(`^\d{4}-\d\d?-\d\d?(?:[Tt]\d|$)`)
)

// IsMonth reports whether a word begins as the name of a month does.
func IsMonth(w string) bool {
	return len(w) >= 3 && slices.Contains(months, strings.ToLower(w[:3]))
}

// At is where words go on with a day, behind a number that would swallow it: "2026-11-03", "3 November". -1 for
// nowhere.
func At(words []lexicon.Word) int {
	for i, w := range words {
		inWords := i+1 < len(words) && len(w.Text) <= 2 && isDayNumber(w.Text) && IsMonth(words[i+1].Text)
		text := strings.ToLower(w.Text)
		span := i+1 < len(words) && lexicon.English.WhichDay[text] && lexicon.English.Spans[strings.ToLower(words[i+1].Text)]
		if inWords || span || isoDay.MatchString(text) || slashDay.MatchString(text) {
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

// Read reads a day as people write one, and with a clock time the moment: "2026-11-03", "3 November", "Nov 3 2026
// 14:30", "yesterday". It is by the clock of a zone (nil: UTC); without a year the last such day is meant, but one that
// is a day or two ahead. ok is false for anything else.
func Read(text string, now time.Time, zone *time.Location) (d Day, ok bool) {
	if zone == nil {
		zone = time.UTC
	}
	today := now.In(zone)
	if d, ok := readSpan(text, today); ok {
		return d, true
	}
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

// readSpan reads a week, a month or a weekday: "last week", "this month", "last friday". A week begins on Monday
// (ISO 8601).
func readSpan(text string, today time.Time) (d Day, ok bool) {
	words := slices.DeleteFunc(strings.Fields(strings.ToLower(text)), func(w string) bool { return lexicon.English.WithinDay[w] })
	if len(words) == 1 {
		return readWeekday(words[0], today)
	}
	if len(words) != 2 {
		return d, false
	}
	back, known := lexicon.English.BackOne[words[0]], lexicon.English.WhichDay[words[0]]
	if !known {
		return d, false
	}
	year, month, day := today.Date()
	switch {
	case lexicon.English.Week[words[1]]:
		monday := day - (int(today.Weekday())+6)%7
		if back {
			monday -= 7
		}
		d.From = midnight(year, month, monday, today.Location())
		d.To = midnight(year, month, monday+7, today.Location()).Add(-time.Nanosecond)
	case lexicon.English.Month[words[1]]:
		if back {
			month--
		}
		d.From = midnight(year, month, 1, today.Location())
		d.To = midnight(year, month+1, 1, today.Location()).Add(-time.Nanosecond)
	case back: // not today
		return readWeekday(words[1], today.AddDate(0, 0, -1))
	default:
		return d, false
	}
	return d, true
}

// weekdays are their names, from Sunday on.
var weekdays = strings.Fields(lexicon.English.Weekdays)

// IsWeekday reports a day that is named by its weekday alone.
func IsWeekday(text string) bool { return slices.Contains(weekdays, strings.ToLower(text)) }

// readWeekday reads the last such day: today where it is one.
func readWeekday(word string, today time.Time) (d Day, ok bool) {
	i := slices.Index(weekdays, word)
	if i < 0 {
		return d, false
	}
	year, month, day := today.Date()
	day -= (int(today.Weekday()) - i + 7) % 7
	d.From = midnight(year, month, day, today.Location())
	d.To = midnight(year, month, day+1, today.Location()).Add(-time.Nanosecond)
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
	case lexicon.English.WithinDay[w]:
	case lexicon.English.Today[w]:
		p.year, p.month, p.day = today.Date()
	case lexicon.English.Yesterday[w]:
		p.year, p.month, p.day = today.AddDate(0, 0, -1).Date()
	case strings.Contains(w, ":") && p.clock < 0:
		t, err := time.Parse("15:04", w)
		if err != nil {
			return false
		}
		p.clock = t.Hour()*60 + t.Minute()
	case slashDay.MatchString(w): // one that is a day in one way only
		day, month, ok := slashed(w)
		if !ok {
			return false
		}
		p.day, p.month = day, month
		p.year = yearOf(w)
	case strings.Count(w, "-") == 2:
		t, err := time.Parse("2006-1-2", w)
		if err != nil {
			return false
		}
		p.year, p.month, p.day = t.Date()
	case IsMonth(w) && p.month == 0:
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

// slashed reads a day in figures that can be read in one way only: 25/12/2026 and 12/25/2026.
func slashed(w string) (day int, month time.Month, ok bool) {
	parts := strings.FieldsFunc(w, func(r rune) bool { return r == '/' || r == '.' })
	one, _ := strconv.Atoi(parts[0])
	other, _ := strconv.Atoi(parts[1])
	switch {
	case other > Months:
		return other, time.Month(one), one <= Months && one > 0
	case one > Months, one == other, strings.Contains(w, "."): // with dots the day stands first
		return one, time.Month(other), other > 0
	}
	return 0, 0, false
}

// yearOf is the year of a day in figures.
func yearOf(w string) int {
	parts := strings.FieldsFunc(w, func(r rune) bool { return r == '/' || r == '.' })
	year, _ := strconv.Atoi(parts[2])
	if year < 100 {
		year += 2000
	}
	return year
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
