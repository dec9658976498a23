package parse

import (
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
		if n := dayAt(all, i); n > 0 {
			var words []Word
			for _, t := range all[i : i+n] {
				words = append(words, t.word)
			}
			all = merged(all, i, i+n, aDate, Join(words))
		}
	}
	return all
}

// longestDay is how many words say when at most.
const longestDay = 10

// dayAt is how many tokens from one on say when; 0 where none does.
func dayAt(all []token, i int) int {
	if !date.CouldBegin(all[i].text) {
		return 0
	}
	words := make([]string, 0, longestDay)
	for _, t := range all[i:min(i+longestDay, len(all))] {
		switch {
		case t.kind == aWord && !t.word.Quoted:
			words = append(words, t.text)
		case t.kind == aBreak && t.text == date.Comma:
			words = append(words, date.Comma)
		default:
			words = append(words, "")
		}
	}
	return date.Length(words, wordAt(all, i-1))
}

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
			n = dayAt(all, i)
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
