package talk

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/outbox"
	"calltab/internal/bot/turns"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// refusalLog keeps what was refused to whom in the audit trail.
type refusalLog interface {
	Refused(tx provision.Tx, tenant provision.TenantID, by provision.UserID, what string) error
	OrderIn(tx provision.Tx, tenant provision.TenantID, id provision.OrderID) (provision.Order, error)
}

// Recall reads the conversation's record, and the stored answer of a turn that was answered before.
func (x *Exchange) Recall(ctx context.Context) error {
	key := chats.ConversationKey(x.Turn.Conversation)
	return x.c.Outbox.Store.View(ctx, func(tx provision.Tx) (err error) {
		x.raw, _ = tx.Get(chats.TableConversations, key)
		if x.Record, err = chats.ReadRecord(x.raw); err != nil {
			return err
		}
		mark, seen := x.Record.Seen.Find(x.Turn.ID)
		if !seen {
			return nil
		}
		x.Repeated, x.Result = true, ResultRepeated
		if raw, ok := tx.Get(chats.TableAnswers, key+"/"+x.Turn.ID); ok && mark != "" {
			return chats.Decode(raw, &x.Answer)
		}
		return nil
	})
}

// Commit is the one transaction at the end of a turn: the activity as seen, its answer, where the conversation is
// reached, the cards that were posted and the messages that go out later.
func (x *Exchange) Commit(ctx context.Context) error {
	if x.quiet() {
		return nil
	}
	now, turn := x.Now(), x.Turn.ID
	if turn == "" {
		turn = x.c.NewID()
	}
	wake := x.c.Outbox.Wake()
	// What was posted must be remembered, even where the turn's time is over.
	err := x.c.Outbox.Store.Update(context.WithoutCancel(ctx), func(tx provision.Tx) error {
		if err := x.commitRecord(tx, now); err != nil {
			return err
		}
		switch {
		case x.dead:
			if err := chats.MarkUndeliverable(tx, x.home); err != nil {
				return err
			}
		case x.opened:
			if err := chats.LearnChat(tx, x.home, x.Turn.Actor.User); err != nil {
				return err
			}
		}
		if by := x.Turn.Actor; x.Result == ResultRefused && by.User != "" {
			if err := x.c.Service.Refused(tx, by.Tenant, by.User, x.What); err != nil {
				return err
			}
		}
		for _, s := range x.sent {
			if err := x.remember(tx, s); err != nil {
				return err
			}
		}
		for i, p := range x.later {
			name := turn + "/" + strconv.Itoa(i)
			if err := x.c.Outbox.SendLater(tx, x.Turn.Conversation, name, p); err != nil {
				return err
			}
		}
		if wake != nil {
			return wake(tx)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("remember the turn: %w", err)
	}
	return nil
}

// remember keeps a card that was posted, so that later changes edit it. Where the order has changed while the card was
// on its way, the job that edits cards has not known of this one, and looks again.
func (x *Exchange) remember(tx provision.Tx, s chats.Sent) error {
	if err := chats.Remember(tx, s); err != nil {
		return err
	}
	tenant := s.To.Tenant
	overtaken := false
	if s.About.Order != "" {
		o, err := x.c.Service.OrderIn(tx, tenant, s.About.Order)
		if err != nil && provision.KindOf(err) != provision.NotFound {
			return err
		}
		overtaken = o.Revision > s.About.Revision
	}
	if !x.adopted && !overtaken {
		return nil
	}
	return x.c.Outbox.EditSoon(tx, outbox.OrderRef{Tenant: tenant, Order: s.About.Order})
}

// quiet turns leave nothing to remember: they only read, and the conversation is known as it is.
func (x *Exchange) quiet() bool {
	switch x.Turn.Kind {
	case turns.Search, turns.Other:
	case turns.Action: // everybody in a channel may ask for a card at once: a repeated one is shown what is true then
		if x.Turn.Verb != view.VerbShow || x.Result != ResultOK || len(x.sent)+len(x.later) > 0 {
			return false
		}
	case turns.Edited:
		if x.Result != ResultIgnored {
			return false
		}
	default:
		return false
	}
	if x.Result == ResultRefused {
		return false
	}
	moved := x.Record
	moved.Meet(x.Turn.Conversation)
	return x.raw != nil && moved == x.Record
}

func (x *Exchange) commitRecord(tx provision.Tx, now time.Time) error {
	t, key := x.Turn, chats.ConversationKey(x.Turn.Conversation)
	rec := x.Record
	// another turn has been here meanwhile
	if raw, _ := tx.Get(chats.TableConversations, key); !bytes.Equal(raw, x.raw) {
		var err error
		if rec, err = chats.ReadRecord(raw); err != nil {
			return err
		}
	}
	rec.Meet(t.Conversation)
	if url, _ := tx.Get(chats.TableServed, string(t.Conversation.Tenant)); string(url) != t.Conversation.ServiceURL {
		tx.Put(chats.TableServed, string(t.Conversation.Tenant), []byte(t.Conversation.ServiceURL))
	}
	if t.Actor.Locale != "" {
		rec.Locale = t.Actor.Locale
	}
	if t.Actor.Zone != "" && x.c.Outbox.Zone(t.Actor.Zone) != nil {
		rec.Zone = t.Actor.Zone
	}
	switch t.Kind {
	case turns.Installed:
		rec.Welcomed = true
	case turns.Removed:
		rec.Dead, rec.Welcomed = true, false
	}
	x.settle(&rec)
	if t.Of != "" {
		rec.Reread(t.Of, x.puzzled())
	}
	if t.ID != "" {
		answered := x.Answer.Kept()
		for _, old := range rec.Saw(t.ID, answered, now) {
			tx.Delete(chats.TableAnswers, key+"/"+old)
		}
		if x.Turn.Kind == turns.Message && x.puzzled() {
			rec.Reread(t.ID, true)
		}
		if answered {
			if err := chats.Put(tx, chats.TableAnswers, key+"/"+t.ID, x.Answer); err != nil {
				return err
			}
		}
	}
	if user := t.Actor.User; t.Conversation.Scope == chats.Personal && user != "" && rec.Person != user {
		rec.Person = user
		tx.Put(chats.TablePeople, chats.PersonKey(t.Conversation.Tenant, user), []byte(t.Conversation.ID))
		tx.Put(chats.TableMembers, chats.MemberKey(t.Conversation.Tenant, t.Actor.MRI), []byte(user))
	}
	return chats.PutRecord(tx, key, &rec)
}

// puzzled reports whether a message was not understood, or names what there is not: nothing came of it.
func (x *Exchange) puzzled() bool {
	switch x.Result {
	case ResultUnknown, provision.Invalid.String(), provision.NotFound.String():
		return true
	}
	return false
}
