package parse

import (
	"slices"

	"calltab/internal/bot/parse/date"
)

// TakeUntil takes the day out until which something is to last: "until Friday", "until 24 December", "for two weeks".
func TakeUntil(words []Word) (day string, rest []Word) {
	day, rest = TakePeriod(words)
	if day == "" {
		day, rest = takeFew(words)
	}
	return day, Without(rest, said.Until)
}

// takeFew takes out how many days, weeks or months something is to last.
func takeFew(words []Word) (span string, rest []Word) {
	for i := range len(words) - 1 {
		count, unit := folded(words[i].Text), folded(words[i+1].Text)
		if !words[i].Quoted && date.IsFew(count) && said.Units[unit] != "" {
			return count + " " + unit, slices.Concat(words[:i], words[i+2:])
		}
	}
	return "", words
}
