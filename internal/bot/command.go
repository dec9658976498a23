package bot

import (
	"context"
	"slices"
	"strings"

	"calltab/internal/bot/text"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// command is one thing that people can write. Its usage, summary and example are messages of the catalogue:
// command.<name>.usage and so on.
type command struct {
	name    string
	aliases []string
	right   provision.Right // what it needs; empty: it is for everybody
	self    bool            // everybody else may give it, too, about themselves and their team
	public  bool            // one harmless line: said in a group, too
	rare    bool            // not in the list that Teams shows when people begin to type, which holds ten
	run     func(ctx context.Context, x *exchange, words []word) error
}

// commands is the one table of them: parsing, help, suggestions, the README and the app's manifest come from it. The order is
// that of help.
var commands = []command{
	{name: "add", aliases: []string{"new", "create", "order", "give", "assign"}, right: provision.Operate, self: true, run: ordering(provision.Add)},
	{name: "phone", rare: true, run: ownOrder},
	{name: "change", right: provision.Operate, aliases: []string{"edit", "update", "replace", "swap"}, run: change},
	{name: "move", right: provision.Operate, aliases: []string{"transfer", "relocate"}, run: ordering(provision.Move)},
	{name: "release", right: provision.Operate, aliases: []string{"unassign"}, run: ordering(provision.Release)},
	{name: "remove", right: provision.Operate, aliases: []string{"delete", "offboard"}, run: ordering(provision.Remove)},
	{name: "find", right: provision.Look, aliases: []string{"whois", "search", "lookup"}, run: find},
	{name: "why", right: provision.Look, aliases: []string{"whynot", "reason", "reasons", "eligible", "eligibility"}, rare: true, run: why},
	{name: "history", aliases: []string{"log", "audit", "trail"}, right: provision.Look, rare: true, run: history},
	{name: "who", right: provision.Look, rare: true, run: who},
	{name: "sync", right: provision.Operate, aliases: []string{"people", "import", "candidates"}, rare: true, run: syncPeople},
	{name: "status", aliases: []string{"orders", "progress"}, run: status},
	{name: "approvals", aliases: []string{"approval", "approve", "deny", "reject", "decline", "pending"}, rare: true, run: approvals},
	{name: "cancel", aliases: []string{"stop", "abort", "nevermind"}, run: cancel},
	{name: "undo", right: provision.Operate, aliases: []string{"revert"}, rare: true, run: undo},
	{name: "parked", right: provision.Look, aliases: []string{"stopped", "stuck"}, rare: true, run: stopped},
	{name: "repair", right: provision.Operate, aliases: []string{"fix", "mend", "correct"}, rare: true, run: repair},
	{name: "lift", right: provision.Operate, rare: true, run: lift},
	{name: "outbox", right: provision.Operate, rare: true, run: outbox},
	{name: "mute", aliases: []string{"quiet"}, rare: true, run: muting(true)},
	{name: "unmute", rare: true, run: muting(false)},
	{name: "numbers", right: provision.Look, aliases: []string{"number", "free"}, run: numbers},
	{name: "block", right: provision.Manage, rare: true, run: blocking(true)},
	{name: "unblock", right: provision.Manage, rare: true, run: blocking(false)},
	{name: "locations", right: provision.Look, aliases: []string{"location", "sites", "site"}, rare: true, run: locations},
	{name: "plans", aliases: []string{"plan", "prices"}, rare: true, run: plans},
	{name: "help", aliases: []string{"?", "commands", "start"}},
}

func init() { // help lists the table that it is in
	commands[len(commands)-1].run = help
}

// Command is a command as the README and the manifest list it.
type Command struct {
	Name    string
	Aliases []string
	Rare    bool // not among those that Teams lists when people begin to type
	view.CommandHelp
}

// Commands lists the commands in the order of help, in the language of the words.
func Commands(w *text.Words) []Command {
	all := make([]Command, 0, len(commands))
	for _, c := range commands {
		id := "command." + c.name
		all = append(all, Command{c.name, slices.Clone(c.aliases), c.rare, view.CommandHelp{
			Usage: w.Say(id + ".usage"), Summary: w.Say(id + ".summary"), Example: w.Say(id + ".example"),
		}})
	}
	return all
}

// politeness is what people write before a command.
var politeness = setOf("please", "can", "could", "would", "will", "you", "hey", "hi", "hello", "i", "we", "want", "need", "like", "to", "me",
	"us", "calltab", "@calltab", "the", "a", "an", "let's", "lets", "now", "then", "just", "and", "ok", "okay",
	"get", "have", "own", "show", "list", "my", "all", "thanks", "thank")

func setOf(words ...string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}

// understand finds the command of a line and the words that belong to it: the first word, or the first after polite ones.
func (r *router) understand(words []word) (*command, []word) {
	var state []word // "assigned numbers of Boston", "free in Boston": it says which numbers
	for i, w := range words {
		plain := strings.ToLower(strings.TrimPrefix(w.text, "/"))
		if states[plain] != "" && !w.quoted {
			state = words[i : i+1]
		}
		if rest, ok := takenBack(words[i:]); ok {
			return &command{name: "undo", run: cancelOrUndo}, rest
		}
		if c := r.commands[plain]; c != nil && !w.quoted {
			return c, slices.Concat(state, words[i+1:])
		}
		if !politeness[plain] && states[plain] == "" {
			break
		}
	}
	return nil, nil
}

// takenBack is the rest of a line that says "take back Dana Reyes", as the button is called, or "take Dana Reyes back".
func takenBack(words []word) (rest []word, ok bool) {
	is := func(w word, text string) bool { return !w.quoted && strings.EqualFold(w.text, text) }
	last := len(words) - 1
	switch {
	case len(words) > 0 && is(words[0], "takeback"):
		return words[1:], true
	case len(words) < 2 || !is(words[0], "take"):
		return nil, false
	case is(words[1], "back"):
		return words[2:], true
	case is(words[last], "back"):
		return words[1:last], true
	}
	return nil, false
}

// mean guesses the command of a line that names none, and returns it with the rest of the line.
func (r *router) mean(words []word) (command, line string) {
	for i, w := range words {
		if politeness[strings.ToLower(w.text)] {
			continue
		}
		var names []string
		for _, c := range commands {
			names = append(names, c.name)
		}
		command = nearest(w.text, names)
		return command, join(append([]word{{text: command}}, words[i+1:]...))
	}
	return "", ""
}

// bare takes out the words that only refer: "cancel my order", "all orders of Dana Reyes".
func bare(words []word) []word {
	return slices.DeleteFunc(withoutReferring(words), func(w word) bool { return !w.quoted && strings.EqualFold(w.text, "all") })
}

// withoutReferring is bare for what changes something: "all" is no word to pass over there.
func withoutReferring(words []word) []word {
	return slices.DeleteFunc(slices.Clone(words), func(w word) bool { return !w.quoted && referring[strings.ToLower(w.text)] })
}

// saysSeveral reports whether a line means more orders than one.
func saysSeveral(words []word) bool {
	return slices.ContainsFunc(words, func(w word) bool { return !w.quoted && severalWords[strings.ToLower(w.text)] })
}

var severalWords = setOf("all", "both", "every", "everything", "orders")

// withoutCourtesy takes out what people write behind a command and ask nothing by: "please", "thank you very much".
func withoutCourtesy(words []word) []word {
	var kept []word
	for _, w := range words {
		if w.quoted || !courtesy[strings.ToLower(w.text)] {
			kept = append(kept, w)
		}
	}
	return kept
}

// courtesy leaves out the words of politeness that are names too, such as Will and Can: nobody who is named is passed over.
var courtesy = setOf("please", "kindly", "now", "then", "just", "thanks", "thank", "thx", "cheers", "you", "so", "much", "very", "a", "lot",
	"ok", "okay")

var referring = setOf("my", "the", "this", "that", "it", "order", "orders", "draft", "is", "has", "about", "of", "for", "does", "have")
