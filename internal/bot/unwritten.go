package bot

import (
	"context"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/turns"
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

// notBegun answers a turn that could not be claimed from other programs, as the store took nothing.
func (b *Bot) notBegun(ctx context.Context, t turns.Turn, err error) (chats.Answer, error) {
	ctx, cancel := talk.Late(ctx)
	defer cancel()
	x := &exchange{Exchange: b.talk.Begin(t), b: b}
	err = x.leave(ctx, talk.NotBegun(err))
	b.report(ctx, x, err, 0)
	return x.Answer, err
}

// unrecorded is for a turn whose record could not be written: who gets an error sends it again, and all is done twice.
func (x *exchange) unrecorded(ctx context.Context, err error) error {
	if !talk.Untaken(err) {
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
	if talk.Untaken(x.Cause) {
		return nil // the turn itself has met it, and said so
	}
	return x.warn(ctx, err)
}
