package bot

import (
	"context"
	"slices"
	"strings"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/view"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
	"calltab/internal/provision/roster"
)

// peopleImporter reads the people of Microsoft 365 and imports those who are chosen.
type peopleImporter interface {
	Sync(ctx context.Context, tenant provision.TenantID, by provision.Actor) (provision.SyncReport, error)
	SyncNumbers(ctx context.Context, tenant provision.TenantID, by provision.Actor) (provision.NumberReport, error)
	Candidates(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, q roster.CandidateQuery,
	) (roster.CandidatePage, error)
	ImportPeople(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, ids []provision.UserID,
		to provision.LocationID,
	) (roster.ImportReport, error)
}

// syncPeople begins to read the people of Microsoft 365, and shows those who can be imported. With a name or a location
// it only searches what was read.
func syncPeople(ctx context.Context, x *exchange, words []parse.Word) error {
	tenant := x.Turn.Actor.Tenant
	words = parse.WithoutCourtesy(words)
	if parse.Numbers.Begins(words) {
		if err := parse.Unused(words[1:]); err != nil {
			return err
		}
		r, err := x.b.Service.SyncNumbers(ctx, tenant, x.Actor())
		if err != nil {
			return err
		}
		return x.Show(ctx, chats.Made(x.Writer().Compared(r)))
	}
	places, err := x.b.Service.Places(ctx, tenant)
	if err != nil {
		return err
	}
	stock, err := x.b.Service.Stock(ctx, tenant, x.Actor())
	if err != nil {
		return err
	}
	var q roster.CandidateQuery
	rest := parse.Bare(words)
	q.Others = slices.ContainsFunc(rest, parse.Others.Has)
	w := parse.ReadPlace(parse.Without(rest, parse.Others), places)
	q.Location = w.Location
	q.Text = w.Person
	if len(words) == 0 {
		if _, err := x.b.Service.Sync(ctx, tenant, x.Actor()); err != nil {
			return err
		}
	}
	m, err := x.roster(ctx, q, stock)
	if err != nil {
		return err
	}
	return x.Show(ctx, m)
}

// rosterPage is the button that turns to another page of the people.
func rosterPage(ctx context.Context, x *exchange, data map[string]string) error {
	stock, err := x.b.Service.Stock(ctx, x.Turn.Actor.Tenant, x.Actor())
	if err != nil {
		return err
	}
	m, err := x.roster(ctx, roster.CandidateQuery{
		Others: data[view.DataOthers] != "", Text: data[view.DataText],
		Location: provision.LocationID(data[view.DataLocation]), From: provision.UserID(data[view.DataPerson]),
	}, stock)
	if err != nil {
		return err
	}
	return x.Replace(ctx, m)
}

// roster is the card of a page of people.
func (x *exchange) roster(
	ctx context.Context, q roster.CandidateQuery, stock []provision.Stock,
) (chats.Message, error) {
	q.Limit = lists.ListedPeople
	if q.Others {
		q.Limit = lists.ListedOthers
	}
	page, err := x.b.Service.Candidates(ctx, x.Turn.Actor.Tenant, x.Actor(), q)
	return chats.Made(x.Writer().Roster(lists.RosterList{CandidateQuery: q, Page: page, Stock: stock})), err
}

// importPeople is the button that imports the people who were chosen.
func importPeople(ctx context.Context, x *exchange, data map[string]string) error {
	var ids []provision.UserID
	for id := range strings.SplitSeq(data[view.InputPeople], ",") {
		ids = append(ids, provision.UserID(strings.TrimSpace(id)))
	}
	in, err := x.b.Service.ImportPeople(ctx, x.Turn.Actor.Tenant, x.Actor(), ids,
		provision.LocationID(data[view.InputLocation]))
	if err != nil {
		return err
	}
	return x.Replace(ctx, chats.Made(x.Writer().Imported(in)))
}
