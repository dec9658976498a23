package date

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"calltab/internal/bot/parse/lexicon"
)

// Until reads a day that is to come, to its end: the next such day where it names no year. ok is false for what
// does not read as a day.
func Until(text string, now time.Time, zone *time.Location) (until time.Time, ok bool) {
	if zone == nil {
		zone = time.UTC
	}
	text = inWords(text)
	year, month, day := now.In(zone).Date()
	words := strings.Fields(strings.ToLower(text))
	if len(words) > 1 && lexicon.English.Units[words[len(words)-1]] != "" && isCount(words[len(words)-2]) {
		n, known := slices.Index(fewInWords, words[len(words)-2]), true
		if n < 0 {
			var err error
			n, err = strconv.Atoi(words[len(words)-2])
			known = err == nil
		}
		switch lexicon.English.Units[words[len(words)-1]] {
		case "day":
			day += n
		case "week":
			day += 7 * n
		default:
			month += time.Month(n)
		}
		return midnight(year, month, day+1, zone).Add(-time.Nanosecond), known
	}
	d, ok := Read(text, now, zone)
	switch {
	case len(words) == 1 && lexicon.English.Tomorrow[words[0]]:
		return midnight(year, month, day+2, zone).Add(-time.Nanosecond), true
	case !ok:
		return until, false
	case d.To.After(now):
		return d.To, true
	}
	if _, weekday := readWeekday(words[len(words)-1], now.In(zone)); weekday {
		return d.To.AddDate(0, 0, 7), true
	}
	if namesYear(words) {
		return d.To, true // which is over, as its reader says
	}
	for !d.To.After(now) {
		d.To = d.To.AddDate(1, 0, 0)
	}
	return d.To, true
}

// namesYear reports whether a day has its year.
func namesYear(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return IsISO(w) || InFigures(w) || len(w) == 4 && strings.Trim(w, "0123456789") == ""
	}) || lexicon.English.Yesterday[words[0]] || lexicon.English.WhichDay[words[0]]
}

// fewInWords are numbers in words, each at its place.
var fewInWords = strings.Fields(lexicon.English.FewInWords)

// isCount reports whether a word says how many days, weeks or months.
func isCount(word string) bool {
	n, err := strconv.Atoi(word)
	return lexicon.English.FewCounts[word] || err == nil && n > 0 && n <= 31
}
