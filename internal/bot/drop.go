package bot

import (
	"context"
	"slices"
	"strings"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/sheet"
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

// Files reads what people drop into the chat.
type Files interface {
	// Fetch reads a file whole. Errors are *provision.Error: Denied for an address that is not Teams's, Invalid for a
	// file that is too big, Unavailable for one that does not come in time.
	Fetch(ctx context.Context, url string) ([]byte, error)
}

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
	case x.turn.Conversation.Scope != chats.Personal:
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
	return x.file(ctx, f.Name, data)
}

// file shows what the numbers of a file come to, or asks where those belong whose lines name no location.
func (x *exchange) file(ctx context.Context, name string, data []byte) error {
	tenant := x.turn.Actor.Tenant
	places, err := x.b.Service.Places(ctx, tenant)
	if err != nil {
		return err
	}
	read, err := sheet.Read(data, places, x.b.DialPlan, "")
	if err != nil {
		return err
	}
	if err := x.nameAreas(ctx, read.Refused); err != nil {
		return err
	}
	if read.Unplaced == 0 || len(places) == 0 {
		b, err := x.stage(ctx, name, read)
		if err != nil {
			return err
		}
		return x.show(ctx, chats.Made(x.writer().Batch(b, refusals(read), read.Notes, false)))
	}
	id, err := x.b.Service.StageFile(ctx, tenant, x.actor(), name, data)
	if err != nil {
		return err
	}
	ask := lists.BatchQuestion{ID: id, Name: name, Lines: read.Unplaced, Places: places, Refused: refusals(read),
		Notes: read.Notes}
	return x.show(ctx, chats.Made(x.writer().BatchPlace(ask)))
}

// nameAreas adds to the refusals of numbers without area code what the numbers of their locations begin with.
func (x *exchange) nameAreas(ctx context.Context, refused []sheet.Refusal) error {
	areas := map[string]string{}
	for _, r := range refused {
		at := r.Why.Args["at"]
		if at == "" {
			continue
		}
		if _, known := areas[at]; !known {
			area, err := x.area(ctx, provision.LocationID(at))
			if err != nil {
				return err
			}
			areas[at] = area
		}
		r.Why.Args["area"] = areas[at]
	}
	return nil
}

// area is what the first numbers of a location begin with, all of them; empty where that is not so, or where the user
// may not look.
func (x *exchange) area(ctx context.Context, loc provision.LocationID) (string, error) {
	const looked = 20
	some, err := x.b.Service.Numbers(ctx, x.turn.Actor.Tenant, x.actor(), loc, "", "", looked)
	if provision.KindOf(err) == provision.Denied {
		return "", nil
	}
	if err != nil || len(some) == 0 {
		return "", err
	}
	area := x.b.DialPlan.Area(some[0].E164)
	for _, n := range some {
		if x.b.DialPlan.Area(n.E164) != area {
			return "", nil
		}
	}
	return area, nil
}

// stage keeps what was read of a file until it is added.
func (x *exchange) stage(ctx context.Context, name string, read sheet.Result) (provision.Batch, error) {
	if len(read.Numbers) == 0 {
		return provision.Batch{Name: name}, nil
	}
	b, err := x.b.Service.Stage(ctx, x.turn.Actor.Tenant, x.actor(), name, read.Numbers)
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

// batchPlace is the button that says where the numbers belong whose lines name no location.
func batchPlace(ctx context.Context, x *exchange, data map[string]string) error {
	tenant := x.turn.Actor.Tenant
	name, file, err := x.b.Service.StagedFile(ctx, tenant, x.actor(), data[view.DataBatch])
	if err != nil {
		return err
	}
	places, err := x.b.Service.Places(ctx, tenant)
	if err != nil {
		return err
	}
	to := provision.LocationID(data[view.InputLocation])
	if !slices.ContainsFunc(places, func(l provision.Location) bool { return l.ID == to }) {
		return &provision.Error{Op: "add numbers", Kind: provision.NotFound,
			Say: provision.Say("location-unknown", "location", string(to))}
	}
	read, err := sheet.Read(file, places, x.b.DialPlan, to)
	if err != nil {
		return err
	}
	if err := x.nameAreas(ctx, read.Refused); err != nil {
		return err
	}
	b, err := x.stage(ctx, name, read)
	if err != nil {
		return err
	}
	return x.replace(ctx, chats.Made(x.writer().Batch(b, refusals(read), read.Notes, false)))
}

// batchAdd is the button that adds the numbers of the file.
func batchAdd(ctx context.Context, x *exchange, data map[string]string) error {
	b, err := x.b.Service.AddBatch(ctx, x.turn.Actor.Tenant, x.actor(), data[view.DataBatch])
	if err != nil {
		return err
	}
	return x.replace(ctx, chats.Made(x.writer().Batch(b, nil, nil, true)))
}
