package outbox

import (
	"context"
	"log/slog"
	"slices"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/outbox/doubt"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// Where a location names a team's channel, the orders that wait for approval are shown there too, to everybody and
// therefore without the number and without anybody's words. The card has no buttons: those who are asked get them by
// refresh, which shows each of them a card of their own.

// kindChannel is the job that posts such a card. It is persisted: never rename it.
const kindChannel = "post-channel"

// mostRefreshed is how many people Teams refreshes a card for
// (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/user-specific-views).
const mostRefreshed = 60

// postToChannel is the step that posts the card, once. Where the channel takes none, the order goes on without.
func (b *Outbox) postToChannel(ctx context.Context, r *job.Run) error {
	var ref OrderRef
	if err := r.Load(&ref); err != nil {
		return job.Stop(err)
	}
	s, err := b.Service.Sheet(ctx, ref.Tenant, ref.Order)
	if err != nil || s.Order.State != provision.Pending || s.Location.Channel == "" {
		return err
	}
	before, err := b.Posted(ctx, ref)
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
	near.Tenant = ref.Tenant
	near.ID = s.Location.Channel
	near.Scope = chats.Channel
	if slices.ContainsFunc(before.Cards, func(c chats.PostedCard) bool {
		return c.Role == chats.ChannelCard && chats.ConversationKey(c.To) == chats.ConversationKey(near)
	}) { // an amended order is asked about again, maybe elsewhere; the card that is there changes with it
		return nil
	}
	known, err := b.asked(ctx, r, s, near)
	if err != nil {
		return err
	}
	m := chats.Made(b.Writer(chats.Reader{}, s.Location).Channel(s, known))
	to, id, err := b.mail.Thread(ctx, near, chats.Outgoing{Card: m.Card, Summary: m.Summary})
	switch {
	case err == nil:
	case chats.Reason(err) == chats.Busy:
		return err
	case doubt.May(err) && r.Attempt() < doubt.BelievedTimes:
		return weather(err)
	default:
		b.Log.Warn("approval not shown in the channel", slog.String("order", string(ref.Order)),
			slog.Any(logError, err))
		return nil
	}
	r.Commit(func(tx provision.Tx) error {
		if err := chats.Remember(tx, chats.Sent{To: to, Activity: id,
			About: chats.About{Order: ref.Order, Role: chats.ChannelCard, Revision: s.Order.Revision}}); err != nil {
			return err
		}
		return b.Runner.Add(tx, kindEdit, chats.OrderKey(ref.Tenant, ref.Order), ref, b.Now())
	})
	return nil
}

// lookUps is how often a job asks who an approver is in Teams while the connector is busy, before the card goes out
// without them.
const lookUps = 3

// asked are the ids in Teams of those whose word a pending order needs: for them the card in the channel refreshes.
// An approver whose id cannot be found out decides on the card that they have in private. An error says to try again.
func (b *Outbox) asked(
	ctx context.Context, r *job.Run, s provision.Sheet, in chats.Conversation,
) (known []string, err error) {
	if s.Order.State != provision.Pending {
		return nil, nil
	}
	for _, a := range s.Order.Approval.Asked {
		chat, _, err := b.met(ctx, in.Tenant, a.ID)
		if err != nil {
			return nil, err
		}
		mri := chat.User
		if mri == "" {
			mri, err = b.mail.Member(ctx, in, a.ID)
		}
		if chats.Reason(err) == chats.Busy && r.Attempt() < lookUps {
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
