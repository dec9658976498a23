package parse

import "calltab/internal/bot/parse/lexicon"

// stemmed notes which words of a line are forms of a word that a cue has: "returned" and "returning" of "return",
// "removal" of "remove". A word that is a cue's itself has no stem, and neither has a person's name.
func stemmed(all []token, isName func(string) bool) {
	for i, t := range all {
		if t.kind != aWord || t.word.Quoted || len(t.text) < shortestForm || inCues(t.text) || stopWord(t.text) {
			continue
		}
		if stem := cueForms.Stem(t.text); stem != "" && !isName(t.text) {
			all[i].stem = stem
		}
	}
}

// shortestForm is how many letters a word has at least that is taken for a form of another.
const shortestForm = 5

// spelled notes what the words of a line nearly say, where they say nothing themselves and nobody goes by them. It
// reports whether there are any.
func spelled(all []token, isName func(string) bool) bool {
	found := false
	for i, t := range all {
		letters := len([]rune(t.text))
		if t.kind != aWord || t.word.Quoted || letters < lexicon.ShortestSlip || stopWord(t.text) || inCues(t.text) {
			continue
		}
		near := cueForms.Near(t.text)
		if near != "" && t.near == "" && !isName(t.text) {
			all[i].near = near
		}
		found = found || all[i].near != ""
	}
	return found
}

// cueForms finds the words of cues by their forms and slips.
var cueForms = lexicon.NewForms(wordIDs)
