package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"calltab/internal/bot/card"
	"calltab/internal/bot/chats"
	"calltab/internal/bot/outbox"
	"calltab/internal/bot/resolve"
	"calltab/internal/bot/text"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// sheetReader reads orders with what their cards show.
type sheetReader interface {
	Open(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID,
	) (provision.Sheet, error)
	Sheet(ctx context.Context, tenant provision.TenantID, id provision.OrderID) (provision.Sheet, error)
	ReadBy(ctx context.Context, s provision.Sheet, who provision.UserID) (read provision.Sheet, sees bool, err error)
}

// exchange is one turn being answered: what was asked, what is known, and what the commit at its end will write.
type exchange struct {
	b     *Bot
	turn  Turn
	words *text.Words

	own    bool               // the line is about the sender's own phone
	home   chats.Conversation // where forms and results go: the personal chat
	opened bool               // home was not known before
	dead   bool               // home turned out to be gone

	record   chats.Record // the conversation's, as read at the start
	raw      []byte       // what it was read from
	repeated bool

	answer  chats.Answer
	sent    []chats.Sent           // cards of orders, to remember
	adopted bool                   // sent is a card that was there before and shows something older
	later   []outbox.DeferredReply // messages that could not go out now

	what      string
	looked    []string // whom the turn showed, for the log
	result    string
	reference string // shown with an error of ours
	cause     error  // for the log
	stack     string
}

// reader is how the sender reads. Not every activity says by which clock; the one before did.
func (x *exchange) reader() chats.Reader {
	return chats.Reader{Locale: x.turn.Actor.Locale, Zone: cmp.Or(x.turn.Actor.Zone, x.record.Zone)}
}

// resolver finds out which person and which number the sender means.
func (x *exchange) resolver() resolve.Resolver {
	return resolve.Resolver{
		Service: x.b.Service, DialPlan: x.b.DialPlan,
		Tenant: x.turn.Actor.Tenant, By: x.actor(), Mentions: x.mentions(),
	}
}

// line puts a message into words that are safe to show anywhere, with numbers as people write them.
func (b *Bot) line(w *text.Words, m provision.Message) string {
	args := make(map[string]string, len(m.Args))
	for k, v := range m.Args {
		if slices.Contains(view.NumberArgs, k) && strings.HasPrefix(v, "+") {
			v = b.DialPlan.Format(provision.E164(v))
		}
		if span, err := time.ParseDuration(v); k == "wait" && err == nil {
			v = w.Span(span)
		}
		args[k] = card.Escape(v)
	}
	return w.SayArgs(m.ID, args)
}

// say writes a line to where the results go. In answer to a button it is a line under the card.
func (x *exchange) say(ctx context.Context, id string, pairs ...string) error {
	line := x.b.line(x.words, provision.Say(id, pairs...))
	if x.turn.Kind == Action {
		x.answer = chats.Answer{Toast: line}
		return nil
	}
	return x.post(ctx, x.home, chats.Outgoing{Text: line}, chats.About{})
}

// here writes a line to where the turn came from: in a group that is the only thing others see.
func (x *exchange) here(ctx context.Context, id string, pairs ...string) error {
	line := x.b.line(x.words, provision.Say(id, pairs...))
	return x.post(ctx, x.turn.Conversation, chats.Outgoing{Text: line}, chats.About{})
}

// show posts a card that will not change.
func (x *exchange) show(ctx context.Context, m chats.Message) error {
	return x.post(ctx, x.home, chats.Outgoing{Card: m.Card, Summary: m.Summary}, chats.About{})
}

// replace puts a card in place of the one that was pressed, for the one who pressed it; otherwise it posts it.
func (x *exchange) replace(ctx context.Context, m chats.Message) error {
	switch {
	case x.turn.Kind == Action:
		x.answer = chats.Answer{Card: m.Card}
		return nil
	case x.turn.Kind == Submit && x.turn.ReplyTo != "":
		err := x.b.Courier.Edit(ctx, x.turn.Conversation, x.turn.ReplyTo,
			chats.Outgoing{Card: m.Card, Summary: m.Summary})
		if err == nil {
			return nil
		}
		x.cause = err
	}
	return x.show(ctx, m)
}

// openSheet posts an order's card as a new message, whatever was pressed: the card with the button stays, and says
// where to look.
func (x *exchange) openSheet(ctx context.Context, s provision.Sheet) error {
	of := roleFor(s.Order, x.turn.Actor.User)
	s, err := x.fit(ctx, s, of)
	if err != nil {
		return err
	}
	m := x.b.Render(x.reader(), s, of, x.turn.Actor.User)
	if x.turn.Kind == Action {
		where := "opened"
		if x.home.ID != x.turn.Conversation.ID {
			where = "group-sent"
		}
		x.answer = chats.Answer{Toast: x.words.Say(where)}
	}
	return x.post(ctx, x.home, chats.Outgoing{Card: m.Card, Summary: m.Summary},
		chats.About{Order: s.Order.ID, Role: of, Revision: s.Order.Revision})
}

// showSheet puts an order's card before the person: as the answer to the button, in place of the card that was pressed,
// or as a new message. Other devices see it when the job that the order's change left behind edits the posted message.
func (x *exchange) showSheet(ctx context.Context, s provision.Sheet, of chats.CardRole) error {
	s, err := x.fit(ctx, s, of)
	if err != nil {
		return err
	}
	m := x.b.Render(x.reader(), s, of, x.turn.Actor.User)
	what := chats.About{Order: s.Order.ID, Role: of, Revision: s.Order.Revision}
	out := chats.Outgoing{Card: m.Card, Summary: m.Summary}
	switch {
	case x.turn.Kind == Action:
		x.answer = chats.Answer{Card: m.Card}
		x.adopt(what)
		return nil
	case x.turn.Kind == Submit && x.turn.ReplyTo != "":
		err := x.b.Courier.Edit(ctx, x.turn.Conversation, x.turn.ReplyTo, out)
		if err == nil {
			x.sent = append(x.sent, chats.Sent{To: x.turn.Conversation, Activity: x.turn.ReplyTo, About: what})
			return nil
		}
		x.cause = err
	}
	return x.post(ctx, x.home, out, what)
}

// adopt remembers the pressed card where it is not known: the process died after posting it. The job shall edit it from
// now on, beginning with what the answer shows to this one client only.
func (x *exchange) adopt(what chats.About) {
	t := x.turn
	if _, known := x.record.Cards.Find(t.ReplyTo); known || t.ReplyTo == "" || t.Conversation.Scope != chats.Personal {
		return
	}
	what.Revision--
	x.sent, x.adopted = append(x.sent, chats.Sent{To: t.Conversation, Activity: t.ReplyTo, About: what}), true
}

// opens reports whether a conversation is not the one in which the person has just written or pressed: there alone a
// refusal to write to them is believed within the turn.
func (x *exchange) opens(to chats.Conversation) bool { return to.ID != x.turn.Conversation.ID }

// post sends a message now; one that the connector does not take goes out later, by a job.
func (x *exchange) post(ctx context.Context, to chats.Conversation, m chats.Outgoing, what chats.About) error {
	id, err := x.b.Courier.Post(ctx, to, m)
	switch {
	case err != nil && !(chats.Unreachable(chats.Reason(err)) && x.opens(to)):
		x.cause = err
		x.later = append(x.later, outbox.Later(to, m, what, chats.Delay(err)))
		return nil
	case err != nil:
		return fmt.Errorf("post: %w", err)
	}
	if what.Order != "" {
		x.sent = append(x.sent, chats.Sent{To: to, Activity: id, About: what})
	}
	return nil
}

// outcome is what became of a turn that failed. A person is refused only for what they may not do: where Calltab itself
// lacks a permission, Microsoft's code says so.
func outcome(err error) string {
	var e *provision.Error
	if errors.As(err, &e) && e.Kind == provision.Denied && e.Code == "" {
		return resultRefused
	}
	return provision.KindOf(err).String()
}

// fail shows an error to the person: the core's own sentence, or a reference under which the log has the rest.
func (x *exchange) fail(ctx context.Context, err error) {
	x.cause, x.result = err, outcome(err)
	var undelivered *chats.DeliveryError
	if errors.As(err, &undelivered) {
		x.result = string(undelivered.Reason)
		return
	}
	m, ok := provision.SayOf(err)
	switch kind := provision.KindOf(err); {
	case !ok && (kind == provision.Throttled || kind == provision.Unavailable):
		m = provision.Say("microsoft-busy")
	case !ok:
		x.result, x.reference = resultError, x.b.NewID()
		m = provision.Say("went-wrong", "reference", x.reference)
	}
	switch x.turn.Kind {
	case Action:
		x.answer = chats.Answer{Error: x.b.line(x.words, m)}
	case Message, Submit, Dropped:
		err := x.post(ctx, x.home, chats.Outgoing{Text: x.b.line(x.words, m)}, chats.About{})
		if err != nil {
			x.cause = errors.Join(x.cause, err)
		}
	}
}

// fit fits a sheet to its reader, so that the card offers nothing that would be refused to them. What cannot be found
// out is not offered.
func (x *exchange) fit(ctx context.Context, s provision.Sheet, of chats.CardRole) (provision.Sheet, error) {
	if of != chats.OrderCard {
		return s, nil
	}
	read, _, err := x.b.Service.ReadBy(ctx, s, x.turn.Actor.User)
	if provision.KindOf(err) == provision.Unavailable {
		return read, nil // what was asked for was allowed a moment ago
	}
	return read, err
}

// roleFor is the card of an order that a person gets who wants to see it.
func roleFor(o provision.Order, reader provision.UserID) chats.CardRole {
	if o.Requester.ID != reader && o.Approval.Concerns(reader) {
		return chats.ApprovalCard
	}
	return chats.OrderCard
}
