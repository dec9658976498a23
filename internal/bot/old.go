package bot

import (
	"cmp"
	"context"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// mostAge is how old an activity may be that changes something. Teams gives up on a turn after seconds; one that comes
// an hour later was held up on the way or is played again, and its person has long gone on.
const mostAge = time.Hour

// old reports whether the turn came too late to do anything. A turn that does not say when it was sent did not.
func (x *exchange) old() bool {
	t := x.turn
	return !t.At.IsZero() && x.b.Now().Sub(t.At) > mostAge && t.Verb != view.VerbShow
}

// answerOld answers a turn that came too late: with the card as it is now where one was pressed, else with a line.
func answerOld(ctx context.Context, x *exchange) error {
	x.result = resultOld
	switch x.turn.Kind {
	case Submit, Action:
		return x.oldPress(ctx)
	case Message, Dropped:
		x.what = string(x.turn.Kind)
		return x.here(ctx, "message-was-old")
	}
	return nil
}

// oldPress shows an order's card as it is now. A button that is about no order gets a line, and so does a person who
// may not see it.
func (x *exchange) oldPress(ctx context.Context) error {
	x.what = x.turn.Verb
	f := x.b.router.forms[x.turn.Verb]
	if f == nil || x.turn.Actor.User == "" {
		x.what = ""
		return x.say(ctx, "press-was-old")
	}
	id := provision.OrderID(x.turn.Data[dataOrder])
	sheet, err := x.b.Service.Open(ctx, x.turn.Actor.Tenant, x.actor(), id)
	if err != nil {
		x.cause = err
		return x.say(ctx, "press-was-old")
	}
	sheet.Order.Notice = provision.Say("order-press-was-old")
	if x.turn.Conversation.Scope != chats.Personal && x.turn.Kind == Submit {
		x.turn.ReplyTo = ""
		return x.aside(ctx, func() error { return x.showSheet(ctx, sheet, cmp.Or(f.role, chats.OrderCard)) })
	}
	return x.showSheet(ctx, sheet, cmp.Or(f.role, chats.OrderCard))
}
