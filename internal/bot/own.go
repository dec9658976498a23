package bot

import (
	"context"

	"calltab/internal/provision"
)

// ownPhone answers people without a role who have a phone from Calltab: whatever else they write in their chat, they get their
// phone's card again, where they can say whether the dial pad is there. It reports whether there is such a phone.
func (x *exchange) ownPhone(ctx context.Context, acc provision.Access) (bool, error) {
	if acc.May(provision.Look, "") || x.turn.Actor.User == "" || x.turn.Conversation.Scope != Personal {
		return false, nil
	}
	tenant := x.turn.Actor.Tenant
	orders, err := x.b.Service.Orders(ctx, tenant, x.actor(), provision.Filter{Person: x.turn.Actor.User, Limit: ordersShown})
	if err != nil {
		return false, err
	}
	for _, o := range orders {
		if o.Kind.Ends() && o.State == provision.Done {
			break // what they had before is not theirs any more
		}
		told, err := x.told(ctx, o)
		if err != nil {
			return false, err
		}
		if !told {
			continue
		}
		sheet, err := x.b.Service.Sheet(ctx, tenant, o.ID) // theirs
		if err != nil {
			return false, err
		}
		return true, x.showSheet(ctx, sheet, phoneCard)
	}
	return false, nil
}

// told reports whether a person has been told of their phone: nothing is theirs before.
func (x *exchange) told(ctx context.Context, o provision.Order) (bool, error) {
	if o.Ready.IsZero() {
		return false, nil
	}
	p, err := x.b.posted(ctx, orderRef{o.Tenant, o.ID})
	return p.showed(phoneCard) || o.Untold.ID != "", err
}
