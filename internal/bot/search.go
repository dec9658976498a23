package bot

import (
	"context"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// offerer offers free numbers for an order.
type offerer interface {
	DraftOf(ctx context.Context, tenant provision.TenantID, user provision.UserID) (provision.Order, bool, error)
	Offer(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID, digits string,
		limit int,
	) ([]provision.Number, error)
}

// dataset answers a type-ahead input.
type dataset func(ctx context.Context, x *exchange) ([]chats.Choice, error)

var datasets = map[string]dataset{view.DatasetNumbers: freeNumbers}

// choicesShown is how many results Teams asks for.
const choicesShown = 15

// search answers a type-ahead; a user who may not ask gets nothing.
func search(ctx context.Context, x *exchange) error {
	x.What = x.Turn.Dataset
	find := x.b.router.datasets[x.Turn.Dataset]
	if find == nil {
		x.Result = talk.ResultUnknown
		return nil
	}
	var err error
	if x.Answer.Choices, err = find(ctx, x); err != nil {
		x.Cause, x.Result = err, talk.Outcome(err)
	}
	return nil
}

// freeNumbers are those of the location of the order whose card is searched. The request names only the card; on a
// client that does not even do that, the requester's newest draft is meant.
func freeNumbers(ctx context.Context, x *exchange) ([]chats.Choice, error) {
	tenant := x.Turn.Actor.Tenant
	card, ok := x.Record.Cards.Find(x.Turn.ReplyTo)
	id := provision.OrderID(card)
	if !ok {
		draft, ok, err := x.b.Service.DraftOf(ctx, tenant, x.Turn.Actor.User)
		if err != nil || !ok {
			return nil, err
		}
		id = draft.ID
	}
	found, err := x.b.Service.Offer(ctx, tenant, x.Actor(), id, parse.Readable(x.Turn.Query), choicesShown)
	if err != nil {
		return nil, err
	}
	choices := make([]chats.Choice, 0, len(found))
	for _, n := range found {
		choices = append(choices, chats.Choice{Title: x.b.DialPlan.Format(n.E164), Value: string(n.E164)})
	}
	return choices, nil
}
