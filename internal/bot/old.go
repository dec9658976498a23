package bot

import (
	"cmp"
	"context"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/turns"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// mostAge is how old an activity may be that changes something. Teams gives up on a turn after seconds; one that comes
// an hour later was held up on the way or is played again, and its person has long gone on.
const mostAge = time.Hour

// old reports whether the turn came too late to do anything. A turn that does not say when it was sent did not.
// Business time may be the clock of another machine: a turn is late only where this one's says so too, since one that
// is wrong would silence the bot for everybody.
func (x *exchange) old() bool {
	t := x.Turn
	if t.At.IsZero() || t.Verb == view.VerbShow {
		return false
	}
	return x.b.Now().Sub(t.At) > mostAge && x.b.Wall().Sub(t.At) > mostAge
}

// answerOld answers a turn that came too late: with the card as it is now where one was pressed, else with a line.
func answerOld(ctx context.Context, x *exchange) error {
	x.Result = talk.ResultOld
	switch x.Turn.Kind {
	case turns.Submit, turns.Action:
		return x.oldPress(ctx)
	case turns.Message, turns.Dropped:
		x.What = string(x.Turn.Kind)
		return x.Here(ctx, "message-was-old")
	}
	return nil
}

// oldPress shows an order's card as it is now. A button that is about no order gets a line, and so does a person who
// may not see it.
func (x *exchange) oldPress(ctx context.Context) error {
	x.What = x.Turn.Verb
	f := x.b.router.forms[x.Turn.Verb]
	if f == nil || x.Turn.Actor.User == "" {
		x.What = ""
		return x.Say(ctx, "press-was-old")
	}
	id := provision.OrderID(x.Turn.Data[dataOrder])
	sheet, err := x.b.Service.Open(ctx, x.Turn.Actor.Tenant, x.Actor(), id)
	if err != nil {
		x.Cause = err
		return x.Say(ctx, "press-was-old")
	}
	sheet.Order.Notice = provision.Say("order-press-was-old")
	if x.Turn.Conversation.Scope != chats.Personal && x.Turn.Kind == turns.Submit {
		x.Turn.ReplyTo = ""
		return x.Aside(ctx, func() error { return x.ShowSheet(ctx, sheet, cmp.Or(f.role, chats.OrderCard)) })
	}
	return x.ShowSheet(ctx, sheet, cmp.Or(f.role, chats.OrderCard))
}
