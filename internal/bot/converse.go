package bot

import (
	"cmp"
	"context"

	"calltab/internal/bot/joint"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/remark"
	"calltab/internal/bot/talk"
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
	if x.Turn.Actor.User == "" {
		x.What, x.Result = "", talk.ResultRefused
		return x.Here(ctx, "no-account")
	}
	if taken, err := x.severalLines(ctx); taken || err != nil {
		return err
	}
	if parse.Cut(x.Turn.Text) {
		x.Result = talk.ResultUnknown
		return x.Here(ctx, "line-too-long")
	}
	intent := parse.Message(x.Turn.Text, x.Mentions())
	if err := x.NameMentioned(ctx); err != nil {
		return err
	}
	said, err := remark.Answer(ctx, x.Exchange, parse.Split(x.Turn.Text), sender{x})
	if said || err != nil {
		return err
	}
	if listed, err := joint.ShowLists(ctx, x.Exchange, sender{x}, x.runLine); listed || err != nil {
		return err
	}
	r, read, err := x.reading(ctx, intent)
	if err != nil {
		return err
	}
	if read {
		x.What = r.Intent
		return x.Privately(ctx, false, func() error { return x.heard(ctx, r) })
	}
	command, rest := x.b.router.commands[intent.Command], intent.Words
	x.What = cmp.Or(command.called, command.name)
	if !command.self {
		if err := x.b.Service.Admit(ctx, x.Turn.Actor.Tenant, x.Actor(), command.right); err != nil {
			return x.refused(ctx, err)
		}
	}
	return x.Privately(ctx, command.public, func() error { return command.run(ctx, x, rest) })
}

// sender is who wrote a line, as package remark asks about them.
type sender struct{ x *exchange }

// Access is what they may do.
func (s sender) Access(ctx context.Context) (provision.Access, error) {
	return s.x.b.Service.Access(ctx, s.x.Turn.Actor.Tenant, s.x.Turn.Actor.User)
}

// Waiting shows what waits for their decision.
func (s sender) Waiting(ctx context.Context, person string) (show func(context.Context) error, err error) {
	some, err := s.x.waiting(ctx, person)
	if err != nil || len(some) == 0 {
		return nil, err
	}
	return func(ctx context.Context) error { return s.x.toDecide(ctx, person) }, nil
}

// saying is a command that says one thing.
func saying(id string) func(context.Context, *exchange, []parse.Word) error {
	return func(ctx context.Context, x *exchange, _ []parse.Word) error { return x.Say(ctx, id) }
}

// hello greets with what the person can do.
func hello(ctx context.Context, x *exchange, _ []parse.Word) error {
	acc, err := x.b.Service.Access(ctx, x.Turn.Actor.Tenant, x.Turn.Actor.User)
	if err != nil {
		return err
	}
	if acc.May(provision.Operate, "") {
		return x.Say(ctx, "hello")
	}
	return x.Say(ctx, "hello-employee")
}

// unknown answers what nobody can make sense of.
func unknown(ctx context.Context, x *exchange, words []parse.Word) error {
	x.Result = talk.ResultUnknown
	acc, err := x.b.Service.Access(ctx, x.Turn.Actor.Tenant, x.Turn.Actor.User)
	if err != nil {
		return err
	}
	if shown, err := x.ownPhone(ctx, acc); err != nil || shown {
		return err
	}
	if name, line := parse.Mean(words); name != "" {
		question := x.Words.Say("did-you-mean", "line", line, "usage", x.Words.Say("command."+name+".usage"))
		return x.Ask(ctx, question, []view.Choice{{Title: line, Line: line}})
	}
	if acc.May(provision.Look, "") {
		if named, err := x.byName(ctx); named || err != nil {
			return err
		}
	}
	return x.Say(ctx, "not-understood")
}
