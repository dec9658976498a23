package parse

import (
	"maps"
	"slices"

	"calltab/internal/bot/parse/lexicon"
)

// bestCue finds the heaviest cue of a line, of any intent but one, and marks its words and those of the other cues of
// the same intent. slip says that a word was read as what it nearly says: where the line says nothing otherwise, or
// much less.
func bestCue(all []token, but string, names nameFinder) (best *cue, slip bool) {
	lean := leaningFor(all, names, names.about(all), isQuestion(all))
	best, weight, at := heaviest(all, but, lean, false)
	if weight < clearWeight && spelled(all, names.is) {
		other, more, places := heaviest(all, but, lean, true)
		if other != nil && more >= weight+weightOfSlip {
			best = other
			at = places
			slip = true
		}
	}
	if best == nil {
		return nil, false
	}
	mark(all, at)
	for _, i := range at {
		all[i].told = true
	}
	have := identify(all, false)
	for _, i := range beginning(all, false) {
		if cues[i].intent != best.intent || !cues[i].within(have) {
			continue
		}
		if places, ok := cues[i].in(all); ok {
			mark(all, places)
		}
	}
	return best, slip
}

const (
	weightOfOpening  = 14  // is added to a cue that opens a line with what is to be done
	weightOfAsking   = 30  // is taken off a cue of a change in a question: "who took her phone away"
	weightOfSubjects = 12  // is taken off a cue of a list where a person is named, and of one person where none is
	clearBefore      = 100 // tenths that a line must lean more to nothing at all, where a cue of that weight tells
	clearWeight      = 24  // is what a cue weighs beside which no slip of the pen is looked for
	weightOfSlip     = 5   // is what a cue with a slip of the pen must weigh more than one without
)

// heaviest is the cue of a line, of any intent but one, that weighs most with what the words of the line lean to; its
// weight and the places of its words.
func heaviest(all []token, but string, lean leaning, near bool) (best *cue, weight int, at []int) {
	from := opening(all)
	asked := lean.asked
	about := lean.about
	have := identify(all, near)
	most := 0
	for _, i := range beginning(all, near) {
		c := &cues[i]
		if !c.within(have) || c.intent == but || near && c.topic != "" {
			continue
		}
		places, ok := c.in(all)
		if !ok {
			continue
		}
		w := c.weight
		if opens[c.intent] && (places[0] <= from || behindPlease(all, places[0])) {
			w += weightOfOpening
		}
		if about == someoneNamed && lists[c.intent] || about == nobodyNamed && personal[c.intent] {
			w = max(w-weightOfSubjects, 1)
		}
		if courtesies[c.intent] && len(all) > longestCourtesy {
			w = max(w-weightOfSubjects, 1)
		}
		if changing[c.intent] && asked {
			w = max(w-weightOfAsking, 1)
		}
		if sum := tenths*w + lean.of(c); best == nil || sum > most {
			most = sum
			best = c
			at = places
			weight = w
		}
	}
	toned := best != nil && asked && changing[best.intent] // a question about a change is one, whatever it leans to
	leaned := lean.toldBy(all, but)
	if leaned != nil && leaned.intent == Unclear && best != nil && (weight >= clearWeight || about == someoneNamed) {
		most += clearBefore
	}
	if leaned != nil && (best == nil || most < lean.most && !toned) {
		return leaned, 0, nil
	}
	return best, weight, at
}

// subject is what is known of whom a line is about.
type subject int

const (
	unknownSubject subject = iota
	nobodyNamed
	someoneNamed
)

// lists are the intents that are about nobody in particular, and personal those that are about one person or number.
var (
	lists = lexicon.SetOf("candidates", "phones", "numbers", "locations", "plans", "orders", "add-numbers",
		"add-location")
	personal = lexicon.SetOf("why", "status", "find")
)

// courtesies are the intents of lines that ask for nothing, and longestCourtesy how many words such a line has at most.
var courtesies = lexicon.SetOf("thanks", "greet")

const longestCourtesy = 5

// opens are the intents that the first words of a line tell more of than the words behind them.
var opens = func() Set {
	all := lexicon.SetOf("order-own", "add-numbers", "add-location", "give-back")
	maps.Copy(all, changing)
	return all
}()

// behindPlease reports what is asked for in a later clause: "she has no phone; please allocate one".
func behindPlease(all []token, i int) bool {
	return i > 1 && said.Requesting[wordAt(all, i-1)] && all[i-2].parts()
}

// opening is the first token of a line that says something.
func opening(all []token) int {
	i := slices.IndexFunc(all, func(t token) bool {
		switch t.kind {
		case aWord:
			return !said.Stop[t.text] && !said.Greetings[t.text]
		case aBreak:
			return t.text != ","
		}
		return true
	})
	return max(i, 0)
}

// mark notes that a cue has some words. Those for everybody stay: a cue does not say that all of them may be meant.
func mark(all []token, at []int) {
	for _, i := range at {
		everybody := said.Everyone[all[i].text] && !said.Things[all[i].text]
		if (all[i].kind == aWord || all[i].kind == aState) && !everybody {
			all[i].used = true
		}
	}
}
