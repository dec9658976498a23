package parse

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"calltab/internal/bot/parse/lean"
)

// leanings.json is learned from the labelled lines of testdata by TestLeanings.
//
//go:embed leanings.json
var leaningsJSON string

// leanings tell to which intents the words of a line lean, where its cues tell little. They are read when a line is, or
// by Warm: commands that read none do not wait for them.
var leanings = sync.OnceValue(func() *lean.Table { return lean.Read(leaningsJSON) })

// Warm reads what the first line needs, so that it does not wait.
func Warm() { leanings() }

// Points of a leaning are tenths of those of a cue.
const (
	tenths       = 10
	mostAgainst  = 400 // what a leaning speaks against an intent at most
	leastLeaning = 120 // what it speaks for an intent at least which no cue tells
	sureLeaning  = 350 // as above, in a line with a strange word
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
		case t.text == "" && t.kind == aWord: // a sign: ":)"
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
	about  subject
	asked  bool // the line is a question
	names  nameFinder
}

func leaningFor(all []token, names nameFinder, about subject, asked bool) leaning {
	points := leanings().Of(leaningWords(all, names, about, asked))
	return leaning{points, slices.Max(points), about, asked, names}
}

// ofTopics stands before what Calltab does not do, among what a line can lean to: "explain/voicemail".
const ofTopics = "explain/"

// of is what a leaning speaks for the intent of a cue, or against it.
func (l leaning) of(c *cue) int {
	names := leanedBy[c.intent]
	switch {
	case c.topic != "":
		names = []string{ofTopics + c.topic}
	case names == nil:
		names = []string{c.intent}
	}
	best := l.most - mostAgainst
	for _, name := range names {
		if i, ok := leanings().At(name); ok {
			best = max(best, l.points[i])
		}
	}
	return best
}

// toldBy is the intent that a line leans to most, as a cue without words; nil where it leans to none, or to but. What
// has no word but those that carry nothing leans to nothing: "Dana Reyes", "her number please". A line that names
// nothing of ours and has strange words must lean far: "what is the weather like".
func (l leaning) toldBy(all []token, but string) *cue {
	tells := func(t token) bool {
		polite := said.Courtesy[t.text] || said.Politeness[t.text]
		empty := polite || said.Small[t.text] || said.Classes["line"][t.text]
		named := l.names.free(t) && l.names.owner(nameOf([]token{t})) != ""
		return t.kind == aWord && !empty && !named && (leanings().Knows(t.text) || leanings().Knows(t.stem))
	}
	strange := slices.ContainsFunc(all, func(t token) bool {
		return t.kind == aWord && !said.Stop[t.text] && !leanings().Knows(t.text) && t.stem == ""
	})
	least := leastLeaning
	if strange && l.about != someoneNamed {
		least = sureLeaning
	}
	if l.most < least || !slices.ContainsFunc(all, tells) {
		return nil
	}
	intent := leanings().Intents()[slices.Index(l.points, l.most)]
	if topic, ok := strings.CutPrefix(intent, ofTopics); ok {
		return &cue{intent: "explain", topic: topic}
	}
	if intent == but {
		return nil
	}
	return &cue{intent: intent}
}
