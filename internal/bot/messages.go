package bot

import (
	"context"
	"slices"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/outbox"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// stuckMessages is the command that shows operators which messages are stuck, and which could not be delivered at all.
func stuckMessages(ctx context.Context, x *exchange, _ []parse.Word) error {
	m, err := x.outboxCard(ctx)
	if err != nil {
		return err
	}
	return x.Show(ctx, m)
}

// outboxRetry is the button that has everything that is stuck tried again at once.
func outboxRetry(ctx context.Context, x *exchange, _ map[string]string) error {
	if err := x.b.Service.Admit(ctx, x.Turn.Actor.Tenant, x.Actor(), provision.Operate); err != nil {
		return err
	}
	again, err := x.b.TryAgain(ctx, x.Turn.Actor.Tenant)
	if err != nil {
		return err
	}
	if again == 0 {
		return x.Say(ctx, "outbox-nothing")
	}
	return x.Say(ctx, "outbox-again")
}

func (x *exchange) outboxCard(ctx context.Context) (chats.Message, error) {
	acc, err := x.b.Service.Access(ctx, x.Turn.Actor.Tenant, x.Turn.Actor.User)
	if err != nil {
		return chats.Message{}, err
	}
	_, everywhere := acc.Within(provision.Operate)
	stuck, gone, err := x.b.Waiting(ctx, x.Turn.Actor.Tenant)
	if err != nil {
		return chats.Message{}, err
	}
	var items []lists.Stuck
	for _, t := range stuck {
		if item, ok := x.stuckItem(ctx, t, everywhere); ok {
			items = append(items, item)
		}
	}
	for _, l := range slices.Backward(gone) {
		if o, ok := x.visible(ctx, l.Order); ok && len(items) < outbox.StuckShown {
			item := lists.Stuck{Order: o, To: o.Requester.Name, Since: l.At, Lost: l.Why}
			if l.ToOperator() {
				item.To = string(l.User) // their name is not known here
			}
			items = append(items, item)
		}
	}
	return chats.Made(x.Writer().Outbox(items, x.b.Now())), nil
}

// visible reads an order where the sender may see it.
func (x *exchange) visible(ctx context.Context, id provision.OrderID) (provision.Order, bool) {
	s, err := x.b.Service.Open(ctx, x.Turn.Actor.Tenant, x.Actor(), id)
	return s.Order, err == nil
}

// stuckItem says what a stuck job carries to whom. What is about no order is shown to those who operate everywhere.
func (x *exchange) stuckItem(ctx context.Context, t job.Trouble, everywhere bool) (lists.Stuck, bool) {
	item := lists.Stuck{Since: t.Since, Next: t.Next, Tries: t.Tries}
	id, reader := outbox.Carried(t)
	if id == "" { // a reply
		return item, everywhere
	}
	o, ok := x.visible(ctx, id)
	item.Order, item.To = o, reader(o)
	return item, ok
}

// muting is the command that keeps all messages back but the necessary ones, or the one that lets them come again. It
// concerns the sender alone.
func muting(mute bool) func(context.Context, *exchange, []parse.Word) error {
	return func(ctx context.Context, x *exchange, words []parse.Word) error {
		words = parse.WithMentions(words, x.Mentions())
		rest := parse.Without(parse.Bare(words), parse.Messages)
		if err := parse.Unused(rest); err != nil {
			return err
		}
		key := chats.PersonKey(x.Turn.Actor.Tenant, x.Turn.Actor.User)
		err := x.b.Store.Update(ctx, func(tx provision.Tx) error {
			if mute {
				tx.Put(chats.TableMuted, key, nil)
			} else {
				tx.Delete(chats.TableMuted, key)
			}
			return nil
		})
		switch {
		case err != nil:
			return err
		case mute:
			return x.Say(ctx, "muted")
		}
		return x.Say(ctx, "unmuted")
	}
}
