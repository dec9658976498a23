package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"calltab/internal/bot/card"
	"calltab/internal/bot/text"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// exchange is one turn being answered: what was asked, what is known, and what the commit at its end will write.
type exchange struct {
	b     *Bot
	turn  Turn
	words *text.Words

	own    bool         // the line is about the sender's own phone
	home   Conversation // where forms and results go: the personal chat
	opened bool         // home was not known before
	dead   bool         // home turned out to be gone

	record   record // the conversation's, as read at the start
	raw      []byte // what it was read from
	repeated bool

	answer  Answer
	sent    []sent   // cards of orders, to remember
	adopted bool     // sent is a card that was there before and shows something older
	later   []parcel // messages that could not go out now

	what      string
	looked    []string // whom the turn showed, for the log
	result    string
	reference string // shown with an error of ours
	cause     error  // for the log
	stack     string
}

// sent is a posted card of an order.
type sent struct {
	to       Conversation
	activity string
	about    about
}

// about is what a card shows, so that it can be edited later.
type about struct {
	Order    provision.OrderID `json:"o,omitempty"` // empty: nothing that changes
	Face     face              `json:"s,omitempty"`
	Revision int               `json:"r,omitempty"`
}

// reader is how the sender reads. Not every activity says by which clock; the one before did.
func (x *exchange) reader() reader {
	return reader{x.turn.Actor.Locale, cmp.Or(x.turn.Actor.Zone, x.record.Zone)}
}

// message is a card with its line for notifications, as views make it.
type message struct {
	card    json.RawMessage
	summary string
}

func made(c json.RawMessage, summary string) message { return message{c, summary} }

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
		x.answer = Answer{Toast: line}
		return nil
	}
	return x.post(ctx, x.home, Outgoing{Text: line}, about{})
}

// here writes a line to where the turn came from: in a group that is the only thing others see.
func (x *exchange) here(ctx context.Context, id string, pairs ...string) error {
	line := x.b.line(x.words, provision.Say(id, pairs...))
	return x.post(ctx, x.turn.Conversation, Outgoing{Text: line}, about{})
}

// show posts a card that will not change.
func (x *exchange) show(ctx context.Context, m message) error {
	return x.post(ctx, x.home, Outgoing{Card: m.card, Summary: m.summary}, about{})
}

// replace puts a card in place of the one that was pressed, for the one who pressed it; otherwise it posts it.
func (x *exchange) replace(ctx context.Context, m message) error {
	switch {
	case x.turn.Kind == Action:
		x.answer = Answer{Card: m.card}
		return nil
	case x.turn.Kind == Submit && x.turn.ReplyTo != "":
		err := x.b.Courier.Edit(ctx, x.turn.Conversation, x.turn.ReplyTo, Outgoing{Card: m.card, Summary: m.summary})
		if err == nil {
			return nil
		}
		x.cause = err
	}
	return x.show(ctx, m)
}

// openSheet posts an order's card as a new message, whatever was pressed: the card with the button stays, and says where to look.
func (x *exchange) openSheet(ctx context.Context, s provision.Sheet) error {
	of := faceFor(s.Order, x.turn.Actor.User)
	s, err := x.fit(ctx, s, of)
	if err != nil {
		return err
	}
	m := x.b.render(x.reader(), s, of, x.turn.Actor.User)
	if x.turn.Kind == Action {
		where := "opened"
		if x.home.ID != x.turn.Conversation.ID {
			where = "group-sent"
		}
		x.answer = Answer{Toast: x.words.Say(where)}
	}
	return x.post(ctx, x.home, Outgoing{Card: m.card, Summary: m.summary}, about{s.Order.ID, of, s.Order.Revision})
}

// showSheet puts an order's card before the person: as the answer to the button, in place of the card that was pressed, or
// as a new message. Other devices see it when the job that the order's change left behind edits the posted message.
func (x *exchange) showSheet(ctx context.Context, s provision.Sheet, of face) error {
	s, err := x.fit(ctx, s, of)
	if err != nil {
		return err
	}
	m := x.b.render(x.reader(), s, of, x.turn.Actor.User)
	what := about{s.Order.ID, of, s.Order.Revision}
	out := Outgoing{Card: m.card, Summary: m.summary}
	switch {
	case x.turn.Kind == Action:
		x.answer = Answer{Card: m.card}
		x.adopt(what)
		return nil
	case x.turn.Kind == Submit && x.turn.ReplyTo != "":
		err := x.b.Courier.Edit(ctx, x.turn.Conversation, x.turn.ReplyTo, out)
		if err == nil {
			x.sent = append(x.sent, sent{x.turn.Conversation, x.turn.ReplyTo, what})
			return nil
		}
		x.cause = err
	}
	return x.post(ctx, x.home, out, what)
}

// adopt remembers the pressed card where it is not known: the process died after posting it. The job shall edit it from
// now on, beginning with what the answer shows to this one client only.
func (x *exchange) adopt(what about) {
	t := x.turn
	if _, known := x.record.Cards.find(t.ReplyTo); known || t.ReplyTo == "" || t.Conversation.Scope != Personal {
		return
	}
	what.Revision--
	x.sent, x.adopted = append(x.sent, sent{t.Conversation, t.ReplyTo, what}), true
}

// opens reports whether a conversation is not the one in which the person has just written or pressed: there alone a refusal to write
// to them is believed within the turn.
func (x *exchange) opens(to Conversation) bool { return to.ID != x.turn.Conversation.ID }

// post sends a message now; one that the connector does not take goes out later, by a job.
func (x *exchange) post(ctx context.Context, to Conversation, m Outgoing, what about) error {
	id, err := x.b.Courier.Post(ctx, to, m)
	switch {
	case err != nil && !(unreachable(reason(err)) && x.opens(to)):
		x.cause = err
		x.later = append(x.later, parcel{To: to, Text: m.Text, Card: m.Card, Summary: m.Summary, About: what, after: delay(err)})
		return nil
	case err != nil:
		return fmt.Errorf("post: %w", err)
	}
	if what.Order != "" {
		x.sent = append(x.sent, sent{to, id, what})
	}
	return nil
}

// reason is why a delivery failed; empty for no error, Busy for one that says nothing (the network, the turn's time).
func reason(err error) Undelivered {
	if err == nil {
		return ""
	}
	var d *DeliveryError
	switch {
	case errors.As(err, &d) && (d.Reason == Elsewhere || d.Reason == Refused && d.Status >= 500): // no verdict on the message
		return Busy
	case errors.As(err, &d):
		return d.Reason
	}
	return Busy
}

// undelivered is what the courier said of a delivery; empty for no error and for another one.
func undelivered(err error) Undelivered {
	if err == nil {
		return ""
	}
	var d *DeliveryError
	if errors.As(err, &d) {
		return d.Reason
	}
	return ""
}

// delay is how long the other side asked to wait.
func delay(err error) time.Duration {
	var d interface{ RetryDelay() time.Duration }
	if errors.As(err, &d) {
		return d.RetryDelay()
	}
	return 0
}

// outcome is what became of a turn that failed. Somebody is refused only for what they may not do: where Calltab itself lacks a
// permission, Microsoft's code says so.
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
	var undelivered *DeliveryError
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
		x.answer = Answer{Error: x.b.line(x.words, m)}
	case Message, Submit, Dropped:
		err := x.post(ctx, x.home, Outgoing{Text: x.b.line(x.words, m)}, about{})
		if err != nil {
			x.cause = errors.Join(x.cause, err)
		}
	}
}
