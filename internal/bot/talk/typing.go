package talk

import (
	"context"
	"time"

	"calltab/internal/bot/turns"
)

// Patience is how long people see nothing of a turn before Calltab shows that it works on it. Microsoft asks of bots an
// answer or a sign within two seconds (https://learn.microsoft.com/microsoftteams/platform/concepts, the
// validation guidelines of the store).
const Patience = time.Second

// Working shows once that the bot is about to write, should the turn take longer than [Patience]. The caller calls end
// when the turn is over, which then sends nothing any more. A press and a type-ahead show by themselves that they wait.
func (x *Exchange) Working(ctx context.Context) (end func()) {
	switch x.Turn.Kind {
	case turns.Message, turns.Submit, turns.Dropped:
	default:
		return func() {}
	}
	if x.c.After == nil || x.home.Only != "" { // all members would see it
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	to := x.Turn.Conversation
	done := make(chan struct{})
	stop := x.c.After(Patience, func() {
		defer close(done)
		// a sign that does not arrive is missed by nobody: the answer follows
		_ = x.c.Courier.Typing(ctx, to)
	})
	return func() {
		cancel()
		if !stop() {
			<-done
		}
	}
}
