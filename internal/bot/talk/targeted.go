package talk

import (
	"context"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/turns"
)

// refusedFor is how long a tenant's service is not asked again for what one person alone sees, once it refused it.
const refusedFor = time.Hour

// targets reports whether an answer to where the turn came from is for its sender alone: by the setting, and where what
// they wrote is seen by nobody else either. Microsoft calls both a preview
// (https://github.com/microsoft/teams.net/pull/303).
func (x *Exchange) targets() bool {
	if x.Turn.Conversation.Scope == chats.Personal || x.Turn.Actor.MRI == "" {
		return false
	}
	refused, ok := x.c.refusing.Load(x.Turn.Actor.Tenant)
	if ok && x.Now().Sub(refused.(time.Time)) < refusedFor {
		return false
	}
	return x.c.Targeted || x.Turn.Targeted
}

// inPlace reports whether results stay where the turn came from, as its sender alone sees them.
func (x *Exchange) inPlace() bool { return x.c.Targeted && x.targets() }

// here is where the turn came from.
func (x *Exchange) here() chats.Conversation {
	to := x.Turn.Conversation
	if x.targets() {
		to.Only = x.Turn.Actor.MRI
	}
	return to
}

// aside runs a command of a group or channel with its results there, for its sender alone. Where the service refuses
// that, the results are in the personal chat, and the group gets the line that says so.
func (x *Exchange) aside(ctx context.Context, run func() error) error {
	if err := run(); err != nil {
		x.Fail(ctx, err)
	}
	if !x.moved || x.Turn.Kind == turns.Action {
		return nil
	}
	return x.Here(ctx, "group-sent")
}

// untargeted sends a message that the service refuses to show one person alone: what all may see to all, everything
// else to the personal chat.
func (x *Exchange) untargeted(ctx context.Context, m chats.Outgoing, what chats.About, refusal error) error {
	x.Cause = refusal
	x.c.refusing.Store(x.Turn.Actor.Tenant, x.Now())
	if x.public {
		x.home = x.Turn.Conversation
		return x.post(ctx, x.home, m, what)
	}
	home, known, err := x.c.Outbox.Personal(ctx, x.c.Courier, x.Turn.Conversation, x.Turn.Actor.User)
	if err != nil {
		x.mute = true
		id := "microsoft-busy"
		if chats.Unreachable(chats.Reason(err)) {
			id = "group-open-me"
		}
		return x.Here(ctx, id)
	}
	x.home = home
	x.opened = !known
	x.moved = true
	return x.post(ctx, home, m, what)
}
