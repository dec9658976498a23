package bot

import (
	"context"
	"strings"

	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// drop takes a file of numbers: what it would add is shown, with a button that does it.
func drop(ctx context.Context, x *exchange) error {
	x.what = "file"
	if x.turn.Actor.User == "" {
		x.result = resultRefused
		return x.here(ctx, "no-account")
	}
	if err := x.b.Service.Admit(ctx, x.turn.Actor.Tenant, x.actor(), provision.Manage); err != nil {
		return err
	}
	f := x.turn.Files[0]
	switch {
	case x.turn.Conversation.Scope != Personal:
		return x.here(ctx, "file-personal")
	case len(x.turn.Files) > 1:
		return x.say(ctx, "file-one")
	case x.b.Files == nil || !strings.EqualFold(f.Type, "csv"):
		return x.say(ctx, "file-kind")
	}
	data, err := x.b.Files.Fetch(ctx, f.URL)
	if err != nil {
		return err
	}
	tenant := x.turn.Actor.Tenant
	places, err := x.b.Service.Places(ctx, tenant)
	if err != nil {
		return err
	}
	numbers, refused, err := readSheet(data, places, x.b.DialPlan)
	if err != nil {
		return err
	}
	var b provision.Batch
	if len(numbers) > 0 {
		if b, err = x.b.Service.Stage(ctx, tenant, x.actor(), f.Name, numbers); err != nil {
			return err
		}
	}
	b.Name = f.Name
	return x.show(ctx, made(x.writer().Batch(b, refused, false)))
}

// batchAdd is the button that adds the numbers of the file.
func batchAdd(ctx context.Context, x *exchange, data map[string]string) error {
	b, err := x.b.Service.AddBatch(ctx, x.turn.Actor.Tenant, x.actor(), data[view.DataBatch])
	if err != nil {
		return err
	}
	return x.replace(ctx, made(x.writer().Batch(b, nil, true)))
}
