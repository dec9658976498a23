package numbers

import (
	"context"
	"slices"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/sheet"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/view"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
)

// fileTaker keeps files of numbers until they are added.
type fileTaker interface {
	Stage(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, name string, numbers []provision.NewNumber,
	) (provision.Batch, error)
	StageFile(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, name string, file []byte,
	) (string, error)
	StagedFile(ctx context.Context, tenant provision.TenantID, by provision.Actor, id string) (string, []byte, error)
	AddBatch(ctx context.Context, tenant provision.TenantID, by provision.Actor, id string) (provision.Batch, error)
}

// Drop takes a file: of numbers what it would add is shown, with a button that does it, and orders for several people
// are taken as a list.
func (k *Keeper) Drop(ctx context.Context, x *talk.Exchange) error {
	x.What = "file"
	if x.Turn.Actor.User == "" {
		x.Result = talk.ResultRefused
		return x.Here(ctx, "no-account")
	}
	if err := k.Service.Admit(ctx, x.Turn.Actor.Tenant, x.Actor(), provision.Operate); err != nil {
		return err
	}
	f := x.Turn.Files[0]
	switch {
	case x.Turn.Conversation.Scope != chats.Personal:
		return x.Here(ctx, "file-personal")
	case len(x.Turn.Files) > 1:
		return x.Say(ctx, "file-one")
	case k.Files == nil || !sheet.Reads(f.Type):
		return x.Say(ctx, "file-kind")
	}
	data, err := k.Files.Fetch(ctx, f.URL)
	if err != nil {
		return err
	}
	text, err := sheet.Plain(f.Type, data)
	if err != nil {
		return err
	}
	list, err := sheet.People(text.Data)
	if err != nil {
		return err
	}
	if len(list.Lines) > 0 {
		return k.People(ctx, x, list.Lines, slices.Concat(text.Notes, list.Notes))
	}
	if err := k.Service.Admit(ctx, x.Turn.Actor.Tenant, x.Actor(), provision.Manage); err != nil {
		return err
	}
	return k.file(ctx, x, f.Name, text)
}

// file shows what the numbers of a file come to, or asks where those belong whose lines name no location.
func (k *Keeper) file(ctx context.Context, x *talk.Exchange, name string, text sheet.Text) error {
	tenant := x.Turn.Actor.Tenant
	places, err := k.Service.Places(ctx, tenant)
	if err != nil {
		return err
	}
	read, err := sheet.Read(text.Data, places, k.DialPlan, "")
	if err != nil {
		return err
	}
	read.Notes = slices.Concat(text.Notes, read.Notes)
	if err := k.nameAreas(ctx, x, read.Refused); err != nil {
		return err
	}
	if read.Unplaced == 0 || len(places) == 0 {
		b, err := k.stage(ctx, x, name, read)
		if err != nil {
			return err
		}
		return x.Show(ctx, chats.Made(x.Writer().Batch(b, refusals(read), read.Notes, false)))
	}
	id, err := k.Service.StageFile(ctx, tenant, x.Actor(), name, text.Data)
	if err != nil {
		return err
	}
	ask := lists.BatchQuestion{ID: id, Name: name, Lines: read.Unplaced, Places: places, Refused: refusals(read),
		Notes: read.Notes}
	return x.Show(ctx, chats.Made(x.Writer().BatchPlace(ask)))
}

// nameAreas adds to the refusals of numbers without area code what the numbers of their locations begin with.
func (k *Keeper) nameAreas(ctx context.Context, x *talk.Exchange, refused []sheet.Refusal) error {
	areas := map[string]string{}
	for _, r := range refused {
		at := r.Why.Args["at"]
		if at == "" {
			continue
		}
		if _, known := areas[at]; !known {
			area, err := x.Resolver().Area(ctx, provision.LocationID(at))
			if err != nil {
				return err
			}
			areas[at] = area
		}
		r.Why.Args["area"] = areas[at]
	}
	return nil
}

// stage keeps what was read of a file until it is added.
func (k *Keeper) stage(ctx context.Context, x *talk.Exchange, name string, read sheet.Result) (provision.Batch, error) {
	if len(read.Numbers) == 0 {
		return provision.Batch{Name: name}, nil
	}
	b, err := k.Service.Stage(ctx, x.Turn.Actor.Tenant, x.Actor(), name, read.Numbers)
	b.Name = name
	return b, err
}

// refusals are the refused lines as a card shows them.
func refusals(read sheet.Result) []lists.Refusal {
	all := make([]lists.Refusal, len(read.Refused))
	for i, r := range read.Refused {
		all[i] = lists.Refusal{Line: r.Line, Text: r.Text, Why: r.Why}
	}
	return all
}

// PlaceBatch is the button that says where the numbers belong whose lines name no location.
func (k *Keeper) PlaceBatch(ctx context.Context, x *talk.Exchange, data map[string]string) error {
	tenant := x.Turn.Actor.Tenant
	name, file, err := k.Service.StagedFile(ctx, tenant, x.Actor(), data[view.DataBatch])
	if err != nil {
		return err
	}
	places, err := k.Service.Places(ctx, tenant)
	if err != nil {
		return err
	}
	to := provision.LocationID(data[view.InputLocation])
	if !slices.ContainsFunc(places, func(l provision.Location) bool { return l.ID == to }) {
		return &provision.Error{Op: "add numbers", Kind: provision.NotFound,
			Say: provision.Say("location-unknown", "location", string(to))}
	}
	read, err := sheet.Read(file, places, k.DialPlan, to)
	if err != nil {
		return err
	}
	if err := k.nameAreas(ctx, x, read.Refused); err != nil {
		return err
	}
	b, err := k.stage(ctx, x, name, read)
	if err != nil {
		return err
	}
	return x.Replace(ctx, chats.Made(x.Writer().Batch(b, refusals(read), read.Notes, false)))
}

// AddBatch is the button that adds the numbers of the file.
func (k *Keeper) AddBatch(ctx context.Context, x *talk.Exchange, data map[string]string) error {
	b, err := k.Service.AddBatch(ctx, x.Turn.Actor.Tenant, x.Actor(), data[view.DataBatch])
	if err != nil {
		return err
	}
	return x.Replace(ctx, chats.Made(x.Writer().Batch(b, nil, nil, true)))
}
