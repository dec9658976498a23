package bot

import (
	"calltab/internal/bot/talk"
	"calltab/internal/bot/turns"
	"context"
	"fmt"
)

// router finds what answers a turn: by its kind, then by command, verb or dataset.
type router struct {
	kinds    map[turns.Kind]func(context.Context, *exchange) error
	commands map[string]*command // by the name of the intent
	forms    map[string]*form    // by verb
	buttons  map[string]*button  // by verb
	datasets map[string]dataset
}

// newRouter panics on names that are there twice.
func newRouter() router {
	r := router{
		kinds: map[turns.Kind]func(context.Context, *exchange) error{
			turns.Message:   converse,
			turns.Submit:    press,
			turns.Action:    press,
			turns.Dropped:   drop,
			turns.Consented: consent,
			turns.Search:    search,
			turns.Installed: welcome,
			turns.Removed:   ignore, // the commit marks the conversation
			turns.Edited:    edited,
			turns.Other:     ignore,
		},
		commands: make(map[string]*command),
		forms:    make(map[string]*form),
		buttons:  make(map[string]*button),
		datasets: make(map[string]dataset),
	}
	for i := range commands {
		c := &commands[i]
		register("command", r.commands, c.name, c)
	}
	for i := range talks {
		register("command", r.commands, talks[i].name, &talks[i])
	}
	for i := range forms {
		register("verb", r.forms, forms[i].verb, &forms[i])
	}
	for i := range buttons {
		if _, there := r.forms[buttons[i].verb]; there {
			panic("bot: verb " + buttons[i].verb + " is a form's and a button's")
		}
		register("verb", r.buttons, buttons[i].verb, &buttons[i])
	}
	for name, d := range datasets {
		register("dataset", r.datasets, name, d)
	}
	return r
}

func register[T any](what string, all map[string]T, name string, v T) {
	if _, there := all[name]; there || name == "" {
		panic(fmt.Sprintf("bot: %s %q is there twice or nameless", what, name))
	}
	all[name] = v
}

func (r *router) dispatch(ctx context.Context, x *exchange) error {
	answer := r.kinds[x.Turn.Kind]
	if answer == nil {
		answer = ignore
	}
	return answer(ctx, x)
}

// edited reads a message again that was not understood. What had been understood was done, or asked about, and is not
// done twice: its person is told to write anew. Of a message that is not remembered nobody knows what it had said.
func edited(ctx context.Context, x *exchange) error {
	puzzled, seen := x.Record.Puzzled(x.Turn.Of)
	switch {
	case !seen:
		return ignore(ctx, x)
	case !puzzled:
		return x.Here(ctx, "edited-not-read")
	}
	x.Turn.Kind = turns.Message
	return converse(ctx, x)
}

// consent answers what a person said to an offered file.
func consent(ctx context.Context, x *exchange) error { return x.b.files.Answer(ctx, x.Exchange) }

// drop answers files.
func drop(ctx context.Context, x *exchange) error { return x.b.numbers.Drop(ctx, x.Exchange) }

func ignore(_ context.Context, x *exchange) error {
	x.Result = talk.ResultIgnored
	return nil
}
