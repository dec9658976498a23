package outbox

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/outbox/doubt"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

const (
	// installWait is how long a chat may take to accept messages after Graph has installed the app.
	installWait  = 15 * time.Minute
	installPause = 20 * time.Second
	// goneWait is how long a chat that Teams has just opened may not be found by its own connector.
	goneWait = 2 * time.Hour
)

// unreachedNotes takes note of whom a message about an order could not reach.
type unreachedNotes interface {
	Unreached(ctx context.Context, tenant provision.TenantID, id provision.OrderID, who provision.UserID,
		why provision.Message) error
	Untold(ctx context.Context, tenant provision.TenantID, id provision.OrderID, why provision.Message) error
}

// step runs a step on the notice and saves it. A connector that does not answer is no reason to give a notice up,
// however long.
func (b *Outbox) step(r *job.Run, do func(*notice) error) error {
	var n notice
	if err := r.Load(&n); err != nil {
		return job.Stop(err)
	}
	err := do(&n)
	if err != nil && r.Attempt() == 1 && !job.Decided(err) {
		r.Commit(func(tx provision.Tx) error { return b.askedAnew(tx, n) })
	}
	if e := r.Save(n); e != nil {
		return e
	}
	return err
}

// tell is the step that posts. The notice holds the activity id afterwards, so a second run does nothing; only a crash
// between the connector's acknowledgement and the commit makes a message come twice.
func (b *Outbox) tell(ctx context.Context, r *job.Run) error {
	return b.step(r, func(n *notice) error {
		switch {
		case n.Activity != "":
			return nil
		case n.GaveUp != "":
			return b.giveUp(ctx, r, n)
		}
		if quiet, err := b.keptBack(ctx, n); err != nil || quiet {
			return err
		}
		if n.Chat.ID == "" { // lost on the way
			if err := b.findChat(ctx, n, true); err != nil {
				return err
			}
		}
		sheet, err := b.sheetOf(ctx, n.Tenant, n.Order, n)
		if provision.KindOf(err) == provision.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if passed, err := b.passed(ctx, n, sheet.Order); err != nil || passed {
			return err
		}
		if sheet, err = b.fitted(ctx, n, sheet); err != nil {
			return job.Weather(err)
		}
		if n.GaveUp == "" {
			err = b.deliverOrInstall(ctx, r, n, sheet)
		}
		if n.Doubt.Times == 0 {
			moved, e := b.moveLate(ctx, r, n.Chat, lateItem{At: r.Since(), Notice: n}, err)
			if moved || e != nil {
				return e
			}
		}
		if n.GaveUp != "" {
			return b.giveUp(ctx, r, n)
		}
		return b.settle(ctx, r, n, err)
	})
}

// deliverOrInstall delivers the notice, on the next rung of the ladder where a chat turns out to take no messages: one
// that was known but left without our hearing of it, and one that Teams opens although the app is not installed.
func (b *Outbox) deliverOrInstall(ctx context.Context, r *job.Run, n *notice, s provision.Sheet) error {
	err := b.deliver(ctx, r, n, s)
	if doubt.May(err) && !n.Doubt.Believe(r.Now()) {
		return weather(err)
	}
	if lost(err) && n.Met {
		stale := n.Chat
		r.Commit(func(tx provision.Tx) error { return chats.MarkUndeliverable(tx, stale) })
		n.Chat, n.Met = chats.Conversation{}, false
		if err := b.findChat(ctx, n, false); err != nil || n.GaveUp != "" {
			return err
		}
		err = b.deliver(ctx, r, n, s)
	}
	if lost(err) && !n.Installed {
		if err := b.install(ctx, n); err != nil || n.GaveUp != "" {
			return err
		}
		err = b.deliver(ctx, r, n, s)
	}
	return err
}

// lost reports whether a chat does not lead to its person any more.
func lost(err error) bool {
	why := chats.Reason(err)
	return why == chats.NotInstalled || why == chats.Gone
}

// deliver posts the notice and, once it is there, remembers the card that later changes edit.
func (b *Outbox) deliver(ctx context.Context, r *job.Run, n *notice, s provision.Sheet) error {
	to := n.Chat
	if n.Met {
		if now, how, err := b.met(ctx, n.Tenant, n.User); err == nil && now.ID == to.ID {
			to = now
			n.Locale = how.Locale
			n.Zone = how.Zone
		}
	}
	id, err := b.mail.Post(ctx, to, b.outgoing(b.Writer(chats.Reader{Locale: n.Locale, Zone: n.Zone}, s.Location), n,
		s))
	if err != nil {
		return err
	}
	of, card := n.shows(s) // one that later changes edit
	n.Activity, n.Link = id, ""
	told := *n
	about := chats.About{Order: n.Order, Role: of, Revision: s.Order.Revision}
	what := chats.Sent{To: to, Activity: id, About: about}
	r.Commit(func(tx provision.Tx) error {
		if err := b.askedAnew(tx, told); err != nil {
			return err
		}
		if !told.Met {
			if err := chats.LearnChat(tx, to, told.User); err != nil {
				return err
			}
		}
		if !card {
			return nil
		}
		if err := chats.Remember(tx, what); err != nil {
			return err
		}
		return b.Runner.Add(tx, kindEdit, chats.OrderKey(n.Tenant, n.Order), OrderRef{n.Tenant, n.Order}, b.Now())
	})
	return nil
}

// settle decides what a failed delivery comes to.
func (b *Outbox) settle(ctx context.Context, r *job.Run, n *notice, err error) error {
	switch why := chats.Reason(err); {
	case why == "" || why == chats.Busy:
		return err
	case lost(err) && n.Installed && r.Now().Sub(r.Since()) < installWait:
		return job.Wait(installPause)
	case why == chats.Gone && n.Installed && r.Now().Sub(r.Since()) < goneWait:
		return weather(err)
	case lost(err):
		n.GaveUp = toldNotInstalled
	case why == chats.BlockedByUser:
		n.GaveUp = toldBlocked
	default:
		n.GaveUp = toldFailed
	}
	b.Log.Warn("notice not delivered", slog.String("order", string(n.Order)), slog.Any(logError, err))
	return b.giveUp(ctx, r, n)
}

// giveUp tells the requester, through the core, that the new user could not be told. When it is the requester who
// cannot be told, only the outbox and the log are left.
func (b *Outbox) giveUp(ctx context.Context, r *job.Run, n *notice) error {
	n.Link = ""
	if n.To == approver && n.Bulk != "" {
		return b.passOverRows(ctx, n)
	}
	if n.To == approver {
		why := n.passedOver()
		sheet, err := b.Service.Sheet(ctx, n.Tenant, n.Order)
		if err != nil {
			return err
		}
		return b.Service.Unreached(ctx, n.Tenant, n.Order, n.User, provision.Say(why, "person", n.name(sheet.Order)))
	}
	if n.To == requester || n.To == operator {
		b.Log.Error("nobody else left to tell", slog.String("order", string(n.Order)),
			slog.String("event", string(n.Event)), slog.String(logResult, n.GaveUp))
		gone, at := *n, b.Now()
		r.Commit(func(tx provision.Tx) error { return lose(tx, &gone, at) })
		return nil
	}
	sheet, err := b.Service.Sheet(ctx, n.Tenant, n.Order)
	if err != nil || sheet.Order.Untold.ID != "" {
		return err
	}
	return b.Service.Untold(ctx, n.Tenant, n.Order, provision.Say(n.GaveUp, "person", sheet.Order.Person.Name()))
}

// passedOver is the message that says why an approver who cannot be told is passed over.
func (n *notice) passedOver() string { return strings.Replace(n.GaveUp, "told-", "passed-", 1) }

// concerns reports whether an approver still has to read the notice: they are asked, or asked what it answers.
func (n *notice) concerns(o provision.Order) bool {
	answer := n.Event == provision.OrderAnswered && slices.Contains(o.Approval.Answered(), n.User) &&
		o.Approval.Concerns(n.User)
	return o.State == provision.Pending && (o.Approval.Asks(n.User) || answer)
}

// overtaken reports whether what the notice says is no longer so.
func (n *notice) overtaken(o provision.Order) bool {
	if n.To == approver {
		return !n.concerns(o)
	}
	switch n.Event {
	case provision.OrderLate, provision.OrderEscalated, provision.OrderReopened:
		return o.State != provision.Waiting
	case provision.OrderParked:
		return o.State != provision.Parked
	case provision.OrderUnasked:
		return o.State != provision.Pending || len(o.Approval.Asked) > 0
	case provision.OrderQuestioned:
		return o.State != provision.Pending
	case provision.OrderApproved: // what came of it is said by another notice
		return o.State == provision.Done || o.State == provision.Failed || o.State == provision.Parked ||
			o.State == provision.Cancelled
	}
	return false
}

// shows is which card of the order the notice is, if it is one that later changes edit.
func (n *notice) shows(s provision.Sheet) (of chats.CardRole, ok bool) {
	switch {
	case n.forOperator():
		return chats.OperatorCard, !s.Refused.Look
	case n.Link != "":
		return "", false
	case n.To == newUser:
		return chats.PhoneCard, true
	case n.Bulk != "": // a press shows what came of it
		return "", false
	case n.To == approver:
		return chats.ApprovalCard, true
	case n.Event == provision.OrderQuestioned:
		return chats.OrderCard, true
	}
	return "", false
}

// name is that of an approver.
func (n *notice) name(o provision.Order) string {
	for _, a := range o.Approval.Asked {
		if a.ID == n.User {
			return a.Name
		}
	}
	return string(n.User)
}

// outgoing is the notice's message.
func (b *Outbox) outgoing(w lists.Writer, n *notice, s provision.Sheet) chats.Outgoing {
	m := b.note(w, n, s)
	out := chats.Outgoing{Card: m.Card, Summary: m.Summary}
	if n.Link != "" {
		out.Plain = w.LinkText(s, n.Link)
	}
	return out
}

// note is what the notice says.
func (b *Outbox) note(w lists.Writer, n *notice, s provision.Sheet) chats.Message {
	switch {
	case n.Link != "":
		return chats.Made(w.Link(s, n.Link))
	case n.To == newUser:
		return chats.Made(w.Phone(s))
	case n.Bulk != "":
		return b.bulkNote(w, n)
	case n.To == approver:
		return chats.Made(w.Approval(s, n.User))
	case n.forOperator() && !s.Refused.Look:
		m := chats.Made(w.Order(s))
		m.Summary = chats.Made(w.ParkedNote(s)).Summary // what the notification says
		return m
	}
	write, ok := map[provision.Event]func(provision.Sheet) (json.RawMessage, string){
		provision.OrderDone:      w.Ready,
		provision.OrderLate:      w.Late,
		provision.OrderEscalated: w.Escalated,
		provision.OrderFailed:    w.Failed,
		provision.OrderParked:    w.ParkedNote,
		provision.OrderAccepted:  w.Left,
		provision.OrderReopened:  w.Reopened,
		provision.OrderUntold:    w.UntoldNote,
		provision.OrderApproved:  w.Approved,
		provision.OrderRejected:  w.Rejected,
		provision.OrderExpired:   w.Unapproved,
		provision.OrderUnasked:   w.Unasked,
		provision.OrderBarred:    w.Barred,
		provision.OrderSettled:   w.SettledNote,
		provision.OrderCancelled: w.TakenBack,
	}[n.Event]
	if !ok {
		write = w.Order
	}
	return chats.Made(write(s))
}

// optional are the notices that a person can do without: nothing waits for them, and the order's card says the same.
var optional = map[provision.Event]bool{
	provision.OrderApproved: true, provision.OrderDone: true, provision.OrderLate: true, provision.OrderReopened: true,
	provision.OrderAccepted: true, provision.OrderReminded: true,
}

// keptBack reports whether a notice does not go out because its person wants to hear only what they must. The new user
// is always told that the phone works.
func (b *Outbox) keptBack(ctx context.Context, n *notice) (yes bool, err error) {
	if n.To == newUser || !optional[n.Event] {
		return false, nil
	}
	err = b.Store.View(ctx, func(tx provision.Tx) error {
		yes = chats.Muted(tx, n.Tenant, n.User)
		return nil
	})
	return yes, err
}
