package bot

import (
	"context"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// mender holds records against what Microsoft shows.
type mender interface {
	Examine(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, user provision.UserID,
	) (provision.Repair, error)
	Mend(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, user provision.UserID, mark string,
	) (provision.Repair, error)
}

// repair holds the records of a person against what Microsoft shows, and offers to set them by it.
func repair(ctx context.Context, x *exchange, words []parse.Word) error {
	p, err := x.person(ctx, words, "repair-whom")
	if err != nil || p.ID == "" {
		return err
	}
	r, err := x.b.Service.Examine(ctx, x.Turn.Actor.Tenant, x.Actor(), p.ID)
	if err != nil {
		return err
	}
	return x.Show(ctx, chats.Made(x.Writer().Repair(r)))
}

// mend is the button that sets the records.
func mend(ctx context.Context, x *exchange, data map[string]string) error {
	user := provision.UserID(data[view.DataPerson])
	r, err := x.b.Service.Mend(ctx, x.Turn.Actor.Tenant, x.Actor(), user, data[view.DataMark])
	if err != nil {
		return err
	}
	return x.Replace(ctx, chats.Made(x.Writer().Repair(r)))
}
