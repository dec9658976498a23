package parse

import (
	_ "embed"
	"slices"

	"calltab/internal/bot/parse/lean"
)

// leanings.json is learned from the labelled lines of testdata by TestLeanings.
//
//go:embed leanings.json
var leaningsJSON []byte

// leanings tell to which intents the words of a line lean, where its cues tell little.
var leanings = lean.Read(leaningsJSON)

// Points of a leaning are tenths of those of a cue.
const (
	tenths       = 10
	mostAgainst  = 400 // what a leaning speaks against an intent at most
	leastLeaning = 60  // what it speaks for an intent at least which no cue tells
)

// leanedBy are the intents of cues that no line is labelled with, and those that their lines are labelled with.
var leanedBy = map[string][]string{
	mayGet: {"why", "add", "order-own"}, handOver: {Unclear}, again: {Unclear},
}

// kindNames are what a leaning calls the kinds of tokens that are no words.
var kindNames = [...]string{
	aWord: "", aPerson: "#person", aLocation: "#location", aPlan: "#plan", aNumber: "#number", someDigits: "#digits",
	aCount: "#count", aState: "#state", aDate: "#date", anOrder: "#order", aReference: "#ticket", anArea: "#area",
	aBreak: "|",
}

// leaningWords are the words of a line as leanings count them: each in its first form, and what it names by its kind.
func leaningWords(all []token, names nameFinder, about subject, asked bool) []string {
	words := make([]string, 0, len(all)+2)
	for _, t := range all {
		switch {
		case t.kind != aWord:
			words = append(words, kindNames[t.kind])
		case t.word.Quoted, names.free(t) && names.owner(nameOf([]token{t})) != "":
			words = append(words, kindNames[aPerson])
		case t.stem != "":
			words = append(words, t.stem)
		default:
			words = append(words, t.text)
		}
	}
	if about == someoneNamed {
		words = append(words, "#someone")
	}
	if asked {
		words = append(words, "#asked")
	}
	return words
}

// leaning is what the words of a line speak for each intent.
type leaning struct {
	points []int
	most   int
}

func leaningFor(all []token, names nameFinder, about subject, asked bool) leaning {
	points := leanings.Of(leaningWords(all, names, about, asked))
	return leaning{points, slices.Max(points)}
}

// of is what a leaning speaks for an intent, or against it.
func (l leaning) of(intent string) int {
	names := leanedBy[intent]
	if names == nil {
		names = []string{intent}
	}
	best := l.most - mostAgainst
	for _, name := range names {
		if i, ok := leanings.At(name); ok {
			best = max(best, l.points[i])
		}
	}
	return best
}

// leaned are cues that have no words, by intent: those of lines that only lean to it. What Calltab does not do is told
// by cues alone, since a leaning does not know where it is done.
var leaned = func() []*cue {
	var all []*cue
	for _, intent := range leanings.Intents() {
		c := &cue{intent: intent}
		if intent == "explain" {
			c = nil
		}
		all = append(all, c)
	}
	return all
}()

// toldBy is the intent that a line leans to most, as a cue without words; nil where it leans to none, or to but. What
// has no word but those that carry nothing leans to nothing: "Dana Reyes", "her number please". Neither does a line
// that names nothing of ours and has a strange word: "what is the weather like".
func (l leaning) toldBy(all []token, about subject, but string) *cue {
	tells := func(t token) bool {
		polite := said.Courtesy[t.text] || said.Politeness[t.text]
		empty := polite || said.Small[t.text] || said.Classes["line"][t.text]
		return t.kind == aWord && !empty && (leanings.Knows(t.text) || leanings.Knows(t.stem))
	}
	strange := func(t token) bool {
		return t.kind == aWord && !said.Stop[t.text] && !leanings.Knows(t.text) && t.stem == ""
	}
	other := about != someoneNamed && slices.ContainsFunc(all, strange)
	if l.most < leastLeaning || other || !slices.ContainsFunc(all, tells) {
		return nil
	}
	c := leaned[slices.Index(l.points, l.most)]
	if c == nil || c.intent == but {
		return nil
	}
	return c
}
