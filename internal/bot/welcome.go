package bot

import (
	"context"

	"calltab/internal/provision"
)

// welcome greets once: in a personal chat the person who installed the app, with what they can do; anywhere else one line.
func welcome(ctx context.Context, x *exchange) error {
	if x.record.Welcomed && !x.record.Dead {
		x.result = resultIgnored
		return nil
	}
	if x.turn.Conversation.Scope != Personal {
		return x.here(ctx, "group-welcome")
	}
	acc, err := x.b.Service.Access(ctx, x.turn.Actor.Tenant, x.turn.Actor.User)
	if err != nil {
		return err
	}
	if shown, failed := x.ownPhone(ctx, acc); shown || failed != nil {
		return failed // they had removed the app, and their phone's card with it
	}
	return x.show(ctx, made(x.writer().Welcome(acc.May(provision.Look, ""))))
}
