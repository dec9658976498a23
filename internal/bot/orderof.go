package bot

import (
	"context"
	"strings"

	"calltab/internal/bot/judge"
	"calltab/internal/bot/parse"
	"calltab/internal/provision"
)

// lookup is lookKnown or lookWhole.
type lookup func(ctx context.Context, words []parse.Word) (found []provision.Finding, asked string, err error)

// orderOf finds the order that a line names: by its reference, or the newest of the only person it can mean. Of
// several people it returns all. An unsaved order of one's own counts where there is no other at work, or where only
// unsaved ones are meant.
func (x *exchange) orderOf(
	ctx context.Context, words []parse.Word, unsaved bool, look lookup,
) (provision.OrderID, []provision.Finding, error) {
	if id, err := x.byReference(ctx, words); err != nil || id != "" {
		return id, nil, err
	}
	found, _, err := look(ctx, words)
	if err != nil {
		id, err := x.ofConcern(ctx, words, unsaved, err)
		return id, nil, err
	}
	if len(found) != 1 {
		return "", found, nil
	}
	f := found[0]
	if f.Person.ID == "" { // a number that an unsaved order holds
		return f.Number.Order, found, nil
	}
	if unsaved || f.Order.ID == "" || f.Order.State.Over() {
		own := f.Order.Requester.ID == x.Turn.Actor.User
		working := own && f.Order.ID != "" && !f.Order.State.Over()
		if draft, err := x.draftFor(ctx, f.Person.ID, working); err != nil || draft != "" {
			return draft, found, err
		}
	}
	return f.Order.ID, found, nil
}

// ofConcern is the order of the person whom a line names where they were not found, or where the reader may look nobody
// up: why is that error, which stays where there is no such order.
func (x *exchange) ofConcern(
	ctx context.Context, words []parse.Word, changes bool, why error,
) (provision.OrderID, error) {
	if !judge.NotFound(why) && provision.KindOf(why) != provision.Denied {
		return "", why
	}
	of := x.concerned()
	name := x.asked(parse.WithoutCourtesy(words))
	id, several, err := of.OfName(ctx, name)
	switch {
	case err != nil || id != "":
		return id, err
	case several:
		return "", judge.NothingNamed(nil, 2)
	case changes:
		return "", why
	}
	if id, err = of.ToDecide(ctx, name); err != nil || id != "" {
		return id, err
	}
	return "", why
}

// byReference is the order whose reference is all that a line says; empty where it says something else.
func (x *exchange) byReference(ctx context.Context, words []parse.Word) (provision.OrderID, error) {
	if len(words) != 1 || parse.IsUPN(words[0].Text) {
		return "", nil
	}
	id := provision.OrderID(strings.ToLower(strings.TrimPrefix(words[0].Text, "#")))
	sheet, err := x.b.Service.Open(ctx, x.Turn.Actor.Tenant, x.Actor(), id)
	if err != nil && provision.KindOf(err) == provision.NotFound {
		return "", nil
	}
	return sheet.Order.ID, err
}

// draftFor is one's own newest unsaved order for a person; beside one's own at work only one that can go on: a form
// that says why nothing can be ordered leads to the order that stands in its way.
func (x *exchange) draftFor(ctx context.Context, person provision.UserID, working bool) (provision.OrderID, error) {
	drafts, err := x.b.Service.Orders(ctx, x.Turn.Actor.Tenant, x.Actor(),
		provision.Filter{Requester: x.Turn.Actor.User, Drafts: true, Limit: draftsSearched})
	for _, o := range drafts {
		if o.Person.ID == person && !(working && o.Form == provision.FormRefused) {
			return o.ID, err
		}
	}
	return "", err
}

// draftsSearched bounds how far back an unsaved order is looked for; one is closed after a day.
const draftsSearched = 50
