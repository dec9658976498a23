package date

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"calltab/internal/bot/parse/lexicon"
)

// TwoDays are the two days that one in figures can be: 03/02/2026 is 3 February or 2 March. None where it is one day,
// or none at all.
func TwoDays(text string) []string {
	text = strings.TrimSpace(text)
	if !InFigures(text) || !strings.Contains(text, "/") {
		return nil
	}
	parts := strings.Split(text, "/")
	one, _ := strconv.Atoi(parts[0])
	other, _ := strconv.Atoi(parts[1])
	if one > Months || other > Months || one == other || one == 0 || other == 0 {
		return nil
	}
	year := parts[2]
	if len(year) == 2 {
		year = "20" + year
	}
	in := func(day, month int) string { return strconv.Itoa(day) + " " + time.Month(month).String() + " " + year }
	return []string{in(one, other), in(other, one)}
}

// Either are the two days to come that one in figures can be, the nearer years of which are meant where it names none:
// 1/2 is 1 February or 2 January. None where it is one day, or none at all.
func Either(text string, now time.Time, zone *time.Location) (days []string) {
	if two := TwoDays(text); len(two) > 0 || !noYear.MatchString(text) || !strings.Contains(text, "/") {
		return two
	}
	if zone == nil {
		zone = time.UTC
	}
	today := now.In(zone)
	for i, day := range TwoDays(text + "/" + strconv.Itoa(today.Year())) {
		read, ok := Until(day, now, zone)
		if ok && read.Before(today) {
			day = TwoDays(text + "/" + strconv.Itoa(today.Year()+1))[i]
		}
		days = append(days, day)
	}
	return days
}

// inWords is a day in figures without a year that can be one day only: "25 December" for 25/12 and 25.12. Any other
// text is returned as it is.
func inWords(text string) string {
	if !noYear.MatchString(text) {
		return text
	}
	one, other, _ := strings.Cut(strings.ReplaceAll(text, ".", "/"), "/")
	day, _ := strconv.Atoi(one)
	month, _ := strconv.Atoi(other)
	if month > Months {
		day, month = month, day
	}
	if month > Months {
		return text
	}
	return strconv.Itoa(day) + " " + time.Month(month).String()
}

// Take takes a day out of a line: "remove Dana on Friday". What says nothing but now is no such day.
func Take(words []lexicon.Word) (day string, rest []lexicon.Word) { return takeDay(words, false) }

// TakePeriod is Take for a list of what was: today is such a day, too.
func TakePeriod(words []lexicon.Word) (day string, rest []lexicon.Word) { return takeDay(words, true) }

func takeDay(words []lexicon.Word, today bool) (day string, rest []lexicon.Word) {
	texts := make([]string, len(words))
	for i, w := range words {
		if !w.Quoted {
			texts[i] = lexicon.Spelt(lexicon.Folded(w.Text))
		}
	}
	for i := range words {
		n, before := 0, ""
		if i > 0 {
			before = texts[i-1]
		}
		if CouldBegin(texts[i]) {
			n = Length(texts[i:], before)
		}
		if n == 0 || lexicon.English.Now[texts[i]] && !today {
			continue
		}
		from := i
		if i > 0 && lexicon.English.WithinDay[texts[i-1]] {
			from--
		}
		return lexicon.Join(words[i : i+n]), slices.Concat(words[:from], words[i+n:])
	}
	return "", words
}

// SaysNow reports whether words say nothing but today, which is no day that an order waits for.
func SaysNow(words []lexicon.Word) bool { return len(words) == 1 && lexicon.English.Now.Has(words[0]) }

// TakeUntil takes the day out until which something is to last: "until Friday", "until 24 December", "for two weeks".
func TakeUntil(words []lexicon.Word) (day string, rest []lexicon.Word) {
	day, rest = TakePeriod(words)
	if day == "" {
		day, rest = takeFew(words)
	}
	return day, lexicon.Without(rest, lexicon.English.Until)
}

// takeFew takes out how many days, weeks or months something is to last.
func takeFew(words []lexicon.Word) (span string, rest []lexicon.Word) {
	for i := range len(words) - 1 {
		count, unit := lexicon.Folded(words[i].Text), lexicon.Folded(words[i+1].Text)
		if !words[i].Quoted && IsFew(count) && lexicon.English.Units[unit] != "" {
			return count + " " + unit, slices.Concat(words[:i], words[i+2:])
		}
	}
	return "", words
}
