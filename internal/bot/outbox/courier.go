package outbox

import (
	"context"
	"errors"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// lanesOf is the Courier of the bot: that of [bot.Config], by way of the lanes. It knows three remedies: it looks
// whether the connector takes anything before it repeats a message that may have arrived, reaches a tenant where it is
// served now, and sends what a card says as text where the card is too big.
type lanesOf struct {
	*lanes
	patient bool // for jobs, which can wait; a turn's person cannot
}

var _ chats.Courier = lanesOf{}

// The methods that have lanes.
const (
	methodPost = "post"
	methodEdit = "edit"
	methodOpen = "open"
)

// Post sends a message. A job's goes behind the answers to what was written in its conversation.
func (c lanesOf) Post(ctx context.Context, to chats.Conversation, m chats.Outgoing) (id string, err error) {
	lane := chats.ConversationKey(to)
	if c.patient {
		if err := c.bot.Answered(ctx, lane); err != nil {
			return "", &chats.DeliveryError{Reason: chats.Busy, Err: err}
		}
	}
	unsure, held := c.enter(ctx, methodPost, lane, c.patient)
	if held != nil {
		return "", held
	}
	if unsure {
		// The connector knows no repetition. What leaves nothing behind goes first, until it gets through.
		if err := c.to.Typing(ctx, to); err != nil {
			return "", c.leave(ctx, methodPost, lane, err)
		}
	}
	err = c.remedied(ctx, to, m, func(to chats.Conversation, m chats.Outgoing) (err error) {
		id, err = c.to.Post(ctx, to, m)
		return err
	})
	return id, c.leave(ctx, methodPost, lane, err)
}

// Typing is not for the bot's own use.
func (c lanesOf) Typing(ctx context.Context, to chats.Conversation) error {
	return c.to.Typing(ctx, to)
}

// Edit replaces a message.
func (c lanesOf) Edit(ctx context.Context, to chats.Conversation, activityID string, m chats.Outgoing) error {
	lane := chats.ConversationKey(to)
	if _, held := c.enter(ctx, methodEdit, lane, c.patient); held != nil {
		return held
	}
	err := c.remedied(ctx, to, m, func(to chats.Conversation,
		m chats.Outgoing) error {
		return c.to.Edit(ctx, to, activityID, m)
	})
	return c.leave(ctx, methodEdit, lane, err)
}

// Thread begins a thread in a channel.
func (c lanesOf) Thread(
	ctx context.Context, in chats.Conversation, m chats.Outgoing,
) (to chats.Conversation, id string, err error) {
	lane := chats.ConversationKey(in)
	if _, held := c.enter(ctx, methodOpen, lane, c.patient); held != nil {
		return chats.Conversation{}, "", held
	}
	err = c.remedied(ctx, in, m, func(in chats.Conversation, m chats.Outgoing) (err error) {
		to, id, err = c.to.Thread(ctx, in, m)
		return err
	})
	return to, id, c.leave(ctx, methodOpen, lane, err)
}

// Member finds a person's MRI.
func (c lanesOf) Member(ctx context.Context, in chats.Conversation, user provision.UserID) (string, error) {
	return c.to.Member(ctx, in, user)
}

// Open finds the personal conversation with a user.
func (c lanesOf) Open(
	ctx context.Context, serviceURL string, tenant provision.TenantID, user provision.UserID,
) (to chats.Conversation, err error) {
	lane := chats.PersonKey(tenant, user)
	if _, held := c.enter(ctx, methodOpen, lane, c.patient); held != nil {
		return chats.Conversation{}, held
	}
	at := chats.Conversation{Tenant: tenant, ServiceURL: serviceURL}
	err = c.remedied(ctx, at, chats.Outgoing{}, func(at chats.Conversation, _ chats.Outgoing) (err error) {
		to, err = c.to.Open(ctx, at.ServiceURL, tenant, user)
		return err
	})
	return to, c.leave(ctx, methodOpen, lane, err)
}

// neverTooBig is a length of text, in bytes, that Teams takes in any case; it refuses messages of about 28 KB and more.
// Where such a one is refused for its size, the connector is out of order.
const neverTooBig = 4 << 10

// remedied makes a call, and makes it again where something can be done about its refusal.
func (c lanesOf) remedied(
	ctx context.Context, to chats.Conversation, m chats.Outgoing, call func(chats.Conversation, chats.Outgoing) error,
) error {
	err := call(to, m)
	if chats.Said(err) == chats.Elsewhere {
		for _, url := range c.bot.served(ctx, to) {
			to.ServiceURL = url
			err = call(to, m)
			if chats.Said(err) != chats.Elsewhere {
				break
			}
		}
	}
	if chats.Said(err) == chats.TooBig && len(m.Card) > 0 {
		m = c.bot.plain(ctx, to, m)
		err = call(to, m)
	}
	var d *chats.DeliveryError
	if errors.As(err, &d) && d.Reason == chats.TooBig && len(m.Card) == 0 && len(m.Text) <= neverTooBig {
		err = &chats.DeliveryError{Reason: chats.Busy, Status: d.Status, Err: err}
	}
	return err
}

// plain is what a card says, for where it is too big for Teams.
func (b *Outbox) plain(ctx context.Context, to chats.Conversation, m chats.Outgoing) chats.Outgoing {
	if m.Plain != "" {
		return chats.Outgoing{Text: m.Plain}
	}
	_, how, _, err := b.reach(ctx, to)
	if err != nil { // then in the language that everybody reads
		how = chats.Reader{}
	}
	return chats.Outgoing{Text: b.Words.For(how.Locale).Say("card-too-big", "summary", m.Summary)}
}

// served are the addresses where a conversation's tenant may be served instead: where its newest activity came from,
// and the global one.
func (b *Outbox) served(ctx context.Context, to chats.Conversation) []string {
	var newest string
	err := b.Store.View(ctx, func(tx provision.Tx) error {
		raw, _ := tx.Get(chats.TableServed, string(to.Tenant))
		newest = string(raw)
		return nil
	})
	if err != nil {
		newest = ""
	}
	var all []string
	for _, url := range []string{newest, b.ServiceURL} {
		if url != "" && url != to.ServiceURL {
			all = append(all, url)
		}
	}
	return all
}

// queued runs a step that carries messages: a failure waits in its lane, and a success wakes who waits there.
func (b *Outbox) queued(do func(context.Context, *job.Run) error) func(context.Context, *job.Run) error {
	return func(ctx context.Context, r *job.Run) error {
		err := do(ctx, r)
		b.lanes.wait(err, jobID{r.Kind(), r.Key()})
		if wake := b.Wake(); wake != nil {
			r.Commit(wake)
		}
		return err
	}
}

// weather makes an error of one that says to try again.
func weather(err error) error { return &chats.DeliveryError{Reason: chats.Busy, Err: err} }
