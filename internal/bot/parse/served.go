package parse

import (
	"slices"

	"calltab/internal/bot/parse/lexicon"
)

// served are the commands that answer an intent by themselves, so that a line which begins with one of them is left to
// it.
var served = map[string][]string{
	"add":           {"add", "phone"},
	"add-numbers":   {},
	"add-location":  {"add"},
	"order-own":     {"phone", "add"},
	"change-plan":   {"change"},
	"change-number": {"change"},
	"move":          {"move", "change"},
	"release":       {"release", TakeBack},
	"remove":        {"remove"},
	"find":          {"find", "who", "numbers", "status", "history"},
	"status":        {"status"},
	"why":           {"why"},
	"history":       {"history"},
	"who-had":       {"who", "history"},
	"numbers":       {"numbers", "sync", "add"},
	"candidates":    {"sync"},
	"phones":        {"phones", "numbers"},
	"locations":     {"locations", "numbers", "add"},
	"plans":         {"plans", "change"},
	"orders":        {"orders", "status", "parked", "cancel", "undo"},
	"undo":          {"undo", TakeBack},
	"cancel":        {"cancel", TakeBack},
	"block":         {"block"},
	"unblock":       {"unblock"},
	"reserve":       {"reserve"},
	"unreserve":     {"unreserve"},
	"approve":       {},
	"deny":          {},
	"help":          {"phone"},
	"diagnose":      {"diagnose", "why", "repair"},
	"greet":         {Greeting},
	"thanks":        {Thanks},
	Unclear:         {"mute"},
}

// leastHeard is the weight of a cue that speaks against the command that a line begins with: more than one word.
const leastHeard = 2 * weightOfWord

// Serves reports whether a command answers an intent by itself.
func Serves(command, intent string) bool { return slices.Contains(served[intent], command) }

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

// CommandFor is the command that answers an intent; empty where none does.
func CommandFor(intent string) string {
	if all := served[intent]; len(all) > 0 {
		return all[0]
	}
	return ""
}

// Names is the command that some words name, such as those behind "help"; empty where they name none.
func Names(words []Word) string {
	for _, w := range words {
		if command := commandsByWord[folded(w.Text)]; command != "" && !w.Quoted {
			return command
		}
	}
	return ""
}
