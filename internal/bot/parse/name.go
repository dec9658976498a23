package parse

import (
	"slices"
	"strings"
)

// Run is some words of a line that follow each other.
type Run struct{ From, To int }

// longestName is how many words a name may have that is looked for.
const longestName = 5

// LongerNames are the runs of words that can be a name although one of them names a location or plan, the longest
// first, and the words among them that name neither, by which the person is found.
func LongerNames(words []Word, known Vocabulary) (anchor string, runs []Run) {
	plain := func(i int) bool {
		w := strings.ToLower(words[i].Text)
		return !words[i].Quoted && !said.Small[w] && !said.Articles[w] && !Numberish(w) && !IsUPN(w)
	}
	place := func(i int) bool {
		return slices.ContainsFunc(known, func(n named) bool {
			return slices.ContainsFunc(strings.Fields(n.name+" "+n.id), func(part string) bool {
				return strings.EqualFold(part, words[i].Text)
			})
		})
	}
	for from := range words {
		places := 0
		for to := from; to < min(from+longestName, len(words)) && plain(to); to++ {
			if place(to) {
				places++
			}
			if to > from && places > 0 {
				runs = append(runs, Run{from, to + 1})
			}
		}
	}
	slices.SortStableFunc(runs, func(a, b Run) int { return (b.To - b.From) - (a.To - a.From) })
	var own []Word
	for i := range words {
		if plain(i) && !place(i) {
			own = append(own, words[i])
		}
	}
	if len(own) == 0 && len(runs) > 0 { // all of them name something: "add Sydney London"
		return words[runs[len(runs)-1].From].Text, runs
	}
	return Join(own), runs
}

// UnknownPlace is what a line names behind "to" that is no location: "move Yuri to New York". Empty where there is
// none.
func UnknownPlace(words []Word, known Vocabulary) (place string, rest []Word) {
	i := slices.IndexFunc(words, said.To.Has)
	if i < 1 || i == len(words)-1 {
		return "", words
	}
	behind := words[i+1:]
	var w Wish
	left := w.takeNames(slices.Clone(behind), known)
	w.Person = "?" // so that a location may be abbreviated
	left = WithoutCourtesy(WithoutSmall(w.takeGuesses(left, known)))
	number, left := TakeNumber(left)
	digits, left := TakeEnding(left, known)
	if w.Location != "" || number != "" || digits != "" || len(left) == 0 {
		return "", words
	}
	return Join(left), words[:i]
}
