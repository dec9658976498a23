// Package served says which command answers an intent of a line, and in which words a command is written.
package served

import (
	"slices"
	"strings"
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
	"release":       {"release", "take-back"},
	"remove":        {"remove"},
	"find":          {"find", "who", "numbers", "status", "history", "diagnose"},
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
	"undo":          {"undo", "take-back"},
	"cancel":        {"cancel", "take-back"},
	"block":         {"block"},
	"unblock":       {"unblock"},
	"reserve":       {"reserve"},
	"unreserve":     {"unreserve"},
	"approve":       {},
	"deny":          {},
	"help":          {"phone"},
	"diagnose":      {"diagnose"},
	"greet":         {"hello"},
	"thanks":        {"thanks"},
	"unclear":       {"mute"},
}

// Serves reports whether a command answers an intent by itself.
func Serves(command, intent string) bool { return slices.Contains(served[intent], command) }

// CommandFor is the command that answers an intent; empty where none does.
func CommandFor(intent string) string {
	if all := served[intent]; len(all) > 0 {
		return all[0]
	}
	return ""
}

// commandOf is the command that answers an intent, in the words of a line. What is not here has an answer of its own.
var commandOf = map[string]string{
	"add":           "add",
	"change-plan":   "change plan",
	"change-number": "change number",
	"move":          "move",
	"release":       "release",
	"remove":        "remove",
	"find":          "find",
	"status":        "status",
	"orders":        "orders",
	"diagnose":      "diagnose",
	"why":           "why",
	"history":       "history",
	"who-had":       "who had",
	"numbers":       "numbers",
	"candidates":    "sync",
	"phones":        "phones",
	"locations":     "locations",
	"plans":         "plans",
	"undo":          "undo",
	"cancel":        "cancel",
	"block":         "block",
	"unblock":       "unblock",
	"reserve":       "reserve",
	"unreserve":     "unreserve",
	"order-own":     "phone",
	"own":           "status",
	"add-numbers":   "add numbers",
	"add-location":  "add location",
	"greet":         "hello",
	"thanks":        "thanks",
}

// CommandOf is the command that answers an intent, without the words behind it; empty where no command does.
func CommandOf(intent string) string {
	first, _, _ := strings.Cut(commandOf[intent], " ")
	return first
}

// CommandLine is how the line of an intent begins.
func CommandLine(intent string) string { return commandOf[intent] }
