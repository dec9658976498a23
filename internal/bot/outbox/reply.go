package outbox

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/outbox/doubt"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// DeferredReply is the state of a reply that goes out later.
type DeferredReply struct {
	To      chats.Conversation `json:"to"`             // without ID: the personal chat of User, which Teams opens
	User    provision.UserID   `json:"user,omitempty"` // … also where To refuses what one person alone sees
	Text    string             `json:"text,omitempty"`
	Card    json.RawMessage    `json:"card,omitempty"`
	Summary string             `json:"summary,omitempty"`
	About   chats.About        `json:"about,omitzero"`
	Sent    bool               `json:"sent,omitempty"`
	Doubt   doubt.Doubt        `json:"doubt,omitzero"` // refusals that may be wrong

	after time.Duration // how long the connector asked to wait
}

// postLater is the step that sends a reply that could not go out within its turn.
func (b *Outbox) postLater(ctx context.Context, r *job.Run) error {
	var p DeferredReply
	if err := r.Load(&p); err != nil || p.Sent {
		return err
	}
	if p.To.ID == "" && p.User != "" {
		c, _, err := b.Personal(ctx, b.mail, p.To, p.User)
		if err != nil {
			return b.unsent(r, p, err)
		}
		p.To = c
	}
	id, err := b.mail.Post(ctx, p.To, chats.Outgoing{Text: p.Text, Card: p.Card, Summary: p.Summary})
	if err != nil && p.To.Only != "" && p.User != "" && chats.Reason(err) == chats.Refused {
		p.To = chats.Conversation{Tenant: p.To.Tenant, ServiceURL: p.To.ServiceURL, Bot: p.To.Bot}
		if e := r.Save(p); e != nil {
			return e
		}
		return b.postLater(ctx, r)
	}
	if err != nil {
		moved, e := b.moveLate(ctx, r, p.To, lateItem{At: r.Since(), Reply: &p}, err)
		if moved || e != nil {
			return e
		}
		return b.unsent(r, p, err)
	}
	p.Sent = true
	if p.About.Order != "" {
		r.Commit(func(tx provision.Tx) error {
			if err := chats.Remember(tx, chats.Sent{To: p.To, Activity: id, About: p.About}); err != nil {
				return err
			}
			return b.Runner.Add(tx, kindEdit, chats.OrderKey(p.To.Tenant, p.About.Order),
				OrderRef{p.To.Tenant, p.About.Order}, b.Now())
		})
	}
	return r.Save(p)
}

// unsent decides what it means that a reply could not be sent: it is tried again, or given up where the refusal is to
// be believed. The card of an order is tried longer: it may be all that its reader has of it.
func (b *Outbox) unsent(r *job.Run, p DeferredReply, err error) error {
	if chats.Reason(err) == chats.Busy {
		return err
	}
	believed := p.Doubt.Believe(r.Now())
	if p.About.Order != "" && doubt.May(err) && r.Now().Sub(p.Doubt.Since) < doubt.LastingFor {
		believed = false
	}
	if !believed {
		if e := r.Save(p); e != nil {
			return e
		}
		return weather(err)
	}
	b.Log.Warn("reply not delivered", slog.Any(logError, err))
	return nil
}

// SendLater leaves a reply that a turn could not bring: on the list of its chat where others wait there, else to a job
// of its own. in and name say which turn it was.
func (b *Outbox) SendLater(tx provision.Tx, in chats.Conversation, name string, p DeferredReply) error {
	now := b.Now()
	if p.To.Scope == chats.Personal && b.late(tx, p.To, 0) {
		return b.putLate(tx, p.To, name, lateItem{At: now, Reply: &p})
	}
	return b.Runner.Add(tx, kindPost, chats.ConversationKey(in)+"/"+name, p, now.Add(p.after))
}

// EditSoon leaves the job that brings the posted cards of an order up to date.
func (b *Outbox) EditSoon(tx provision.Tx, ref OrderRef) error {
	return b.Runner.Add(tx, kindEdit, chats.OrderKey(ref.Tenant, ref.Order), ref, b.Now())
}

// Later is a message as a reply that goes out later, after a pause that the connector asked for.
func Later(to chats.Conversation, m chats.Outgoing, what chats.About, pause time.Duration) DeferredReply {
	return DeferredReply{To: to, Text: m.Text, Card: m.Card, Summary: m.Summary, About: what, after: pause}
}
