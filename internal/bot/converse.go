package bot

import (
	"cmp"
	"context"
	"slices"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// gatekeeper says who may do what.
type gatekeeper interface {
	Access(ctx context.Context, tenant provision.TenantID, user provision.UserID) (provision.Access, error)
	Admit(ctx context.Context, tenant provision.TenantID, by provision.Actor, r provision.Right) error
}

// converse answers what a person wrote.
func converse(ctx context.Context, x *exchange) error {
	if x.turn.Actor.User == "" {
		x.what, x.result = "", resultRefused
		return x.here(ctx, "no-account")
	}
	if parse.Cut(x.turn.Text) {
		x.result = resultUnknown
		return x.here(ctx, "line-too-long")
	}
	intent := parse.Message(x.turn.Text, x.mentions())
	if err := x.mentioned(ctx); err != nil {
		return err
	}
	r, read, err := x.reading(ctx, intent)
	if err != nil {
		return err
	}
	if read {
		x.what = r.Intent
		return x.privately(ctx, false, func() error { return x.heard(ctx, r) })
	}
	command, rest := x.b.router.commands[intent.Command], intent.Words
	x.what = cmp.Or(command.called, command.name)
	if !command.self {
		if err := x.b.Service.Admit(ctx, x.turn.Actor.Tenant, x.actor(), command.right); err != nil {
			return x.refused(ctx, err)
		}
	}
	return x.privately(ctx, command.public, func() error { return command.run(ctx, x, rest) })
}

// privately answers in the personal chat what is for nobody else; public is one harmless line.
func (x *exchange) privately(ctx context.Context, public bool, answer func() error) error {
	if public || x.turn.Conversation.Scope == chats.Personal {
		return answer()
	}
	return x.aside(ctx, answer)
}

// refused answers a person who may not give a command: with their own phone where they have one.
func (x *exchange) refused(ctx context.Context, refusal error) error {
	if m, _ := provision.SayOf(refusal); m.ID != "not-allowed" {
		return refusal
	}
	if shown, err := x.ownPhone(ctx, provision.Access{}); err != nil || !shown {
		return cmp.Or(err, refusal)
	}
	x.result = resultRefused
	return nil
}

// aside runs a command of a group or channel with its results in the personal chat, since they are nobody else's
// business; the group gets one line, or the presser the button's own answer.
func (x *exchange) aside(ctx context.Context, run func() error) error {
	person := x.turn.Actor.User
	home, known, err := x.b.Personal(ctx, x.b.Courier, x.turn.Conversation, person)
	switch {
	case chats.Unreachable(chats.Reason(err)):
		x.cause = err
		return x.here(ctx, "group-open-me")
	case err != nil:
		x.cause = err
		return x.here(ctx, "microsoft-busy")
	}
	x.opened = !known
	x.home = home
	if err := run(); err != nil {
		if chats.Unreachable(chats.Reason(err)) {
			x.cause, x.dead = err, true
			return x.here(ctx, "group-open-me")
		}
		x.fail(ctx, err)
	}
	if x.turn.Kind == Action {
		return nil
	}
	return x.here(ctx, "group-sent")
}

// actor is the sender as the core wants to know them.
func (x *exchange) actor() provision.Actor {
	return provision.Actor{ID: x.turn.Actor.User, Name: x.turn.Actor.Name}
}

// saying is a command that says one thing.
func saying(id string) func(context.Context, *exchange, []parse.Word) error {
	return func(ctx context.Context, x *exchange, _ []parse.Word) error { return x.say(ctx, id) }
}

// hello greets with what the person can do.
func hello(ctx context.Context, x *exchange, _ []parse.Word) error {
	acc, err := x.b.Service.Access(ctx, x.turn.Actor.Tenant, x.turn.Actor.User)
	if err != nil {
		return err
	}
	if acc.May(provision.Operate, "") {
		return x.say(ctx, "hello")
	}
	return x.say(ctx, "hello-employee")
}

// unknown answers what nobody can make sense of.
func unknown(ctx context.Context, x *exchange, words []parse.Word) error {
	x.result = resultUnknown
	acc, err := x.b.Service.Access(ctx, x.turn.Actor.Tenant, x.turn.Actor.User)
	if err != nil {
		return err
	}
	if shown, err := x.ownPhone(ctx, acc); err != nil || shown {
		return err
	}
	if name, line := parse.Mean(words); name != "" {
		question := x.words.Say("did-you-mean", "line", line, "usage", x.words.Say("command."+name+".usage"))
		return x.ask(ctx, question, []view.Choice{{Title: line, Line: line}})
	}
	return x.say(ctx, "not-understood")
}

// mentions are the people whom the turn mentions, as parsing needs them.
func (x *exchange) mentions() []parse.Mention {
	all := make([]parse.Mention, len(x.turn.Mentions))
	for i, m := range x.turn.Mentions {
		all[i] = parse.Mention{Name: m.Name, User: m.User}
	}
	return all
}

// mentioned fills in who the mentioned people are where Teams does not say so and they have met the bot. Others go by
// name.
func (x *exchange) mentioned(ctx context.Context) error {
	if len(x.turn.Mentions) == 0 {
		return nil
	}
	known := slices.Clone(x.turn.Mentions)
	err := x.b.Store.View(ctx, func(tx provision.Tx) error {
		for i, m := range known {
			if m.User == "" {
				user, _ := tx.Get(chats.TableMembers, chats.MemberKey(x.turn.Actor.Tenant, m.MRI))
				known[i].User = provision.UserID(user)
			}
		}
		return nil
	})
	x.turn.Mentions = known
	return err
}
