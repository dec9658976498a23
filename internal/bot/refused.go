package bot

import (
	"context"
	"strings"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/concern"
	"calltab/internal/bot/joint"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/talk"
	"calltab/internal/provision"
)

// refused answers a person who may not give a command with what they have to do with: an order that the line names and
// that they are to approve, one that they have asked for and would change, or else their own phone.
func (x *exchange) refused(ctx context.Context, refusal error) error {
	if m, _ := provision.SayOf(refusal); m.ID != "not-allowed" || x.Turn.Conversation.Scope != chats.Personal {
		return refusal
	}
	of := x.concerned()
	words := strings.Fields(parse.Join(parse.Split(x.Turn.Text)))
	waits, err := of.Named(ctx, words)
	if err != nil {
		return err
	}
	if waits.ID != "" {
		return x.refusedBeside(ctx, provision.Say("not-by-you.decide", "person", waits.Person.Name()), waits.ID)
	}
	if r, err := x.read(ctx, x.Turn.Text); err == nil && joint.Corrects(r.Intent) {
		id, err := of.ToChange(ctx, words, len(r.Persons) > 0)
		if err != nil {
			return err
		}
		if id != "" {
			return x.refusedBeside(ctx, provision.Say("not-by-you.begun"), id)
		}
	}
	sheet, ok, err := x.ownSheet(ctx, provision.Access{})
	if err != nil {
		return err
	}
	if !ok {
		return refusal
	}
	if err := x.Say(ctx, "not-by-you"); err != nil {
		return err
	}
	x.Result = talk.ResultRefused
	return x.ShowSheet(ctx, sheet, chats.PhoneCard)
}

// refusedBeside refuses, and shows an order that the sender has to do with.
func (x *exchange) refusedBeside(ctx context.Context, say provision.Message, id provision.OrderID) error {
	if err := x.Tell(ctx, say); err != nil {
		return err
	}
	x.Result = talk.ResultRefused
	return x.openOrder(ctx, id)
}

// openOrder shows an order that the sender may see, as its card is for them.
func (x *exchange) openOrder(ctx context.Context, id provision.OrderID) error {
	sheet, err := x.b.Service.Open(ctx, x.Turn.Actor.Tenant, x.Actor(), id)
	if err != nil {
		return err
	}
	return x.ShowSheet(ctx, sheet, talk.RoleFor(sheet.Order, x.Turn.Actor.User))
}

// concerned finds orders that the sender has to do with.
func (x *exchange) concerned() concern.Reader {
	return concern.Reader{Lister: x.b.Service, Tenant: x.Turn.Actor.Tenant, By: x.Actor()}
}
