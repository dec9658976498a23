package bot

import (
	"context"
	"slices"
	"strings"
)

// wish reads the words of a wish. A word that names a location or plan may be part of a person's name: the longest name that the
// directory knows wins, so that "add Jack London seattle" is for Jack London.
func (x *exchange) wish(ctx context.Context, words []word, known []named) (wish, error) {
	w := parseWish(words, x.turn.Mentions, known)
	if w.User != "" || isUPN(w.Person) {
		return w, nil
	}
	anchor, runs := longerNames(words, known)
	if len(runs) == 0 {
		return w, nil
	}
	var texts []string
	for _, r := range runs {
		texts = append(texts, join(words[r.from:r.to]))
	}
	best, err := x.b.Service.LongestName(ctx, x.turn.Actor.Tenant, anchor, texts)
	if err != nil || best < 0 {
		return w, err
	}
	r := runs[best]
	words = slices.Concat(words[:r.from], []word{{text: texts[best], quoted: true}}, words[r.to:])
	return parseWish(words, x.turn.Mentions, known), nil
}

// run is some words of a line that follow each other.
type run struct{ from, to int }

// longestName is how many words a name may have that is looked for.
const longestName = 5

// longerNames are the runs of words that can be a name although one of them names a location or plan, the longest first, and the
// words among them that name neither: whoever is meant is found by those.
func longerNames(words []word, known []named) (anchor string, runs []run) {
	plain := func(i int) bool {
		w := strings.ToLower(words[i].text)
		return !words[i].quoted && !small[w] && !articles[w] && !numberish(w) && !isUPN(w)
	}
	place := func(i int) bool {
		return slices.ContainsFunc(known, func(n named) bool {
			return slices.ContainsFunc(strings.Fields(n.name+" "+n.id), func(part string) bool { return strings.EqualFold(part, words[i].text) })
		})
	}
	for from := range words {
		places := 0
		for to := from; to < min(from+longestName, len(words)) && plain(to); to++ {
			if place(to) {
				places++
			}
			if to > from && places > 0 {
				runs = append(runs, run{from, to + 1})
			}
		}
	}
	slices.SortStableFunc(runs, func(a, b run) int { return (b.to - b.from) - (a.to - a.from) })
	var own []word
	for i := range words {
		if plain(i) && !place(i) {
			own = append(own, words[i])
		}
	}
	if len(own) == 0 && len(runs) > 0 { // all of them name something: "add Sydney London"
		return words[runs[len(runs)-1].from].text, runs
	}
	return join(own), runs
}
