package bot

import (
	"context"
	"log/slog"
	"slices"

	"calltab/internal/bot/view"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// Where a location names a team's channel, the orders that wait for approval are shown there too, to everybody and therefore
// without the number and without anybody's words. The card has no buttons: those who are asked get theirs by refresh, which shows
// each of them a card of their own.

// kindChannel is the job that posts such a card. It is persisted: never rename it.
const kindChannel = "post-channel"

// mostRefreshed is how many people Teams refreshes a card for
// (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/user-specific-views).
const mostRefreshed = 60

// postToChannel is the step that posts the card, once. Where the channel takes none, the order goes on without.
func (b *Bot) postToChannel(ctx context.Context, r *job.Run) error {
	var ref orderRef
	if err := r.Load(&ref); err != nil {
		return job.Stop(err)
	}
	s, err := b.Service.Sheet(ctx, ref.Tenant, ref.Order)
	if err != nil || s.Order.State != provision.Pending || s.Location.Channel == "" {
		return err
	}
	before, err := b.posted(ctx, ref)
	if err != nil || slices.ContainsFunc(before.Cards, func(c postedCard) bool { return c.Face == channelCard }) {
		return err
	}
	near, _, err := b.met(ctx, ref.Tenant, s.Order.Requester.ID)
	if err != nil {
		return err
	}
	if near.ServiceURL == "" {
		near.ServiceURL = b.ServiceURL
	}
	near.Tenant, near.ID, near.Scope = ref.Tenant, s.Location.Channel, Channel
	m := b.channelMessage(ctx, reader{}, s, near)
	to, id, err := b.Courier.Thread(ctx, near, Outgoing{Card: m.card, Summary: m.summary})
	switch reason(err) {
	case "":
	case Busy:
		return err
	default:
		b.Log.Warn("approval not shown in the channel", slog.String("order", string(ref.Order)), slog.Any(keyError, err))
		return nil
	}
	r.Commit(func(tx provision.Tx) error {
		if err := remember(tx, sent{to, id, about{ref.Order, channelCard, s.Order.Revision}}); err != nil {
			return err
		}
		return b.Runner.Add(tx, kindEdit, orderKey(ref.Tenant, ref.Order), ref, b.Now())
	})
	return nil
}

// channelMessage is the card for everybody, which refreshes for those who are asked. Somebody whose id in Teams cannot be found out
// decides on the card that they have in private.
func (b *Bot) channelMessage(ctx context.Context, r reader, s provision.Sheet, in Conversation) message {
	var known []string
	if s.Order.State == provision.Pending {
		for _, a := range s.Order.Consent.Asked {
			chat, _, err := b.met(ctx, in.Tenant, a.ID)
			mri := chat.User
			if err != nil || mri == "" {
				mri, err = b.Courier.Member(ctx, in, a.ID)
			}
			if err == nil && mri != "" && len(known) < mostRefreshed {
				known = append(known, mri)
			}
		}
	}
	return made(b.writer(r, s.Location).Channel(s, known))
}

// refresh is what a client asks for by itself, or its person by the card's menu: whoever is asked gets the buttons, and everybody
// else what the channel shows anyway. Of an order whose card was not posted there nothing is shown to anybody who may not see it.
func refresh(ctx context.Context, x *exchange, data map[string]string) error {
	tenant, id := x.turn.Actor.Tenant, provision.OrderID(data[view.DataOrder])
	p, err := x.b.posted(ctx, orderRef{tenant, id})
	if err != nil {
		return err
	}
	here := slices.ContainsFunc(p.Cards, func(c postedCard) bool {
		return c.Face == channelCard && c.Activity == x.turn.ReplyTo && conversationKey(c.To) == conversationKey(x.turn.Conversation)
	})
	var s provision.Sheet
	if here {
		s, err = x.b.Service.Sheet(ctx, tenant, id)
	} else {
		s, err = x.b.Service.Open(ctx, tenant, x.actor(), id)
	}
	if err != nil {
		return err
	}
	m := x.b.channelMessage(ctx, x.reader(), s, x.turn.Conversation)
	if s.Order.State == provision.Pending && s.Order.Consent.Asks(x.turn.Actor.User) {
		m = x.b.render(x.reader(), s, approvalCard, x.turn.Actor.User)
	}
	x.answer = Answer{Card: m.card}
	return nil
}
