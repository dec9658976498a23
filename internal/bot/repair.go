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
	found, asked, err := x.lookWhole(ctx, parse.WithoutReferring(words))
	switch {
	case err != nil:
		return err
	case asked == "" && len(found) == 0:
		return x.Say(ctx, "repair-whom")
	case len(found) > 1:
		return x.Show(ctx, chats.Made(x.Writer().Found(found)))
	case len(found) == 0 || found[0].Person.ID == "":
		return x.Say(ctx, "found-nothing", "text", x.asked(words))
	}
	r, err := x.b.Service.Examine(ctx, x.Turn.Actor.Tenant, x.Actor(), found[0].Person.ID)
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
