package parse

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"calltab/internal/bot/parse/date"
)

// takeDays finds days and spans of days: "3 November 2026", "last week", "on Friday".
func takeDays(all []token) []token {
	for i := 0; i < len(all); i++ {
		if all[i].kind != aWord || all[i].word.Quoted {
			continue
		}
		if n := dayAt(all[i:]); n > 0 {
			var words []Word
			for _, t := range all[i : i+n] {
				words = append(words, t.word)
			}
			all = merged(all, i, i+n, aDate, Join(words))
		}
	}
	return all
}

// dayAt is how many tokens from the first on are a day; 0 where none is.
func dayAt(all []token) int {
	text := func(i int) string {
		if i >= len(all) || all[i].kind != aWord {
			return ""
		}
		return all[i].text
	}
	dayOfMonth := isDayOfMonth
	year := func(s string) bool { return len(s) == 4 && (s[:2] == "20" || s[:2] == "19") && digitsIn(s) == s }
	first := text(0)
	switch {
	case said.Days[first] && said.DayParts[text(1)]: // "Monday morning"
		return 2
	case said.Days[first], beginsWithDigit(first) && (date.IsISO(first) || date.InFigures(first)):
		return 1
	case said.EndOf[first] && text(1) == "of":
		return spanBehind(all, 2)
	case said.Within[first] && isFew(text(1)) && said.Spans[text(2)]:
		return 3
	case said.BeforeMonth[first] && year(text(1)): // "since 2019"
		return 2
	case said.BeforeMonth[first] && isWholeMonth(text(1)): // "in October"
		if year(text(2)) {
			return 3
		}
		return 2
	case isFew(first) && said.Spans[text(1)] && said.Ago[text(2)]:
		return 3
	case said.WhichDay[first] && said.Spans[text(1)]:
		return 2
	case dayOfMonth(first) && isWholeMonth(text(1)), dayOfMonth(first) && text(1) == "of" && isWholeMonth(text(2)):
		n := 2
		if text(1) == "of" {
			n = 3
		}
		if year(text(n)) {
			n++
		}
		return n
	case isWholeMonth(first) && dayOfMonth(text(1)):
		if year(text(2)) {
			return 3
		}
		return 2
	}
	return 0
}

// spanBehind is how many tokens a day has that ends with a span, such as "end of the week"; 0 where it has none.
func spanBehind(all []token, at int) int {
	for at < len(all) && all[at].kind == aWord && (said.WithinDay[all[at].text] || said.WhichDay[all[at].text]) {
		at++
	}
	if at < len(all) && (said.Spans[all[at].text] || isWholeMonth(all[at].text)) {
		return at + 1
	}
	return 0
}

// isFew reports how many days or weeks: "2", "two", "a few".
func isFew(s string) bool { return said.FewCounts[s] || isDayOfMonth(s) && digitsIn(s) == s }

var dayNumber = regexp.MustCompile(`^(0?[1-9]|[12]\d|3[01])(st|nd|rd|th)?$`)

func isDayOfMonth(s string) bool { return beginsWithDigit(s) && dayNumber.MatchString(s) }

func beginsWithDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// isWholeMonth reports the name of a month or its beginning: "march" and "mar", not "marchetti".
func isWholeMonth(s string) bool { return date.IsMonth(s) && (len(s) == 3 || said.MonthNames[s]) }

// TwoDays are the two days that one in figures can be: 03/02/2026 is 3 February or 2 March. None where it is one day,
// or none at all.
func TwoDays(text string) []string {
	text = strings.TrimSpace(text)
	if !date.InFigures(text) || !strings.Contains(text, "/") {
		return nil
	}
	parts := strings.Split(text, "/")
	one, _ := strconv.Atoi(parts[0])
	other, _ := strconv.Atoi(parts[1])
	if one > date.Months || other > date.Months || one == other || one == 0 || other == 0 {
		return nil
	}
	year := parts[2]
	if len(year) == 2 {
		year = "20" + year
	}
	in := func(day, month int) string { return strconv.Itoa(day) + " " + time.Month(month).String() + " " + year }
	return []string{in(one, other), in(other, one)}
}

// TakeDay takes a day out of a line: "remove Dana on Friday". What says nothing but now is no such day.
func TakeDay(words []Word) (day string, rest []Word) { return takeDay(words, false) }

// TakePeriod is TakeDay for a list of what was: today is such a day, too.
func TakePeriod(words []Word) (day string, rest []Word) { return takeDay(words, true) }

func takeDay(words []Word, today bool) (day string, rest []Word) {
	all := make([]token, 0, len(words))
	for _, w := range words {
		all = append(all, token{word: w, text: folded(w.Text)})
	}
	for i := range all {
		n := 0
		if !all[i].word.Quoted {
			n = dayAt(all[i:])
		}
		if n == 0 || said.Now[all[i].text] && !today {
			continue
		}
		from := i
		if i > 0 && said.WithinDay[all[i-1].text] {
			from--
		}
		return Join(words[i : i+n]), slices.Concat(words[:from], words[i+n:])
	}
	return "", words
}

// SaysNow reports whether words say nothing but today, which is no day that an order waits for.
func SaysNow(words []Word) bool { return len(words) == 1 && said.Now.Has(words[0]) }
