// Package remedy answers the buttons that set right what stands against a person's phone: a calling plan that is let
// stand beside it, and records that are set by what Microsoft shows. What may be done about whom the core decides, at
// the press.
package remedy

import (
	"context"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// Service is what the buttons need of the core.
type Service interface {
	Waive(ctx context.Context, tenant provision.TenantID, by provision.Actor, user provision.UserID, why string) error
	Unwaive(ctx context.Context, tenant provision.TenantID, by provision.Actor, user provision.UserID) error
	Mend(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, user provision.UserID, mark string,
	) (provision.Repair, error)
}

// Waive is the button that lets a person have a phone beside their calling plan.
func Waive(ctx context.Context, x *talk.Exchange, s Service, data map[string]string) error {
	user := provision.UserID(data[view.DataPerson])
	if err := s.Waive(ctx, x.Turn.Actor.Tenant, x.Actor(), user, data[view.InputWhy]); err != nil {
		return err
	}
	return again(ctx, x, user)
}

// Unwaive is the button that takes that back.
func Unwaive(ctx context.Context, x *talk.Exchange, s Service, data map[string]string) error {
	user := provision.UserID(data[view.DataPerson])
	if err := s.Unwaive(ctx, x.Turn.Actor.Tenant, x.Actor(), user); err != nil {
		return err
	}
	return again(ctx, x, user)
}

// again shows what stands against a person now, in the place of the card that was pressed.
func again(ctx context.Context, x *talk.Exchange, user provision.UserID) error {
	of := x.Resolver()
	found, err := of.Service.Find(ctx, of.Tenant, of.By, provision.Query{User: user}, 1)
	switch {
	case err != nil:
		return err
	case len(found) == 0 || found[0].Person.Gone || found[0].Number.E164 != "":
		return x.Replace(ctx, chats.Made(x.Writer().Found(found)))
	}
	return x.Replace(ctx, chats.Made(x.Writer().Why(found[0])))
}

// Mend is the button that sets the records of a person.
func Mend(ctx context.Context, x *talk.Exchange, s Service, data map[string]string) error {
	user := provision.UserID(data[view.DataPerson])
	r, err := s.Mend(ctx, x.Turn.Actor.Tenant, x.Actor(), user, data[view.DataMark])
	if err != nil {
		return err
	}
	return x.Replace(ctx, chats.Made(x.Writer().Repair(r)))
}
