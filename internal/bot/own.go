package bot

import (
	"context"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/outbox"
	"calltab/internal/bot/talk"
	"calltab/internal/provision"
)

// ownPhone answers people without a role who have a phone from Calltab: whatever else they write in their chat, they
// get their phone's card again, where they can say whether the dial pad is there. It reports whether there is such a
// phone.
func (x *exchange) ownPhone(ctx context.Context, acc provision.Access) (bool, error) {
	sheet, ok, err := x.ownSheet(ctx, acc)
	if err != nil || !ok {
		return false, err
	}
	return true, x.ShowSheet(ctx, sheet, chats.PhoneCard)
}

// ownSheet is the order by which a person without a role has their phone; ok is false where there is none.
func (x *exchange) ownSheet(ctx context.Context, acc provision.Access) (sheet provision.Sheet, ok bool, err error) {
	if acc.May(provision.Look, "") || x.Turn.Actor.User == "" || x.Turn.Conversation.Scope != chats.Personal {
		return sheet, false, nil
	}
	tenant := x.Turn.Actor.Tenant
	orders, err := x.b.Service.Orders(ctx, tenant, x.Actor(),
		provision.Filter{Person: x.Turn.Actor.User, Limit: ordersShown})
	if err != nil {
		return sheet, false, err
	}
	for _, o := range orders {
		if o.Kind.Ends() && o.State == provision.Done {
			break // what they had before is not their own any more
		}
		told, err := x.told(ctx, o)
		if err != nil {
			return sheet, false, err
		}
		if told {
			sheet, err = x.b.Service.Sheet(ctx, tenant, o.ID) // their own
			return sheet, err == nil, err
		}
	}
	return sheet, false, nil
}

// told reports whether a person has been told of their phone: they have nothing before.
func (x *exchange) told(ctx context.Context, o provision.Order) (bool, error) {
	if o.Ready.IsZero() {
		return false, nil
	}
	p, err := x.b.Posted(ctx, outbox.OrderRef{Tenant: o.Tenant, Order: o.ID})
	return p.Showed(chats.PhoneCard) || o.Untold.ID != "", err
}

// welcome greets once: in a personal chat who installed the app, with what they can do; anywhere else by one line.
func welcome(ctx context.Context, x *exchange) error {
	if x.Record.Welcomed && !x.Record.Dead {
		x.Result = talk.ResultIgnored
		return nil
	}
	if x.Turn.Conversation.Scope != chats.Personal {
		return x.Here(ctx, "group-welcome")
	}
	acc, err := x.b.Service.Access(ctx, x.Turn.Actor.Tenant, x.Turn.Actor.User)
	if err != nil {
		return err
	}
	if shown, failed := x.ownPhone(ctx, acc); shown || failed != nil {
		return failed // they had removed the app, and their phone's card with it
	}
	return x.Show(ctx, chats.Made(x.Writer().Welcome(acc.May(provision.Look, ""))))
}
