package bot

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"time"

	"calltab/internal/provision"
)

// recall reads the conversation's record, and the stored answer of a turn that was answered before.
func (x *exchange) recall(ctx context.Context) error {
	key := conversationKey(x.turn.Conversation)
	return x.b.Store.View(ctx, func(tx provision.Tx) (err error) {
		x.raw, _ = tx.Get(tableConversations, key)
		if x.record, err = readRecord(x.raw); err != nil {
			return err
		}
		mark, seen := x.record.Seen.find(x.turn.ID)
		if !seen {
			return nil
		}
		x.repeated, x.result = true, resultRepeated
		if raw, ok := tx.Get(tableAnswers, key+"/"+x.turn.ID); ok && mark != "" {
			return decode(raw, &x.answer)
		}
		return nil
	})
}

// commit is the one transaction at the end of a turn: the activity as seen, its answer, where the conversation is reached,
// the cards that were posted and the messages that go out later.
func (x *exchange) commit(ctx context.Context) error {
	if x.quiet() {
		return nil
	}
	now, turn := x.b.Now(), x.turn.ID
	if turn == "" {
		turn = x.b.NewID()
	}
	wake := x.b.wake()
	// What was posted must be remembered, even where the turn's time is over.
	err := x.b.Store.Update(context.WithoutCancel(ctx), func(tx provision.Tx) error {
		if err := x.commitRecord(tx, now); err != nil {
			return err
		}
		switch {
		case x.dead:
			if err := bury(tx, x.home); err != nil {
				return err
			}
		case x.opened:
			if err := acquaint(tx, x.home, x.turn.Actor.User); err != nil {
				return err
			}
		}
		if by := x.turn.Actor; x.result == resultRefused && by.User != "" {
			if err := x.b.Service.Refused(tx, by.Tenant, by.User, x.what); err != nil {
				return err
			}
		}
		for _, s := range x.sent {
			if err := x.remember(tx, s, now); err != nil {
				return err
			}
		}
		for i, p := range x.later {
			if p.To.Scope == Personal && x.b.late(tx, p.To, 0) {
				if err := x.b.putLate(tx, p.To, turn+"/"+strconv.Itoa(i), lateItem{At: now, Reply: &p}); err != nil {
					return err
				}
				continue
			}
			key := conversationKey(x.turn.Conversation) + "/" + turn + "/" + strconv.Itoa(i)
			if err := x.b.Runner.Add(tx, kindPost, key, p, now.Add(p.after)); err != nil {
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

// remember keeps a card that was posted, so that later changes edit it. Where the order has changed while the card was on its way, the
// job that edits cards has not known of this one, and looks again.
func (x *exchange) remember(tx provision.Tx, s sent, now time.Time) error {
	if err := remember(tx, s); err != nil {
		return err
	}
	tenant := s.to.Tenant
	overtaken := false
	if s.about.Order != "" {
		o, err := x.b.Service.OrderIn(tx, tenant, s.about.Order)
		if err != nil && provision.KindOf(err) != provision.NotFound {
			return err
		}
		overtaken = o.Revision > s.about.Revision
	}
	if !x.adopted && !overtaken {
		return nil
	}
	return x.b.Runner.Add(tx, kindEdit, orderKey(tenant, s.about.Order), orderRef{tenant, s.about.Order}, now)
}

// quiet turns leave nothing to remember: they only read, and the conversation is known as it is.
func (x *exchange) quiet() bool {
	switch x.turn.Kind {
	case Search, Edited, Other:
	default:
		return false
	}
	if x.result == resultRefused {
		return false
	}
	moved := x.record
	moved.meet(x.turn.Conversation)
	return x.raw != nil && moved == x.record
}

func (x *exchange) commitRecord(tx provision.Tx, now time.Time) error {
	t, key := x.turn, conversationKey(x.turn.Conversation)
	rec := x.record
	if raw, _ := tx.Get(tableConversations, key); !bytes.Equal(raw, x.raw) { // another turn has been here meanwhile
		var err error
		if rec, err = readRecord(raw); err != nil {
			return err
		}
	}
	rec.meet(t.Conversation)
	if url, _ := tx.Get(tableServed, string(t.Conversation.Tenant)); string(url) != t.Conversation.ServiceURL {
		tx.Put(tableServed, string(t.Conversation.Tenant), []byte(t.Conversation.ServiceURL))
	}
	if t.Actor.Locale != "" {
		rec.Locale = t.Actor.Locale
	}
	if b := x.b; t.Actor.Zone != "" && b.zone(t.Actor.Zone) != nil {
		rec.Zone = t.Actor.Zone
	}
	switch t.Kind {
	case Installed:
		rec.Welcomed = true
	case Removed:
		rec.Dead, rec.Welcomed = true, false
	}
	if t.ID != "" {
		answered := x.answer.kept()
		for _, old := range rec.saw(t.ID, answered, now) {
			tx.Delete(tableAnswers, key+"/"+old)
		}
		if answered {
			if err := put(tx, tableAnswers, key+"/"+t.ID, x.answer); err != nil {
				return err
			}
		}
	}
	if user := t.Actor.User; t.Conversation.Scope == Personal && user != "" && rec.Person != user {
		rec.Person = user
		tx.Put(tablePeople, personKey(t.Conversation.Tenant, user), []byte(t.Conversation.ID))
		tx.Put(tableMembers, memberKey(t.Conversation.Tenant, t.Actor.MRI), []byte(user))
	}
	return putRecord(tx, key, &rec)
}

// kept reports whether the answer says anything worth keeping for the same activity again.
func (a *Answer) kept() bool { return a.Card != nil || a.Toast != "" || a.Error != "" }
