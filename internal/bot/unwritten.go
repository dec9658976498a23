package bot

import (
	"context"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/turns"
	"calltab/internal/provision"
)

// unwritable is what people are told while the store cannot record anything, and unsure where it does not say whether
// it has. The sentences are the store's.
const (
	unwritable = "store-not-writable"
	unsure     = "store-unsure"
)

// held answers a turn while nothing can be recorded, and reports whether it did: nothing is begun then. What people
// write and press gets one sentence. What Teams tells of by itself is left for when it tells it again, with an error.
func (x *exchange) held(ctx context.Context) (bool, error) {
	trouble := x.b.Unwritable()
	if trouble == nil {
		x.b.warned.Clear()
		return false, nil
	}
	if x.Turn.Kind == turns.Search || x.Turn.Kind == turns.Other { // they only read
		return false, nil
	}
	return true, x.leave(ctx, trouble)
}

// leave answers a turn that is not begun.
func (x *exchange) leave(ctx context.Context, trouble error) error {
	switch x.Turn.Kind {
	case turns.Edited: // it may be one that is read again: it is told like a new one
		x.Turn.Kind = turns.Message
		return x.warn(ctx, trouble)
	case turns.Action, turns.Message, turns.Submit, turns.Dropped, turns.Consented:
		return x.warn(ctx, trouble)
	}
	x.Cause, x.Result = trouble, talk.Outcome(trouble)
	return trouble
}

// warn says that nothing can be recorded: under the button each time, and in a conversation once.
func (x *exchange) warn(ctx context.Context, trouble error) error {
	if x.Turn.Kind == turns.Action || x.b.warned.First(chats.ConversationKey(x.Turn.Conversation)) {
		x.Fail(ctx, trouble)
		return nil
	}
	x.Cause, x.Result = trouble, talk.Outcome(trouble)
	return nil
}

// tellTime bounds how long a person is told what became of a turn, once its own time is over.
const tellTime = 5 * time.Second

// notBegun answers a turn that could not be claimed from other programs, as the store took nothing.
func (b *Bot) notBegun(ctx context.Context, t turns.Turn, err error) (chats.Answer, error) {
	if said, ok := provision.SayOf(err); !ok || said.ID != unwritable && said.ID != unsure {
		return chats.Answer{}, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tellTime)
	defer cancel()
	x := &exchange{Exchange: b.talk.Begin(t), b: b}
	err = x.leave(ctx, &provision.Error{Op: "begin the turn", Kind: provision.Unavailable,
		Say: provision.Say(unwritable), Err: err})
	b.report(ctx, x, err, 0)
	return x.Answer, err
}

// unrecorded decides what a turn comes to whose own record could not be written. The sender of an error sends again,
// which would do everything twice: people are answered, and told where that has not happened.
func (x *exchange) unrecorded(ctx context.Context, err error) error {
	said, ok := provision.SayOf(err)
	if !ok || said.ID != unwritable && said.ID != unsure {
		return err
	}
	switch x.Turn.Kind {
	case turns.Action, turns.Message, turns.Submit, turns.Dropped, turns.Consented:
	case turns.Search, turns.Edited, turns.Other:
		x.Cause = err
		return nil
	default:
		return err
	}
	if m, _ := provision.SayOf(x.Cause); m.ID == unwritable || m.ID == unsure {
		return nil // the turn itself has met it, and said so
	}
	return x.warn(ctx, err)
}
