package outbox

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/outbox/doubt"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// How long an edit waits for the message of a new order: the turn that posts it remembers it at its end.
const (
	cardPause = time.Second
	cardWait  = time.Minute
)

// unsurePause is how often is asked whether a person may still see a card, where Microsoft does not say. Until it does,
// the card stays as it is.
const unsurePause = 5 * time.Minute

// orderReader reads orders as their readers may see them.
type orderReader interface {
	Sheet(ctx context.Context, tenant provision.TenantID, id provision.OrderID) (provision.Sheet, error)
	ReadBy(ctx context.Context, s provision.Sheet, who provision.UserID) (read provision.Sheet, sees bool, err error)
	OrderIn(tx provision.Tx, tenant provision.TenantID, id provision.OrderID) (provision.Order, error)
}

// edit is the step that brings every posted card of an order up to date. A card that already shows this revision is
// left alone: an edit throws away what a person is typing into it. A person's card that is really gone is forgotten and
// posted anew, once: nobody loses sight of an order.
func (b *Outbox) edit(ctx context.Context, r *job.Run) error {
	var state edits
	if err := r.Load(&state); err != nil {
		return job.Stop(err)
	}
	ref := state.OrderRef
	o, before, err := b.standing(ctx, ref)
	if provision.KindOf(err) == provision.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if len(before.Cards) == 0 && r.Now().Sub(r.Since()) < cardWait {
		return job.Wait(cardPause)
	}
	t := editRound{before: before, order: o, state: &state}
	t.sheet = sync.OnceValues(func() (provision.Sheet, error) { return b.Service.Sheet(ctx, ref.Tenant, ref.Order) })
	for _, c := range before.Cards {
		if c.Revision < o.Revision {
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
	before chats.Posted
	order  provision.Order
	sheet  func() (provision.Sheet, error) // of the order as it is; read once, and only where a card is drawn
	state  *edits

	shown  []chats.PostedCard
	gone   []chats.PostedCard
	anew   []DeferredReply // those of gone whose reader still follows the order
	failed error
	unsure bool // a card is tried again later, and nothing else waits for it
}

// editIn brings one card up to date, and notes what came of it.
func (b *Outbox) editIn(ctx context.Context, r *job.Run, t *editRound, c chats.PostedCard) {
	now, err := b.editOne(ctx, r, c, t)
	why := chats.Reason(err)
	switch {
	case errors.Is(err, errUnsure):
		t.unsure = true
		return
	case why == "" && now.last:
		t.gone = append(t.gone, c)
		return
	case why == "":
		t.shown = append(t.shown, c.At(now.revision))
		return
	case why == chats.Busy:
		t.failed = err
		return
	}
	refused, believed := t.state.believe(c, r.Now())
	switch {
	case !believed:
		t.failed = weather(err)
	case doubt.MessageGone(err) && c.To.Only == "" && !t.before.PostedAnew(c):
		// not of a message that one person sees: that vanishes after a day
		t.gone = append(t.gone, c)
		if !now.last {
			what := chats.About{Order: t.order.ID, Role: c.Role, Revision: now.revision}
			t.anew = append(t.anew, DeferredReply{To: now.to, Card: now.Card, Summary: now.Summary, About: what})
		}
	case doubt.May(err) && r.Now().Sub(refused) < doubt.LastingFor:
		t.unsure = true
	case why == chats.Gone:
		t.gone = append(t.gone, c)
	default: // the next revision is another chance
		b.Log.Warn("card not edited", slog.String("order", string(t.order.ID)), slog.Any(logError, err))
		t.shown = append(t.shown, c.At(t.order.Revision))
	}
}

// standing reads an order and which cards of it people have.
func (b *Outbox) standing(ctx context.Context, ref OrderRef) (o provision.Order, p chats.Posted, err error) {
	err = b.Store.View(ctx, func(tx provision.Tx) error {
		if o, err = b.Service.OrderIn(tx, ref.Tenant, ref.Order); err != nil {
			return err
		}
		p, err = chats.ReadPosted(tx, ref.Tenant, ref.Order)
		return err
	})
	return o, p, err
}

// Posted reads which cards of an order people have.
func (b *Outbox) Posted(ctx context.Context, ref OrderRef) (p chats.Posted, err error) {
	err = b.Store.View(ctx, func(tx provision.Tx) error {
		p, err = chats.ReadPosted(tx, ref.Tenant, ref.Order)
		return err
	})
	return p, err
}

// errUnsure says that Microsoft does not tell whether a person may still see a card.
var errUnsure = errors.New("who may see the card is not known")

// drawnCard is a card as it is now.
type drawnCard struct {
	chats.Message
	to       chats.Conversation // where its reader is reached now
	last     bool               // its reader may not see the order any more, which it says
	revision int                // of the order as it shows it
}

// editOne brings a card up to date. A person who may not see the order any more gets the last edit of it, which says
// so. One who has just got the card in answer to a button gets the same again, as a message that their other devices
// see.
func (b *Outbox) editOne(ctx context.Context, r *job.Run, c chats.PostedCard, t *editRound) (drawnCard, error) {
	to, how, person, err := b.reach(ctx, c.To)
	if err != nil {
		return drawnCard{}, err
	}
	ref := OrderRef{Tenant: t.order.Tenant, Order: t.order.ID}
	again := Drawn{Revision: t.order.Revision, Role: c.Role, Person: person, Reader: how}
	if m, ok := b.drawn(ref, again); ok {
		return drawnCard{m, to, false, t.order.Revision}, b.put(ctx, to, c, m)
	}
	s, err := t.sheet()
	if err != nil {
		return drawnCard{}, err
	}
	sees := true
	if person != "" && c.Role != chats.PhoneCard && c.Role != chats.ChannelCard {
		s, sees, err = b.fit(ctx, c, s, person)
		if err != nil {
			return drawnCard{}, err
		}
	}
	m := b.Render(how, s, c.Role, person)
	switch {
	case !sees:
		m = chats.Made(b.Writer(how, provision.Location{}).NotShown())
	case c.Role == chats.ChannelCard:
		known, err := b.asked(ctx, r, s, to)
		if err != nil {
			return drawnCard{}, err
		}
		m = chats.Made(b.Writer(chats.Reader{}, s.Location).Channel(s, known))
	}
	return drawnCard{m, to, !sees, s.Order.Revision}, b.put(ctx, to, c, m)
}

// put puts a card in the place of what a posted one shows.
func (b *Outbox) put(ctx context.Context, to chats.Conversation, c chats.PostedCard, m chats.Message) error {
	return b.mail.Edit(ctx, to, c.Activity, chats.Outgoing{Card: m.Card, Summary: m.Summary})
}

// fit fits a sheet to the person of a card, and says whether they may see it. While Microsoft does not tell, the card
// stays as it is: what it would say of their role may be false.
func (b *Outbox) fit(
	ctx context.Context, c chats.PostedCard, s provision.Sheet, person provision.UserID,
) (provision.Sheet, bool, error) {
	if c.Role == chats.ApprovalCard && person != s.Order.Requester.ID {
		return s, s.Order.Approval.Concerns(person), nil
	}
	s, sees, err := b.Service.ReadBy(ctx, s, person)
	if provision.KindOf(err) != provision.Unavailable {
		return s, sees, err
	}
	return s, false, errUnsure
}

// reach is where a conversation is reached now, how its person reads, and who that is.
func (b *Outbox) reach(
	ctx context.Context, c chats.Conversation,
) (chats.Conversation, chats.Reader, provision.UserID, error) {
	var person provision.UserID
	var how chats.Reader
	err := b.Store.View(ctx, func(tx provision.Tx) error {
		raw, _ := tx.Get(chats.TableConversations, chats.ConversationKey(c))
		rec, err := chats.ReadRecord(raw)
		if err != nil || raw == nil {
			return err
		}
		c.ServiceURL = rec.ServiceURL
		c.Bot = rec.Bot
		how = rec.Reader()
		person = rec.Person
		return nil
	})
	return c, how, person, err
}

// noteShown records which cards show what, forgets those that are not there any more, and leaves the jobs that post
// cards anew.
func (b *Outbox) noteShown(tx provision.Tx, ref OrderRef, t editRound) error {
	p, err := chats.ReadPosted(tx, ref.Tenant, ref.Order)
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
		p.Note(c)
	}
	for _, card := range t.anew {
		if p.Has(card.To, card.About.Role) || !p.BeginAnew(card.To, card.About.Role) {
			continue
		}
		key := chats.OrderKey(ref.Tenant, ref.Order) + "/anew/" + string(card.About.Role) + "/" + card.To.ID
		if err := b.Runner.Add(tx, kindPost, key, card, b.Now()); err != nil {
			return err
		}
	}
	return chats.Put(tx, chats.TableOrders, chats.OrderKey(ref.Tenant, ref.Order), p)
}

func holds(all []chats.PostedCard, c chats.PostedCard) bool {
	for _, other := range all {
		if other.Activity == c.Activity && other.To.ID == c.To.ID {
			return true
		}
	}
	return false
}

// Render draws an order's card for a reader.
func (b *Outbox) Render(r chats.Reader, s provision.Sheet, of chats.CardRole, person provision.UserID) chats.Message {
	w := b.Writer(r, s.Location)
	switch of {
	case chats.PhoneCard:
		return chats.Made(w.Phone(s))
	case chats.ApprovalCard:
		return chats.Made(w.Approval(s, person))
	}
	return chats.Made(w.Order(s))
}

// edits is the state of an edit: its order, and the cards whose edits were refused, by conversation and activity.
type edits struct {
	OrderRef
	Doubts map[string]doubt.Doubt `json:"doubts,omitempty"`
}

// believe counts a refusal to edit a card. It returns since when the card's edits are refused, and whether that is to
// be believed.
func (e *edits) believe(c chats.PostedCard, now time.Time) (since time.Time, believed bool) {
	key := c.To.ID + " " + c.Activity
	d := e.Doubts[key]
	believed = d.Believe(now)
	if e.Doubts == nil {
		e.Doubts = make(map[string]doubt.Doubt)
	}
	e.Doubts[key] = d
	return d.Since, believed
}
