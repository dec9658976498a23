package bot

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// How long an edit waits for the message of a new order: the turn that posts it remembers it at its end.
const (
	cardPause = time.Second
	cardWait  = time.Minute
)

// unsurePause is how often is asked whether a person may still see a card, where Microsoft does not say. Until it does, the card stays
// as it is.
const unsurePause = 5 * time.Minute

// edit is the step that brings every posted card of an order up to date. A card that already shows this revision is left
// alone: an edit throws away what a person is typing into it. A card that is really gone is forgotten; nothing is posted instead.
func (b *Bot) edit(ctx context.Context, r *job.Run) error {
	var state edits
	if err := r.Load(&state); err != nil {
		return job.Stop(err)
	}
	ref := state.orderRef
	sheet, err := b.Service.Sheet(ctx, ref.Tenant, ref.Order)
	if provision.KindOf(err) == provision.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	before, err := b.posted(ctx, ref)
	if err != nil {
		return err
	}
	if len(before.Cards) == 0 && r.Now().Sub(r.Since()) < cardWait {
		return job.Wait(cardPause)
	}
	var shown, gone []postedCard
	var failed error
	unsure := false
	for _, c := range before.Cards {
		if c.Revision >= sheet.Order.Revision {
			continue
		}
		last, err := b.editOne(ctx, r, c, sheet)
		if errors.Is(err, errUnsure) {
			unsure = true
			continue
		}
		why := reason(err)
		switch {
		case why == "" && last:
			gone = append(gone, c)
		case why == "":
			shown = append(shown, c.at(sheet.Order.Revision))
		case why == Busy:
			failed = err
		case !state.believe(c, r.Now()):
			failed = weather(err)
		case why == Gone:
			gone = append(gone, c)
		default: // the next revision is another chance
			b.Log.Warn("card not edited", slog.String("order", string(ref.Order)), slog.Any(keyError, err))
			shown = append(shown, c.at(sheet.Order.Revision))
		}
	}
	if len(shown)+len(gone) > 0 {
		r.Commit(func(tx provision.Tx) error { return b.noteShown(tx, ref, shown, gone) })
	}
	switch {
	case failed == nil && unsure:
		return job.Wait(unsurePause)
	case failed == nil:
		return nil
	}
	if err := r.Save(state); err != nil {
		return err
	}
	return failed
}

// at is the card as it shows a revision.
func (c postedCard) at(revision int) postedCard {
	c.Revision = revision
	return c
}

func (b *Bot) posted(ctx context.Context, ref orderRef) (p posted, err error) {
	err = b.Store.View(ctx, func(tx provision.Tx) error {
		p, err = readPosted(tx, ref.Tenant, ref.Order)
		return err
	})
	return p, err
}

// errUnsure says that Microsoft does not tell whether somebody may still see a card.
var errUnsure = errors.New("who may see the card is not known")

// editOne brings a card up to date. Whoever may not see the order any more gets the last edit of it, which says so.
func (b *Bot) editOne(ctx context.Context, r *job.Run, c postedCard, s provision.Sheet) (last bool, err error) {
	to, how, person, err := b.reach(ctx, c.To)
	if err != nil {
		return false, err
	}
	sees := true
	if person != "" && (c.Face == orderCard || c.Face == approvalCard) {
		s, sees, err = b.fit(ctx, c, s, person)
		if err != nil {
			return false, err
		}
	}
	m := b.render(how, s, c.Face, person)
	switch {
	case !sees:
		m = made(b.writer(how, provision.Location{}).NotShown())
	case c.Face == channelCard:
		known, err := b.asked(ctx, r, s, to)
		if err != nil {
			return false, err
		}
		m = made(b.writer(reader{}, s.Location).Channel(s, known))
	}
	return !sees, b.mail.Edit(ctx, to, c.Activity, Outgoing{Card: m.card, Summary: m.summary})
}

// fit fits a sheet to the person of a card, and says whether they may see it. While Microsoft does not tell, the card stays as it is:
// what it would say of their role may be false.
func (b *Bot) fit(ctx context.Context, c postedCard, s provision.Sheet, person provision.UserID) (provision.Sheet, bool, error) {
	if c.Face == approvalCard && person != s.Order.Requester.ID {
		return s, s.Order.Consent.Concerns(person), nil
	}
	s, sees, err := b.Service.ReadBy(ctx, s, person)
	if provision.KindOf(err) != provision.Unavailable {
		return s, sees, err
	}
	return s, false, errUnsure
}

// reach is where a conversation is reached now, how its person reads, and who that is.
func (b *Bot) reach(ctx context.Context, c Conversation) (Conversation, reader, provision.UserID, error) {
	var person provision.UserID
	var how reader
	err := b.Store.View(ctx, func(tx provision.Tx) error {
		raw, _ := tx.Get(tableConversations, conversationKey(c))
		rec, err := readRecord(raw)
		if err != nil || raw == nil {
			return err
		}
		c.ServiceURL, c.Bot, how, person = rec.ServiceURL, rec.Bot, rec.reader(), rec.Person
		return nil
	})
	return c, how, person, err
}

// noteShown records which cards show what, and forgets those that are not there any more.
func (b *Bot) noteShown(tx provision.Tx, ref orderRef, shown, gone []postedCard) error {
	p, err := readPosted(tx, ref.Tenant, ref.Order)
	if err != nil {
		return err
	}
	kept := p.Cards[:0]
	for _, c := range p.Cards {
		if !holds(gone, c) {
			kept = append(kept, c)
		}
	}
	p.Cards = kept
	for _, c := range shown {
		p.note(c)
	}
	return put(tx, tableOrders, orderKey(ref.Tenant, ref.Order), p)
}

func holds(all []postedCard, c postedCard) bool {
	for _, other := range all {
		if other.Activity == c.Activity && other.To.ID == c.To.ID {
			return true
		}
	}
	return false
}
