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
	if err != nil {
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
	if slices.ContainsFunc(before.Cards, func(c postedCard) bool {
		return c.Face == channelCard && conversationKey(c.To) == conversationKey(near)
	}) { // an amended order is asked about again, maybe elsewhere; the card that is there changes with it
		return nil
	}
	known, err := b.asked(ctx, r, s, near)
	if err != nil {
		return err
	}
	m := made(b.writer(reader{}, s.Location).Channel(s, known))
	to, id, err := b.mail.Thread(ctx, near, Outgoing{Card: m.card, Summary: m.summary})
	switch {
	case err == nil:
	case reason(err) == Busy:
		return err
	case doubtful(err) && r.Attempt() < believedTimes:
		return weather(err)
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

// lookUps is how often a job asks who somebody is in Teams while the connector is busy, before the card goes out without them.
const lookUps = 3

// asked are the ids in Teams of those whose word a pending order needs: for them the card in the channel refreshes. Somebody whose id
// cannot be found out decides on the card that they have in private. An error says to try again.
func (b *Bot) asked(ctx context.Context, r *job.Run, s provision.Sheet, in Conversation) (known []string, err error) {
	if s.Order.State != provision.Pending {
		return nil, nil
	}
	for _, a := range s.Order.Consent.Asked {
		chat, _, err := b.met(ctx, in.Tenant, a.ID)
		if err != nil {
			return nil, err
		}
		mri := chat.User
		if mri == "" {
			mri, err = b.mail.Member(ctx, in, a.ID)
		}
		if reason(err) == Busy && r.Attempt() < lookUps {
			return nil, err
		}
		if err == nil && mri != "" {
			known = append(known, mri)
		}
		if len(known) == mostRefreshed {
			break
		}
	}
	return known, nil
}

// refresh is what a client asks for by itself, or its person by the card's menu: whoever is asked gets the buttons, and everybody
// else what the channel shows anyway. Everybody in the channel may ask at once, so nobody is looked up. Of an order whose card was not
// posted there nothing is shown to anybody who may not see it.
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
	m := made(x.b.writer(x.reader(), s.Location).Channel(s, nil))
	if s.Order.State == provision.Pending && s.Order.Consent.Asks(x.turn.Actor.User) {
		m = x.b.render(x.reader(), s, approvalCard, x.turn.Actor.User)
	}
	x.answer = Answer{Card: m.card}
	return nil
}
