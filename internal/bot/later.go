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
	To      Conversation    `json:"to"`
	Text    string          `json:"text,omitempty"`
	Card    json.RawMessage `json:"card,omitempty"`
	Summary string          `json:"summary,omitempty"`
	About   about           `json:"about,omitzero"`
	Sent    bool            `json:"sent,omitempty"`

	after time.Duration // how long the connector asked to wait
}

// postLater is the step that sends a reply that could not go out within its turn.
func (b *Bot) postLater(ctx context.Context, r *job.Run) error {
	var p parcel
	if err := r.Load(&p); err != nil || p.Sent {
		return err
	}
	id, err := b.Courier.Post(ctx, p.To, Outgoing{Text: p.Text, Card: p.Card, Summary: p.Summary})
	switch reason(err) {
	case "":
	case Busy:
		return err
	default:
		b.Log.Warn("reply not delivered", slog.Any(keyError, err))
		return nil
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
