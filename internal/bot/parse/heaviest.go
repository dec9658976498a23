package parse

import (
	"maps"
	"slices"
)

// bestCue finds the heaviest cue of a line, of any intent but one, and marks its words and those of the other cues of
// the same intent. slip says that a word was read as what it nearly says: where the line says nothing otherwise, or
// much less.
func bestCue(all []token, but string, names nameFinder) (best *cue, slip bool) {
	about := names.about(all)
	best, weight, at := heaviest(all, but, about, false)
	if weight < clearWeight && spelled(all, names.is) {
		other, more, places := heaviest(all, but, about, true)
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
	for _, i := range beginning(all, false) {
		if cues[i].intent != best.intent {
			continue
		}
		if places, ok := cues[i].in(all, false); ok {
			mark(all, places)
		}
	}
	return best, slip
}

const (
	weightOfOpening  = 14 // is added to a cue that opens a line with what is to be done
	weightOfAsking   = 30 // is taken off a cue of a change in a question: "who took her phone away"
	weightOfSubjects = 12 // is taken off a cue of a list where a person is named, and of one person where none is
	clearWeight      = 24 // is what a cue weighs beside which no slip of the pen is looked for
	weightOfSlip     = 5  // is what a cue with a slip of the pen must weigh more than one without
)

// heaviest is the heaviest cue of a line, of any intent but one, its weight and the places of its words.
func heaviest(all []token, but string, about subject, near bool) (best *cue, most int, at []int) {
	from := opening(all)
	asked := isQuestion(all)
	for _, i := range beginning(all, near) {
		c := &cues[i]
		places, ok := c.in(all, near)
		if !ok || c.intent == but || near && c.topic != "" {
			continue
		}
		weight := c.weight
		if opens[c.intent] && places[0] <= from {
			weight += weightOfOpening
		}
		if about == someoneNamed && lists[c.intent] || about == nobodyNamed && personal[c.intent] {
			weight = max(weight-weightOfSubjects, 1)
		}
		if courtesies[c.intent] && len(all) > longestCourtesy {
			weight = max(weight-weightOfSubjects, 1)
		}
		if changing[c.intent] && asked {
			weight = max(weight-weightOfAsking, 1)
		}
		if weight > most {
			best, at = c, places
			most = weight
		}
	}
	return best, most, at
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
	lists    = setOf("candidates", "phones", "numbers", "locations", "plans", "orders", "add-numbers", "add-location")
	personal = setOf("why", "status", "find")
)

// courtesies are the intents of lines that ask for nothing, and longestCourtesy how many words such a line has at most.
var courtesies = setOf("thanks", "greet")

const longestCourtesy = 5

// opens are the intents that the first words of a line tell more of than the words behind them.
var opens = func() Set {
	all := setOf("order-own", "add-numbers", "add-location", "give-back")
	maps.Copy(all, changing)
	return all
}()

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

func mark(all []token, at []int) {
	for _, i := range at {
		if all[i].kind == aWord || all[i].kind == aState {
			all[i].used = true
		}
	}
}
