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
// alone: an edit throws away what a person is typing into it. A person's card that is really gone is forgotten and posted anew, once:
// nobody loses sight of an order.
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
	t := editRound{before: before, sheet: sheet, state: &state}
	for _, c := range before.Cards {
		if c.Revision < sheet.Order.Revision {
			b.editIn(ctx, r, &t, c)
		}
	}
	if len(t.shown)+len(t.gone) > 0 {
		r.Commit(func(tx provision.Tx) error { return b.noteShown(tx, ref, t) })
	}
	if t.failed == nil && !t.unsure {
		return nil
	}
	if err := r.Save(state); err != nil {
		return err
	}
	if t.failed == nil {
		return job.Wait(unsurePause)
	}
	return t.failed
}

// editRound is one try to bring the cards of an order up to date, and what came of it.
type editRound struct {
	before posted
	sheet  provision.Sheet
	state  *edits

	shown  []postedCard
	gone   []postedCard
	anew   []parcel // those of gone whose reader still follows the order
	failed error
	unsure bool // a card is tried again later, and nothing else waits for it
}

// editIn brings one card up to date, and notes what came of it.
func (b *Bot) editIn(ctx context.Context, r *job.Run, t *editRound, c postedCard) {
	now, err := b.editOne(ctx, r, c, t.sheet)
	why := reason(err)
	switch {
	case errors.Is(err, errUnsure):
		t.unsure = true
		return
	case why == "" && now.last:
		t.gone = append(t.gone, c)
		return
	case why == "":
		t.shown = append(t.shown, c.at(t.sheet.Order.Revision))
		return
	case why == Busy:
		t.failed = err
		return
	}
	refused, believed := t.state.believe(c, r.Now())
	switch {
	case !believed:
		t.failed = weather(err)
	case messageGone(err) && !t.before.postedAnew(c):
		t.gone = append(t.gone, c)
		if !now.last {
			what := about{t.sheet.Order.ID, c.Face, t.sheet.Order.Revision}
			t.anew = append(t.anew, parcel{To: now.to, Card: now.card, Summary: now.summary, About: what})
		}
	case doubtful(err) && r.Now().Sub(refused) < doubtedFor:
		t.unsure = true
	case why == Gone:
		t.gone = append(t.gone, c)
	default: // the next revision is another chance
		b.Log.Warn("card not edited", slog.String("order", string(t.sheet.Order.ID)), slog.Any(keyError, err))
		t.shown = append(t.shown, c.at(t.sheet.Order.Revision))
	}
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

// drawnCard is a card as it is now.
type drawnCard struct {
	message
	to   Conversation // where its reader is reached now
	last bool         // its reader may not see the order any more, which it says
}

// editOne brings a card up to date. Whoever may not see the order any more gets the last edit of it, which says so.
func (b *Bot) editOne(ctx context.Context, r *job.Run, c postedCard, s provision.Sheet) (drawnCard, error) {
	to, how, person, err := b.reach(ctx, c.To)
	if err != nil {
		return drawnCard{}, err
	}
	sees := true
	if person != "" && c.Face != phoneCard && c.Face != channelCard {
		s, sees, err = b.fit(ctx, c, s, person)
		if err != nil {
			return drawnCard{}, err
		}
	}
	m := b.render(how, s, c.Face, person)
	switch {
	case !sees:
		m = made(b.writer(how, provision.Location{}).NotShown())
	case c.Face == channelCard:
		known, err := b.asked(ctx, r, s, to)
		if err != nil {
			return drawnCard{}, err
		}
		m = made(b.writer(reader{}, s.Location).Channel(s, known))
	}
	now := drawnCard{m, to, !sees}
	return now, b.mail.Edit(ctx, to, c.Activity, Outgoing{Card: m.card, Summary: m.summary})
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

// noteShown records which cards show what, forgets those that are not there any more, and leaves the jobs that post cards anew.
func (b *Bot) noteShown(tx provision.Tx, ref orderRef, t editRound) error {
	p, err := readPosted(tx, ref.Tenant, ref.Order)
	if err != nil {
		return err
	}
	kept := p.Cards[:0]
	for _, c := range p.Cards {
		if !holds(t.gone, c) {
			kept = append(kept, c)
		}
	}
	p.Cards = kept
	for _, c := range t.shown {
		p.note(c)
	}
	for _, card := range t.anew {
		if p.has(card.To, card.About.Face) || !p.beginAnew(card.To, card.About.Face) {
			continue
		}
		key := orderKey(ref.Tenant, ref.Order) + "/anew/" + string(card.About.Face) + "/" + card.To.ID
		if err := b.Runner.Add(tx, kindPost, key, card, b.Now()); err != nil {
			return err
		}
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
