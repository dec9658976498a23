package parse

import (
	"slices"

	"calltab/internal/bot/parse/lexicon"
)

// leastHeard is the weight of a cue that speaks against the command that a line begins with: more than one word.
const leastHeard = 2 * weightOfWord

// joins reports a line with an "and" or a comma in it: it may name several people.
func joins(all []token) bool {
	return slices.ContainsFunc(all, func(t token) bool {
		return t.kind == aBreak && (said.Joins[t.text] || t.text == ",")
	})
}

// ordering are the intents that an order is begun for.
var ordering = lexicon.SetOf("add", "change-plan", "change-number", "move", "release", "remove")

// IsQuestion reports a line that asks something, whatever command it has: "can I cancel".
func IsQuestion(line []Word, mentions []Mention, known Vocabulary) bool {
	return isQuestion(tokens(line, mentions, known))
}

// IsAsked reports a line that ends with a question mark.
func IsAsked(line []Word) bool { return len(line) > 0 && line[len(line)-1].Asks }

// SpeaksAgainst reports whether a line that begins with a command means something else by its cues: "give Henry another
// number" adds nobody, and "remove everyone in Boston" names nobody.
func SpeaksAgainst(line []Word, mentions []Mention, known Vocabulary, command string) bool {
	all := tokens(line, mentions, known)
	if command == "cancel" && len(all) > 1 && said.All[all[1].text] {
		return false // which the command knows
	}
	if command == "add" && len(line) > 1 && (Numbers.Has(line[1]) || Location.Has(line[1])) {
		return false // "add numbers" and "add location" are commands of their own
	}
	if (ordering[command] || command == "change" || command == "phone") && passesOn(all) {
		return true // "add Henry on behalf of Bruno"
	}
	stemmed(all, nameFinder{}.is)
	c, slip := bestCue(all, "", nameFinder{})
	if c != nil && ordering[c.intent] && (has(all, said.Not) || isAboutAll(all, 0) || joins(all)) {
		return true
	}
	if c != nil && (c.intent == "thanks" || c.intent == "greet") {
		return false // courtesy around a command
	}
	area := slices.ContainsFunc(all, func(t token) bool { return t.kind == anArea })
	if c != nil && area && ordering[c.intent] {
		return true // a command takes it for the end of a number
	}
	if c != nil && c.intent == "change-number" && severalThings(all, "") {
		return true // the command takes one number: "replace A with B"
	}
	return c != nil && !slip && c.weight >= leastHeard && !Serves(command, c.intent)
}
