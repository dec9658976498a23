package bot

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// parcel is the state of a reply that goes out later.
type parcel struct {
	To      Conversation     `json:"to"` // without ID: the personal chat of User, which Teams opens
	User    provision.UserID `json:"user,omitempty"`
	Text    string           `json:"text,omitempty"`
	Card    json.RawMessage  `json:"card,omitempty"`
	Summary string           `json:"summary,omitempty"`
	About   about            `json:"about,omitzero"`
	Sent    bool             `json:"sent,omitempty"`
	Doubt   doubt            `json:"doubt,omitzero"` // refusals that may be wrong

	after time.Duration // how long the connector asked to wait
}

// postLater is the step that sends a reply that could not go out within its turn.
func (b *Bot) postLater(ctx context.Context, r *job.Run) error {
	var p parcel
	if err := r.Load(&p); err != nil || p.Sent {
		return err
	}
	if p.To.ID == "" && p.User != "" {
		c, _, err := b.personal(ctx, b.mail, p.To, p.User)
		if err != nil {
			return b.unsent(r, p, err)
		}
		p.To = c
	}
	id, err := b.mail.Post(ctx, p.To, Outgoing{Text: p.Text, Card: p.Card, Summary: p.Summary})
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
			if err := remember(tx, sent{p.To, id, p.About}); err != nil {
				return err
			}
			return b.Runner.Add(tx, kindEdit, orderKey(p.To.Tenant, p.About.Order), orderRef{p.To.Tenant, p.About.Order}, b.Now())
		})
	}
	return r.Save(p)
}

// unsent decides what it means that a reply could not be sent: it is tried again, or given up where the refusal is to be believed.
// The card of an order is tried longer: it may be all that its reader has of it.
func (b *Bot) unsent(r *job.Run, p parcel, err error) error {
	if reason(err) == Busy {
		return err
	}
	believed := p.Doubt.believe(r.Now())
	if p.About.Order != "" && doubtful(err) && r.Now().Sub(p.Doubt.Since) < doubtedFor {
		believed = false
	}
	if !believed {
		if e := r.Save(p); e != nil {
			return e
		}
		return weather(err)
	}
	b.Log.Warn("reply not delivered", slog.Any(keyError, err))
	return nil
}
