package bot

import (
	"cmp"
	"context"

	"calltab/internal/bot/joint"
	"calltab/internal/bot/numbers"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/text"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// command is one thing that people can write. Package parse knows what else they call it. Its usage, summary and
// example are messages of the catalogue: command.<name>.usage and so on.
type command struct {
	name   string
	called string          // in the log and the trail; empty: by its name
	right  provision.Right // what it needs; empty: it is for everybody
	self   bool            // everybody else may give it, too, about themselves and their team
	public bool            // one harmless line: said in a group, too
	rare   bool            // not in the list that Teams shows when people begin to type, which holds ten
	run    func(ctx context.Context, x *exchange, words []parse.Word) error
}

// commands is what answers the commands that package parse knows, in the same order, which is that of help: help, the
// README and the app's manifest come from it.
var commands = []command{
	{name: "add", right: provision.Operate, self: true, run: ordering(provision.Add)},
	{name: "phone", rare: true, run: ownOrder},
	{name: "change", right: provision.Operate, run: change},
	{name: "move", right: provision.Operate, run: ordering(provision.Move)},
	{name: "release", right: provision.Operate, run: ordering(provision.Release)},
	{name: "remove", right: provision.Operate, run: ordering(provision.Remove)},
	{name: "find", right: provision.Look, run: find},
	{name: "why", right: provision.Look, self: true, rare: true, run: why},
	{name: "diagnose", right: provision.Look, self: true, rare: true, run: diagnosis},
	{name: "history", right: provision.Look, rare: true, run: history},
	{name: "who", right: provision.Look, rare: true, run: who},
	{name: "sync", right: provision.Operate, rare: true, run: syncPeople},
	{name: "orders", rare: true, run: orders},
	{name: "status", run: status},
	{name: "approvals", rare: true, run: approvals},
	{name: "cancel", run: cancel},
	{name: "undo", right: provision.Operate, rare: true, run: undo},
	{name: "parked", right: provision.Look, rare: true, run: stopped},
	{name: "repair", right: provision.Operate, rare: true, run: repair},
	{name: "lift", right: provision.Operate, rare: true, run: lift},
	{name: "outbox", right: provision.Operate, rare: true, run: stuckMessages},
	{name: "mute", rare: true, run: muting(true)},
	{name: "unmute", rare: true, run: muting(false)},
	{name: "numbers", right: provision.Look, run: listNumbers},
	{name: "block", right: provision.Manage, rare: true, run: ofNumbers((*numbers.Keeper).Block)},
	{name: "unblock", right: provision.Manage, rare: true, run: ofNumbers((*numbers.Keeper).Unblock)},
	{name: "reserve", right: provision.Manage, rare: true, run: ofNumbers((*numbers.Keeper).Reserve)},
	{name: "unreserve", right: provision.Manage, rare: true, run: ofNumbers((*numbers.Keeper).Unreserve)},
	{name: "bulk", right: provision.Operate, rare: true, run: showBulk},
	{name: "phones", right: provision.Look, rare: true, run: phones},
	{name: "locations", right: provision.Look, rare: true, run: ofNumbers((*numbers.Keeper).Locations)},
	{name: "plans", rare: true, run: plans},
	{name: "help"},
}

// ofNumbers answers a command or a button with what package numbers does.
func ofNumbers[T any](
	answer func(*numbers.Keeper, context.Context, *talk.Exchange, T) error,
) func(context.Context, *exchange, T) error {
	return func(ctx context.Context, x *exchange, said T) error {
		return answer(x.b.numbers, ctx, x.Exchange, said)
	}
}

// listNumbers lists numbers; a line that is about one person or one number is answered as find does.
func listNumbers(ctx context.Context, x *exchange, words []parse.Word) error {
	about, err := x.b.numbers.List(ctx, x.Exchange, words)
	if said, _ := provision.SayOf(err); said.ID == "location-unknown" { // "numbers ending 0177", "numbers in use"
		r, failed := x.read(ctx, "numbers "+parse.Written(words))
		if failed == nil && len(r.Persons) == 1 && r.First().Found && r.Digits != "" { // "number ending in 45 for Dana"
			return joint.WhichOf(ctx, x.Exchange, r, "reading.again", "change-number", "add", "find")
		}
		if failed != nil || len(r.Left)+len(r.Persons) > 0 || r.Intent != "numbers" && r.Intent != "find" {
			return cmp.Or(failed, err)
		}
		about, err = x.b.numbers.List(ctx, x.Exchange, parse.Split(r.Line("numbers", parse.Person{}, nil))[1:])
	}
	if err != nil || about == "" {
		return err
	}
	return find(ctx, x, []parse.Word{{Text: about}})
}

func init() { // help lists the table that it is in
	commands[len(commands)-1].run = help
}

// talks answers what is no command.
var talks = []command{
	{name: parse.Empty, public: true, run: saying("empty")},
	{name: parse.Thanks, public: true, run: saying("thanks")},
	{name: parse.Greeting, public: true, run: hello},
	{name: parse.Unknown, public: true, run: unknown},
	{name: parse.TakeBack, called: "undo", run: cancelOrUndo},
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
		all = append(all, Command{c.name, parse.Aliases(c.name), c.rare, view.CommandHelp{
			Usage: w.Say(id + ".usage"), Summary: w.Say(id + ".summary"), Example: w.Say(id + ".example"),
		}})
	}
	return all
}

// prompts are what Teams offers people who have not written anything yet: to whom no command is open, too. Their words
// are messages of the catalogue: prompt.<name> says what it is, prompt.<name>.about what comes of it, and
// prompt.<name>.line is what is sent.
var prompts = []string{"phone", "broken"}

// Prompt is a line that Teams offers, and what it says of it.
type Prompt struct{ Title, About, Line string }

// Prompts are the lines that Teams offers in the personal chat, in the language of the words.
func Prompts(w *text.Words) []Prompt {
	all := make([]Prompt, 0, len(prompts))
	for _, name := range prompts {
		id := "prompt." + name
		all = append(all, Prompt{Title: w.Say(id), About: w.Say(id + ".about"), Line: w.Say(id + ".line")})
	}
	return all
}
