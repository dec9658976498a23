package bot

import (
	"context"

	"calltab/internal/bot/parse"
	"calltab/internal/provision"
)

// tableMuted has the people who want to hear only what they must: tenant/user.
const tableMuted = "bot.muted"

// muting is the command that keeps all messages back but the necessary ones, or the one that lets them come again. It concerns the
// sender alone.
func muting(mute bool) func(context.Context, *exchange, []parse.Word) error {
	return func(ctx context.Context, x *exchange, words []parse.Word) error {
		words = parse.WithMentions(words, x.mentions())
		rest := parse.Without(parse.Bare(words), parse.Messages)
		if err := parse.Unused(rest); err != nil {
			return err
		}
		key := personKey(x.turn.Actor.Tenant, x.turn.Actor.User)
		err := x.b.Store.Update(ctx, func(tx provision.Tx) error {
			if mute {
				tx.Put(tableMuted, key, nil)
			} else {
				tx.Delete(tableMuted, key)
			}
			return nil
		})
		switch {
		case err != nil:
			return err
		case mute:
			return x.say(ctx, "muted")
		}
		return x.say(ctx, "unmuted")
	}
}

func muted(tx provision.Tx, tenant provision.TenantID, user provision.UserID) bool {
	_, yes := tx.Get(tableMuted, personKey(tenant, user))
	return yes
}

// optional are the notices that a person can do without: nothing waits for them, and the order's card says the same.
var optional = map[provision.Event]bool{
	provision.OrderApproved: true, provision.OrderDone: true, provision.OrderLate: true, provision.OrderReopened: true,
	provision.OrderAccepted: true, provision.OrderReminded: true,
}

// keptBack reports whether a notice does not go out because its person wants to hear only what they must. The new user is always
// told that the phone works.
func (b *Bot) keptBack(ctx context.Context, n *notice) (yes bool, err error) {
	if n.To == newUser || !optional[n.Event] {
		return false, nil
	}
	err = b.Store.View(ctx, func(tx provision.Tx) error {
		yes = muted(tx, n.Tenant, n.User)
		return nil
	})
	return yes, err
}
