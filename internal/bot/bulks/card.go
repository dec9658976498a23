package bulks

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
	"calltab/internal/provision/bulk"
	"calltab/internal/provision/job"
)

// kindCard is the job that shows how far a list is. It is persisted: never rename it.
const kindCard = "bulk-card"

// cardPause is how long news of a list is gathered before its card is edited.
const cardPause = 2 * time.Second

func cardKey(tenant provision.TenantID, id provision.BulkID) string {
	return string(tenant) + "/" + string(id)
}

// Changed leaves the job that shows how far a list is.
func (k *Keeper) Changed(tx provision.Tx, tenant provision.TenantID, id provision.BulkID) error {
	return k.Outbox.Runner.Add(tx, kindCard, cardKey(tenant, id), nil, k.Outbox.Now().Add(cardPause))
}

// show posts the card of a list, or edits it. At the end of the list it is posted once more, so that its requester
// hears of it.
func (k *Keeper) show(ctx context.Context, r *job.Run) error {
	tenant, id := provision.ParseJobKey(r.Key())
	sheet, err := k.Service.ReadBulk(ctx, tenant, provision.BulkID(id))
	if provision.KindOf(err) == provision.NotFound && err != nil { // it is forgotten
		r.Commit(func(tx provision.Tx) error {
			tx.Delete(chats.TableBulks, r.Key())
			return nil
		})
		return nil
	}
	if err != nil {
		return err
	}
	var p chats.BulkCard
	if err := k.load(ctx, r.Key(), &p); err != nil {
		return err
	}
	place := p.To.ID
	if place == "" { // the program stopped before it was said where the card goes
		if err := k.home(ctx, sheet, &p); err != nil || p.To.ID == "" {
			return err
		}
	}
	m := chats.Made(k.Outbox.Writer(chats.Reader{Locale: p.Locale, Zone: p.Zone}, provision.Location{}).Bulk(sheet))
	sum := sha256.Sum256(m.Card)
	shows := hex.EncodeToString(sum[:8])
	was := p.Activity
	anew := p.Activity == "" || sheet.Told && !p.Told
	if !anew && p.Shows == shows {
		return nil
	}
	out := chats.Outgoing{Card: m.Card, Summary: m.Summary}
	if p.Activity != "" {
		err = k.Outbox.Courier.Edit(ctx, p.To, p.Activity, out)
		gone := chats.Reason(err) == chats.Gone
		anew = anew && (err == nil || gone) || gone
	}
	if anew {
		p.Activity, err = k.Outbox.Courier.Post(ctx, p.To, out)
	}
	if chats.Unreachable(chats.Reason(err)) {
		return nil // `bulk` shows it where its requester is
	}
	if err != nil {
		return err
	}
	p.Shows, p.Told = shows, sheet.Told
	r.Commit(func(tx provision.Tx) error {
		var now chats.BulkCard
		if raw, there := tx.Get(chats.TableBulks, r.Key()); there {
			if err := chats.Decode(raw, &now); err != nil {
				return err
			}
		}
		if now.To.ID != place || now.Activity != was { // it was asked for anew meanwhile
			return nil
		}
		return chats.Put(tx, chats.TableBulks, r.Key(), p)
	})
	return nil
}

func (k *Keeper) load(ctx context.Context, key string, p *chats.BulkCard) error {
	return k.Outbox.Store.View(ctx, func(tx provision.Tx) error {
		raw, ok := tx.Get(chats.TableBulks, key)
		if !ok {
			return nil
		}
		return chats.Decode(raw, p)
	})
}

// home has the card of a list go to the personal chat of its requester, if they have one.
func (k *Keeper) home(ctx context.Context, s bulk.Sheet, p *chats.BulkCard) error {
	return k.Outbox.Store.View(ctx, func(tx provision.Tx) error {
		chat, how, err := chats.MetIn(tx, s.Tenant, s.Requester.ID)
		*p = chats.BulkCard{To: chat, Locale: how.Locale, Zone: how.Zone}
		return err
	})
}
