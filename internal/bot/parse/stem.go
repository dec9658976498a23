package parse

import "strings"

// stemmed notes which words of a line are forms of a word that a cue has: "returned" and "returning" of "return",
// "removal" of "remove". A word that is a cue's itself has no stem, and neither has a person's name.
func stemmed(all []token, isName func(string) bool) {
	for i, t := range all {
		if t.kind != aWord || t.word.Quoted || len(t.text) < shortestForm || cueWords[t.text] || stopWord(t.text) {
			continue
		}
		if stem := stemOf(t.text); stem != "" && !isName(t.text) {
			all[i].stem = stem
		}
	}
}

// shortestForm is how many letters a word has at least that is taken for a form of another.
const shortestForm = 5

// stemOf is the word of a cue that a text is a form of; empty where it is none.
func stemOf(text string) string {
	for _, ending := range said.Endings {
		base, ok := strings.CutSuffix(text, ending)
		if !ok || len(base) < 3 {
			continue
		}
		last := len(base) - 1
		for _, stem := range []string{base, base + "e", base + "y", base + "ate", base[:last]} {
			doubled := stem != base[:last] || base[last] == base[last-1] // "dropped" of "drop"
			if doubled && cueWords[stem] {
				return stem
			}
		}
	}
	return ""
}
