package date

import (
	"regexp"
	"strings"

	"calltab/internal/bot/parse/lexicon"
)

// Comma is the text of a comma between words, as Phrase takes it: "January 5th, 2027".
const Comma = ","

// A day of a month, days in figures, and times of day, each as one word.
var (
	dayNumber = regexp.MustCompile(`^(0?[1-9]|[12]\d|3[01])(st|nd|rd|th)?$`)
	ordinal   = regexp.MustCompile(`^(0?[1-9]|[12]\d|3[01])(st|nd|rd|th)$`)
	noYear    = regexp.MustCompile(`^(0?[1-9]|[12]\d|3[01])/(0?[1-9]|[12]\d|3[01])$|^(0?[1-9]|[12]\d|3[01])\.(0?[1-9]|1[0-2])$`)
	dashed    = regexp.MustCompile(`^(0?[1-9]|[12]\d|3[01])-(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(-\d{2,4})?$`)
	packed    = regexp.MustCompile(`^20\d\d(/?)(0[1-9]|1[0-2])(/?)(0[1-9]|[12]\d|3[01])$`)
	clockTime = regexp.MustCompile(`^([01]?\d|2[0-4])([:.h][0-5]\d)?(am|pm|a\.m|p\.m|h|hrs)$|^([01]?\d|2[0-3]):[0-5]\d$`)
	quarter   = regexp.MustCompile(`^q[1-4]$`)
)

// phrase is the words of a line from one on, each in small letters. What is no plain word is empty.
type phrase []string

func (p phrase) at(i int) string {
	if i < 0 || i >= len(p) {
		return ""
	}
	return p[i]
}

// Length is how many words from the first on say when: a day, a span of days, a time of day, or several of them behind
// each other, such as "9am on Thursday"; 0 where the first word begins none. before is the word in front of them.
func Length(words []string, before string) int {
	p := phrase(words)
	n := p.day(before)
	if n == 0 {
		n = p.clock(before)
		if n == 0 {
			return 0
		}
		return n + p.rest(n, phrase.day)
	}
	return n + p.rest(n, phrase.clock)
}

// rest is how many words go on with a time behind a day, or with a day behind a time: "on Thursday at 9".
func (p phrase) rest(from int, length func(phrase, string) int) int {
	said := lexicon.English
	more := from
	for said.WithinDay[p.at(more)] || p.at(more) == Comma {
		more++
	}
	if more > len(p) {
		return 0
	}
	if n := length(p[min(more, len(p)):], p.at(more-1)); n > 0 {
		return more + n - from
	}
	if said.Onwards[p.at(from)] {
		return 1
	}
	return 0
}

// clock is how many words a time of day has: "9am", "22:00", "at 9", "at noon".
func (p phrase) clock(before string) int {
	first := p.at(0)
	switch {
	case first == "" || first[0] > '9' && !lexicon.English.Hours[first]:
		return 0
	case clockTime.MatchString(first), lexicon.English.Hours[first]:
		return 1
	case isHour(first) && lexicon.English.HalfDays[p.at(1)]: // "5 p.m"
		return 2
	case isHour(first) && before == "at" && !isFew(p.at(1)):
		return 1
	}
	return 0
}

// isHour reports an hour in figures.
func isHour(s string) bool {
	return len(s) < 3 && s != "" && strings.Trim(s, "0123456789") == "" && s < "25"
}

// day is how many words a day or a span of days has.
func (p phrase) day(before string) int {
	said := lexicon.English
	first := p.at(0)
	switch {
	case first == "":
		return 0
	case said.Days[first] && said.DayParts[p.at(1)], said.Days[first] && said.Week[p.at(1)]: // "Monday morning"
		return 2
	case isEarly(first): // "mid-March"
		return 1
	case said.Early[first]: // "later this week", "early January", "mid March"
		if n := p[1:].day(first); n > 0 {
			return 1 + n
		}
		return 0
	case first == "day" && said.Ago[p.at(1)] && said.Days[p.at(2)]: // "the day after tomorrow"
		return 3
	case said.Days[first] && isDayOfMonth(p.at(1)) && isWholeMonth(p.at(2)): // "Friday 12 December"
		return 1 + p[1:].day(first)
	case said.Days[first], isInFigures(first):
		return 1
	case said.ShortDays[first] && (said.BeforeMonth[before] || said.WhichDay[before] || before == "by"):
		return 1
	case said.ShortDays[first] && isDayOfMonth(p.at(1)) && isWholeMonth(p.at(2)):
		return 1 + p[1:].day(first)
	case said.Deadlines[first]: // "EOM", "COB Friday"
		return 1 + phrase(p[1:]).day(first)
	case quarter.MatchString(first):
		return 1 + p.year(1)
	case said.Holidays[first]:
		return 1 + p.year(1)
	case said.EndOf[first]:
		if n := p.endOf(); n > 0 {
			return n
		}
	}
	return p.span(before)
}

// isEarly reports a part of a month in one word: "mid-January".
func isEarly(s string) bool {
	part, month, ok := strings.Cut(s, "-")
	return ok && lexicon.English.Early[part] && isWholeMonth(month)
}

// endOf is how many words "end of the week" and "first week of February" have; 0 where it is neither.
func (p phrase) endOf() int {
	said := lexicon.English
	at := 1
	if said.Spans[p.at(at)] && p.at(at+1) == "of" {
		at++
	}
	if p.at(at) != "of" {
		return 0
	}
	at++
	for said.WithinDay[p.at(at)] || said.WhichDay[p.at(at)] {
		at++
	}
	if said.Spans[p.at(at)] || isWholeMonth(p.at(at)) {
		return at + 1 + p.year(at+1)
	}
	return 0
}

// year is 1 where a year stands at a place, else 0.
func (p phrase) year(at int) int {
	if s := p.at(at); len(s) == 4 && (s[:2] == "20" || s[:2] == "19") && strings.Trim(s, "0123456789") == "" {
		return 1
	}
	return 0
}

// span is how many words a span of days or a day of a month has: "in October", "two weeks ago", "next week", "5 May".
func (p phrase) span(before string) int {
	said := lexicon.English
	first := p.at(0)
	switch {
	case said.Within[first] && isFew(p.at(1)) && said.Spans[p.at(2)]:
		return 3
	case said.BeforeMonth[first] && p.year(1) == 1: // "since 2019"
		return 2
	case said.BeforeMonth[first] && isWholeMonth(p.at(1)) && !isDayOfMonth(p.at(2)): // "in October"
		return 2 + p.year(2)
	case isFew(first) && said.Spans[p.at(1)] && said.Ago[p.at(2)]:
		if said.Days[p.at(3)] || said.Now[p.at(3)] || p.at(3) == "now" { // "two weeks from now"
			return 4
		}
		return 3
	case said.WhichDay[first] && said.Spans[p.at(1)], said.WhichDay[first] && said.ShortDays[p.at(1)]:
		return 2
	case said.WhichDay[first] && isFew(p.at(1)) && said.Spans[p.at(2)]: // "last 7 days"
		return 3
	case isDayOfMonth(first) && isWholeMonth(p.at(1)):
		return 2 + p.year(2)
	case isDayOfMonth(first) && p.at(1) == "of" && isWholeMonth(p.at(2)):
		return 3 + p.year(3)
	case isWholeMonth(first) && isDayOfMonth(p.at(1)):
		if p.at(2) == Comma && p.year(3) == 1 {
			return 4
		}
		return 2 + p.year(2)
	case said.Early[before] && isWholeMonth(first):
		return 1 + p.year(1)
	case ordinal.MatchString(first) && said.WithinDay[before]: // "on the 3rd"
		return 1
	}
	return 0
}

// isInFigures reports a day that is one word of figures: "2026-11-03", "14/12", "14-Dec-2026".
func isInFigures(s string) bool {
	if s[0] < '0' || s[0] > '9' {
		return false
	}
	return IsISO(s) || InFigures(s) || noYear.MatchString(s) || dashed.MatchString(s) || packed.MatchString(s)
}

// IsFew reports how many days or weeks: "2", "two", "a few".
func IsFew(s string) bool { return isFew(s) }

func isFew(s string) bool {
	return lexicon.English.FewCounts[s] || isDayOfMonth(s) && strings.Trim(s, "0123456789") == ""
}

func isDayOfMonth(s string) bool {
	return s != "" && s[0] >= '0' && s[0] <= '9' && dayNumber.MatchString(s)
}

// isWholeMonth reports the name of a month or its beginning: "march" and "mar", not "marchetti".
func isWholeMonth(s string) bool { return IsMonth(s) && (len(s) == 3 || lexicon.English.MonthNames[s]) }

// CouldBegin reports a word that a day or a time may begin with. It is quick, and passes over most words.
func CouldBegin(w string) bool {
	if w == "" {
		return false
	}
	return w[0] >= '0' && w[0] <= '9' || beginnings[w] || IsMonth(w) || isEarly(w)
}

// beginnings are the words that Length looks for in the first place.
var beginnings = func() lexicon.Set {
	said := lexicon.English
	all := lexicon.SetOf("day", "q1", "q2", "q3", "q4")
	for _, set := range []lexicon.Set{said.Days, said.Early, said.ShortDays, said.Deadlines, said.Holidays, said.EndOf,
		said.Within, said.BeforeMonth, said.FewCounts, said.WhichDay, said.Hours} {
		for w := range set {
			all[w] = true
		}
	}
	return all
}()
