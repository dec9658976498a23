package bot

import (
	"context"

	"calltab/internal/provision"
)

// ownPhone answers people who may not use the bot but have a phone from it: whatever they write in their chat, they get
// their phone's card again, where they can say whether the dial pad is there. It reports whether there is such a phone.
func (x *exchange) ownPhone(ctx context.Context, refusal error) (bool, error) {
	if m, _ := provision.SayOf(refusal); m.ID != "not-allowed" || x.turn.Conversation.Scope != Personal {
		return false, nil
	}
	tenant := x.turn.Actor.Tenant
	orders, err := x.b.Service.Orders(ctx, tenant, provision.Filter{Person: x.turn.Actor.User, Limit: ordersShown})
	if err != nil {
		return false, err
	}
	for _, o := range orders {
		if o.Ready.IsZero() { // never said to be ready: nothing of theirs yet
			continue
		}
		sheet, err := x.b.Service.Sheet(ctx, tenant, o.ID)
		if err != nil {
			return false, err
		}
		return true, x.showSheet(ctx, sheet, phoneCard)
	}
	return false, nil
}
