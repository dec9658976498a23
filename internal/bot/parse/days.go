package parse

import "calltab/internal/bot/parse/date"

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
