package talk

import (
	"cmp"
	"context"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
	"calltab/internal/bot/view"
)

// Ask shows a question with a button for each answer. Nothing came of the line yet: edited, it is read again. Once one
// of the answers was pressed, or the line was edited and understood, the others do nothing any more.
func (x *Exchange) Ask(ctx context.Context, question string, choices []view.Choice) error {
	of := ""
	if x.Turn.Kind == turns.Message {
		of = cmp.Or(x.Turn.Of, x.Turn.ID)
	}
	return x.ask(ctx, question, of, choices)
}

// AskEach is Ask for answers that can be pressed one after the other.
func (x *Exchange) AskEach(ctx context.Context, question string, choices []view.Choice) error {
	return x.ask(ctx, question, "", choices)
}

func (x *Exchange) ask(ctx context.Context, question, of string, choices []view.Choice) error {
	x.Result = ResultUnknown
	return x.Show(ctx, chats.Made(x.Writer().Ask(question, of, choices)))
}

// Choose does what a pressed answer stands for, unless its question is settled. The card then says what was chosen, on
// all devices. data is the button's; what it says of the message is not believed further than that: a line that could
// be written as well is all that it can bring.
func (x *Exchange) Choose(ctx context.Context, data map[string]string, answer func() error) error {
	of := data[view.DataOf]
	if of == "" {
		return answer()
	}
	if puzzled, seen := x.Record.Puzzled(of); seen && !puzzled {
		x.stale = true
		return x.Say(ctx, "choice-settled")
	}
	x.chosen = of
	if err := answer(); err != nil {
		return err
	}
	if x.Answer.Card != nil || x.Turn.ReplyTo == "" {
		return nil
	}
	m := chats.Made(x.Writer().Chosen(data[view.DataLine]))
	if x.Turn.Kind == turns.Action && !x.Answer.Kept() {
		x.Answer = chats.Answer{Card: m.Card}
	}
	err := x.c.Courier.Edit(ctx, x.Turn.Conversation, x.Turn.ReplyTo, chats.Outgoing{Card: m.Card, Summary: m.Summary})
	if err != nil { // the other answers are refused anyway
		x.Cause = err
	}
	return nil
}

// settle forgets in a record which messages were not understood: that of the pressed answer, or of a button that says
// none, all of them.
func (x *Exchange) settle(r *chats.Record) {
	switch {
	case x.Turn.Verb != view.VerbSay || x.stale:
	case x.chosen != "":
		r.Reread(x.chosen, false)
	default:
		r.Settle()
	}
}
