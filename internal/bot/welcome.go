package bot

import "context"

// welcome greets once: in a personal chat the person who installed the app, with what they can do; anywhere else one line.
func welcome(ctx context.Context, x *exchange) error {
	if x.record.Welcomed && !x.record.Dead {
		x.result = resultIgnored
		return nil
	}
	if x.turn.Conversation.Scope != Personal {
		return x.here(ctx, "group-welcome")
	}
	admin := x.turn.Actor.User != "" && x.allowed(ctx) == nil
	return x.show(ctx, made(x.writer().Welcome(admin)))
}
