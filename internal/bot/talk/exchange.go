package talk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"calltab/internal/bot/card"
	"calltab/internal/bot/chats"
	"calltab/internal/bot/outbox"
	"calltab/internal/bot/turns"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// sheetReader fits orders to their readers.
type sheetReader interface {
	ReadBy(ctx context.Context, s provision.Sheet, who provision.UserID) (read provision.Sheet, sees bool, err error)
}

// Line puts a message into words that are safe to show anywhere, with numbers as people write them.
func (x *Exchange) Line(m provision.Message) string {
	args := make(map[string]string, len(m.Args))
	for k, v := range m.Args {
		if slices.Contains(view.NumberArgs, k) && strings.HasPrefix(v, "+") {
			v = x.c.Outbox.DialPlan.Format(provision.E164(v))
		}
		if span, err := time.ParseDuration(v); k == "wait" && err == nil {
			v = x.Words.Span(span)
		}
		args[k] = card.Escape(v)
	}
	return x.Words.SayArgs(m.ID, args)
}

// Tell writes a message to where the results go, whatever was pressed.
func (x *Exchange) Tell(ctx context.Context, m provision.Message) error {
	return x.post(ctx, x.home, chats.Outgoing{Text: x.Line(m), Next: x.next(m)}, chats.About{})
}

// Say writes a line to where the results go. In answer to a button it is a line under the card.
func (x *Exchange) Say(ctx context.Context, id string, pairs ...string) error {
	m := provision.Say(id, pairs...)
	if x.Turn.Kind == turns.Action {
		x.Answer = chats.Answer{Toast: x.Line(m)}
		return nil
	}
	return x.Tell(ctx, m)
}

// next are the lines that lead on from a message: those that the catalogue has for it, parted by dots. Every
// one of them is open to everybody who can get the message.
func (x *Exchange) next(m provision.Message) []string {
	id := "next." + m.ID
	if x.home.Scope != chats.Personal || !x.Words.Has(id) {
		return nil
	}
	return strings.Split(x.Words.SayArgs(id, m.Args), " · ")
}

// Here writes a line to where the turn came from: in a group that is the only thing others see.
func (x *Exchange) Here(ctx context.Context, id string, pairs ...string) error {
	line := x.Line(provision.Say(id, pairs...))
	was := x.public
	x.public = true
	defer func() { x.public = was }()
	return x.post(ctx, x.here(), chats.Outgoing{Text: line}, chats.About{})
}

// Show posts a card that will not change.
func (x *Exchange) Show(ctx context.Context, m chats.Message) error {
	return x.post(ctx, x.home, chats.Outgoing{Card: m.Card, Summary: m.Summary}, chats.About{})
}

// Home is where results go: the personal chat.
func (x *Exchange) Home() chats.Conversation { return x.home }

// Offer asks the person whether they want a file.
func (x *Exchange) Offer(ctx context.Context, f chats.FileOffer) error {
	_, err := x.c.Courier.Post(ctx, x.home, chats.Outgoing{Offer: &f})
	return err
}

// Replace puts a card in place of the one that was pressed, for the one who pressed it; otherwise it posts it.
func (x *Exchange) Replace(ctx context.Context, m chats.Message) error {
	switch {
	case x.Turn.Kind == turns.Action:
		x.Answer = chats.Answer{Card: m.Card}
		return nil
	case x.Turn.Kind == turns.Submit && x.Turn.ReplyTo != "":
		err := x.c.Courier.Edit(ctx, x.Turn.Conversation, x.Turn.ReplyTo,
			chats.Outgoing{Card: m.Card, Summary: m.Summary})
		if err == nil {
			return nil
		}
		x.Cause = err
	}
	return x.Show(ctx, m)
}

// OpenSheet posts an order's card as a new message, whatever was pressed: the card with the button stays, and says
// where to look.
func (x *Exchange) OpenSheet(ctx context.Context, s provision.Sheet) error {
	of := RoleFor(s.Order, x.Turn.Actor.User)
	s, err := x.fit(ctx, s, of)
	if err != nil {
		return err
	}
	m := x.c.Outbox.Render(x.Reader(), s, of, x.Turn.Actor.User)
	if x.Turn.Kind == turns.Action {
		where := "opened"
		if x.home.ID != x.Turn.Conversation.ID {
			where = "group-sent"
		}
		x.Answer = chats.Answer{Toast: x.Words.Say(where)}
	}
	return x.post(ctx, x.home, chats.Outgoing{Card: m.Card, Summary: m.Summary},
		chats.About{Order: s.Order.ID, Role: of, Revision: s.Order.Revision})
}

// ShowSheet puts an order's card before the person: as the answer to the button, in place of the card that was pressed,
// or as a new message. Other devices see it when the job that the order's change left behind edits the posted message.
func (x *Exchange) ShowSheet(ctx context.Context, s provision.Sheet, of chats.CardRole) error {
	x.Order = s.Order.ID
	s, err := x.fit(ctx, s, of)
	if err != nil {
		return err
	}
	m := x.c.Outbox.Render(x.Reader(), s, of, x.Turn.Actor.User)
	what := chats.About{Order: s.Order.ID, Role: of, Revision: s.Order.Revision}
	out := chats.Outgoing{Card: m.Card, Summary: m.Summary}
	switch {
	case x.Turn.Kind == turns.Action:
		x.Answer = chats.Answer{Card: m.Card}
		x.adopt(what)
		if of == chats.OrderCard && s.Order.Notice.ID == "" && !x.unsure { // a notice may be the answer's alone
			x.c.Outbox.Draw(outbox.OrderRef{Tenant: s.Order.Tenant, Order: s.Order.ID}, outbox.Drawn{
				Revision: s.Order.Revision, Role: of, Person: x.Turn.Actor.User, Reader: x.Reader(), Message: m})
		}
		return nil
	case x.Turn.Kind == turns.Submit && x.Turn.ReplyTo != "":
		err := x.c.Courier.Edit(ctx, x.Turn.Conversation, x.Turn.ReplyTo, out)
		if err == nil {
			x.sent = append(x.sent, chats.Sent{To: x.Turn.Conversation, Activity: x.Turn.ReplyTo, About: what})
			return nil
		}
		x.Cause = err
	}
	return x.post(ctx, x.home, out, what)
}

// adopt remembers the pressed card where it is not known: the process died after posting it. The job shall edit it from
// now on, beginning with what the answer shows to this one client only.
func (x *Exchange) adopt(what chats.About) {
	t := x.Turn
	if _, known := x.Record.Cards.Find(t.ReplyTo); known || t.ReplyTo == "" || t.Conversation.Scope != chats.Personal {
		return
	}
	what.Revision--
	x.sent, x.adopted = append(x.sent, chats.Sent{To: t.Conversation, Activity: t.ReplyTo, About: what}), true
}

// opens reports whether a conversation is not the one in which the person has just written or pressed: there alone a
// refusal to write to them is believed within the turn.
func (x *Exchange) opens(to chats.Conversation) bool { return to.ID != x.Turn.Conversation.ID }

// post sends a message now; one that the connector does not take goes out later, by a job.
func (x *Exchange) post(ctx context.Context, to chats.Conversation, m chats.Outgoing, what chats.About) error {
	if x.mute && to.Only != "" {
		return nil
	}
	id, err := x.c.Courier.Post(ctx, to, m)
	switch {
	case to.Only != "" && chats.Reason(err) == chats.Refused:
		return x.untargeted(ctx, m, what, err)
	case err != nil && !(chats.Unreachable(chats.Reason(err)) && x.opens(to)):
		x.Cause = err
		late := outbox.Later(to, m, what, chats.Delay(err))
		if to.Only != "" {
			late.User = x.Turn.Actor.User
		}
		x.later = append(x.later, late)
		return nil
	case err != nil:
		return fmt.Errorf("post: %w", err)
	}
	if what.Order != "" {
		x.sent = append(x.sent, chats.Sent{To: to, Activity: id, About: what})
	}
	return nil
}

// Outcome is what became of a turn that failed. A person is refused only for what they may not do: where Calltab itself
// lacks a permission, Microsoft's code says so.
func Outcome(err error) string {
	var e *provision.Error
	if errors.As(err, &e) && e.Kind == provision.Denied && e.Code == "" {
		return ResultRefused
	}
	return provision.KindOf(err).String()
}

// Fail shows an error to the person: the core's own sentence, or a reference under which the log has the rest.
func (x *Exchange) Fail(ctx context.Context, err error) {
	x.Cause, x.Result = err, Outcome(err)
	var undelivered *chats.DeliveryError
	if errors.As(err, &undelivered) {
		x.Result = string(undelivered.Reason)
		return
	}
	m, ok := provision.SayOf(err)
	switch kind := provision.KindOf(err); {
	case !ok && (kind == provision.Throttled || kind == provision.Unavailable):
		m = provision.Say("microsoft-busy")
	case !ok:
		x.Result, x.Reference = ResultError, x.c.NewID()
		m = provision.Say("went-wrong", "reference", x.Reference)
	}
	switch x.Turn.Kind {
	case turns.Action:
		x.Answer = chats.Answer{Error: x.Line(m)}
	case turns.Message, turns.Submit, turns.Dropped, turns.Consented:
		if err := x.Tell(ctx, m); err != nil {
			x.Cause = errors.Join(x.Cause, err)
		}
	}
}

// fit fits a sheet to its reader, so that the card offers nothing that would be refused to them. What cannot be found
// out is not offered.
func (x *Exchange) fit(ctx context.Context, s provision.Sheet, of chats.CardRole) (provision.Sheet, error) {
	if of != chats.OrderCard {
		return s, nil
	}
	read, _, err := x.c.Service.ReadBy(ctx, s, x.Turn.Actor.User)
	if provision.KindOf(err) == provision.Unavailable {
		x.unsure = true
		return read, nil // what was asked for was allowed a moment ago
	}
	return read, err
}

// RoleFor is the card of an order that a person gets who wants to see it.
func RoleFor(o provision.Order, reader provision.UserID) chats.CardRole {
	if o.Requester.ID != reader && o.Approval.Concerns(reader) {
		return chats.ApprovalCard
	}
	return chats.OrderCard
}
