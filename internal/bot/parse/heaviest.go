package parse

import (
	"maps"
	"slices"
)

// bestCue finds the heaviest cue of a line, of any intent but one, and marks its words and those of the other cues of
// the same intent. slip says that a word was read as what it nearly says: where the line says nothing otherwise, or
// much less.
func bestCue(all []token, but string, isName func(string) bool) (best *cue, slip bool) {
	best, weight, at := heaviest(all, but, false)
	if weight < clearWeight && spelled(all, isName) {
		other, more, places := heaviest(all, but, true)
		if other != nil && more >= weight+weightOfSlip {
			best, at = other, places
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
	weightOfOpening = 14 // is added to a cue that opens a line with what is to be done
	weightOfAsking  = 30 // is taken off a cue of a change in a question: "who took her phone away"
	clearWeight     = 24 // is what a cue weighs beside which no slip of the pen is looked for
	weightOfSlip    = 5  // is what a cue with a slip of the pen must weigh more than one without
)

// heaviest is the heaviest cue of a line, of any intent but one, its weight and the places of its words.
func heaviest(all []token, but string, near bool) (best *cue, most int, at []int) {
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

// opens are the intents that the first words of a line tell more of than the words behind them.
var opens = func() Set {
	all := setOf("order-own", "add-numbers", "add-location", "give-back")
	maps.Copy(all, changing)
	return all
}()

// opening is the first token of a line that says something.
func opening(all []token) int {
	return max(slices.IndexFunc(all, func(t token) bool { return t.kind != aWord || !said.Stop[t.text] }), 0)
}

func mark(all []token, at []int) {
	for _, i := range at {
		if all[i].kind == aWord || all[i].kind == aState {
			all[i].used = true
		}
	}
}
