package outbox

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/outbox/doubt"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
	"calltab/internal/provision/bulk"
	"calltab/internal/provision/job"
)

// The kinds of jobs that carry a message: to one person about one thing, and a reply that could not go out in its turn.
const (
	KindTell = kindTell
	KindPost = kindPost
)

// The kinds of jobs of the outbox. They are persisted: never rename one.
const (
	kindEdit = "edit-card" // bring the posted cards of an order up to date
	kindTell = "tell"      // tell one person one thing
	kindPost = "post"      // a reply that could not go out within its turn
)

// JobKinds names the kinds of jobs that carry messages, for counting what waits.
func JobKinds() []string { return []string{kindEdit, kindTell, kindPost, kindChannel, kindLate} }

// Register makes the outbox's jobs known to the runner; call it once, before the runner runs.
func (b *Outbox) Register() {
	for _, k := range b.kinds() {
		k.Attempts = math.MaxInt // what carries a message is given up by a verdict only, never by counting
		k.Steps = slices.Clone(k.Steps)
		for i, s := range k.Steps {
			k.Steps[i].Do = b.queued(s.Do)
		}
		b.Runner.Register(k)
	}
}

func (b *Outbox) kinds() []job.Kind {
	return []job.Kind{
		{Name: kindEdit, Steps: []job.Step{{Name: "edit", Do: b.edit}}},
		// One at a time: the connector has no idempotency key, so a crash between an acknowledgement and its commit
		// repeats the message, and this way it is one message at most.
		{Name: kindTell, Limit: 1, Steps: []job.Step{{Name: "resolve", Do: b.resolve}, {Name: "post", Do: b.tell}}},
		{Name: kindChannel, Limit: 1, Steps: []job.Step{{Name: "post", Do: b.postToChannel}}},
		{Name: kindLate, Steps: []job.Step{{Name: "post", Do: b.catchUp}}},
		{Name: kindPost, Steps: []job.Step{{Name: "post", Do: b.postLater}}},
		b.outageKind(),
		{Name: kindNews, Steps: []job.Step{{Name: "gather", Do: b.tellNews}}},
		{Name: kindOperators, Steps: []job.Step{{Name: "find-operators", Do: b.tellOperators}}},
	}
}

// recipient is whom a notice is for. It is persisted: never rename one.
type recipient string

const (
	requester recipient = "requester"
	newUser   recipient = "person"
	approver  recipient = "approver"
	// who is told about a location: its admins, and who may decide about a stopped order
	operator recipient = "operator"
)

// notices says who is told of what, besides the cards that are edited. The ready messages are not here: they are sent
// once.
var notices = map[provision.Event]recipient{
	provision.OrderLate:      requester,
	provision.OrderEscalated: requester,
	provision.OrderFailed:    requester,
	provision.OrderParked:    requester,
	provision.OrderAccepted:  requester,
	provision.OrderReopened:  requester,
	provision.OrderUntold:    requester,

	provision.OrderRejected:   requester,
	provision.OrderQuestioned: requester,
	provision.OrderUnasked:    requester,
	provision.OrderBarred:     requester,
	provision.OrderSettled:    requester,
}

// OrderChanged leaves the jobs that show a change to people, in the transaction that makes it.
func (b *Outbox) OrderChanged(tx provision.Tx, o provision.Order, e provision.Event) error {
	alone, err := unseen(tx, o)
	if err != nil {
		return err
	}
	if e != provision.OrderStarted && !alone { // the turn that starts an order posts its card
		if err := b.Runner.Add(tx, kindEdit, chats.OrderKey(o.Tenant, o.ID), OrderRef{o.Tenant, o.ID},
			b.Now()); err != nil {
			return err
		}
	}
	switch {
	case e == provision.OrderDone && o.Past: // it has ended behind a newer one
		return nil
	case e == provision.OrderDone, e == provision.OrderAccepted && provision.AllMet(o.Conditions):
		return b.announce(tx, o)
	case e == provision.OrderAccepted && o.Decided.By.ID == o.Requester.ID:
		return nil // they know
	case e == provision.OrderCancelled && o.Withdrawn() && o.TakenBack.By.ID != o.Requester.ID:
		return b.notify(tx, o, e, requester, o.Requester.ID, "")
	case o.State == provision.Pending:
		if err := b.askApprovers(tx, o, e); err != nil {
			return err
		}
	case e == provision.OrderApproved, e == provision.OrderExpired && (o.Unsent() || !o.Approval.Since.IsZero()):
		return b.notify(tx, o, e, requester, o.Requester.ID, "")
	}
	if e == provision.OrderCancelled && o.Approval.Ended.ID != "" {
		return b.notify(tx, o, e, requester, o.Requester.ID, "")
	}
	switch e {
	case provision.OrderUnasked:
		if err := b.tellAdmins(tx, o, e); err != nil {
			return err
		}
	case provision.OrderParked:
		if err := b.orderStopped(tx, o); err != nil {
			return err
		}
	}
	if to := notices[e]; to != "" && o.Requester.ID != "" { // a rehearsal's is nobody in Teams
		return b.notify(tx, o, e, to, o.Requester.ID, "")
	}
	return nil
}

// tellAdmins tells the admins of an order's locations what its requester is told, too.
func (b *Outbox) tellAdmins(tx provision.Tx, o provision.Order, e provision.Event) error {
	admins, err := b.Service.SiteAdmins(tx, o)
	if err != nil {
		return err
	}
	for _, admin := range admins {
		if admin == o.Requester.ID {
			continue
		}
		if err := b.notify(tx, o, e, operator, admin, ""); err != nil {
			return err
		}
	}
	return nil
}

// askApprovers tells those whose word an order needs: everybody who is newly asked, and all of them when they are
// reminded and when the requester has answered, together with who asked.
func (b *Outbox) askApprovers(tx provision.Tx, o provision.Order, e provision.Event) error {
	if e == provision.OrderSubmitted && o.Bulk.ID == "" {
		if err := b.Runner.Add(tx, kindChannel, chats.OrderKey(o.Tenant, o.ID), OrderRef{o.Tenant, o.ID},
			b.Now()); err != nil {
			return err
		}
	}
	var told []provision.UserID
	if e == provision.OrderAnswered {
		told = o.Approval.Answered()
	}
	for _, a := range o.Approval.Asked {
		now := a.Revision == o.Revision || e == provision.OrderReminded || e == provision.OrderAnswered
		if now && !slices.Contains(told, a.ID) {
			told = append(told, a.ID)
		}
	}
	for _, user := range told {
		if o.Bulk.ID != "" && e != provision.OrderAnswered {
			if err := b.askOnce(tx, o, user); err != nil {
				return err
			}
			continue
		}
		if err := b.notify(tx, o, e, approver, user, ""); err != nil {
			return err
		}
	}
	return nil
}

// announce tells the requester and, where the order's kind says so, the subscriber that the phone works, once in the
// life of an order: an order that is done again after it was reopened shows it on the cards alone.
func (b *Outbox) announce(tx provision.Tx, o provision.Order) error {
	p, err := chats.ReadPosted(tx, o.Tenant, o.ID)
	if err != nil || p.Ready {
		return err
	}
	p.Ready = true
	if err := chats.Put(tx, chats.TableOrders, chats.OrderKey(o.Tenant, o.ID), p); err != nil {
		return err
	}
	if o.Kind.TellsSubscriber() {
		if err := b.notify(tx, o, provision.OrderDone, newUser, o.Person.ID, ""); err != nil {
			return err
		}
	}
	if o.Person.ID == o.Requester.ID && o.Kind.TellsSubscriber() { // one message is enough for one person
		return nil
	}
	return b.notify(tx, o, provision.OrderDone, requester, o.Requester.ID, "")
}

// linkEvent stands for a carrier's link among the events of an order that people are told of. It is persisted: never
// rename it.
const linkEvent provision.Event = "carrier.link"

// LinkCame leaves the job that hands the link to the order's person.
func (b *Outbox) LinkCame(tx provision.Tx, o provision.Order, link string) error {
	return b.notify(tx, o, linkEvent, newUser, o.Person.ID, link)
}

func (b *Outbox) notify(
	tx provision.Tx, o provision.Order, e provision.Event, to recipient, user provision.UserID, link string,
) error {
	if to == requester && user == "" { // a doctor asked for it, and nobody in Teams
		return nil
	}
	if hushed, err := b.gathered(tx, o, e, to, user); err != nil || hushed {
		return err
	}
	n := notice{Tenant: o.Tenant, Order: o.ID, Event: e, To: to, User: user, Near: o.Requester.ID, Link: link}
	key := chats.OrderKey(o.Tenant, o.ID) + "/" + string(e) + "/" + string(to) + "/" + strconv.Itoa(o.Reopened)
	// it may be told of each of these more than once
	if to == approver || to == operator || !o.Approval.Since.IsZero() && o.Accepted.IsZero() {
		key += "/" + string(user) + "/" + strconv.Itoa(o.Revision)
	}
	return b.Runner.Add(tx, kindTell, key, n, b.Now())
}

// OrderRef is the state of an edit.
type OrderRef struct {
	Tenant provision.TenantID `json:"tenant"`
	Order  provision.OrderID  `json:"order"`
}

// notice is the state of a tell: who is told what, and how far it is.
type notice struct {
	Tenant provision.TenantID `json:"tenant"`
	Order  provision.OrderID  `json:"order"`
	Event  provision.Event    `json:"event"`
	To     recipient          `json:"to"`
	User   provision.UserID   `json:"user"`
	Link   string             `json:"link,omitempty"` // the carrier's, until it is handed over or cannot be
	Near   provision.UserID   `json:"near"`           // whose chat names the service URL for people never met
	// of all rows of a list that wait for an approver, or of those that are named; Order is one of them
	Bulk provision.BulkID `json:"bulk,omitempty"`
	Rows []rowNews        `json:"rows,omitempty"`
	More int              `json:"more,omitempty"` // how many rows are not named

	Chat      chats.Conversation `json:"chat,omitzero"`       // where to post, once resolved
	Met       bool               `json:"met,omitempty"`       // Chat is a conversation that was known, not one just opened
	Installed bool               `json:"installed,omitempty"` // Graph has just installed the app
	Locale    string             `json:"locale,omitempty"`
	Zone      string             `json:"zone,omitempty"`
	Doubt     doubt.Doubt        `json:"doubt,omitzero"`     // refusals that may be wrong
	GaveUp    string             `json:"gave_up,omitempty"`  // why the person cannot be told
	Activity  string             `json:"activity,omitempty"` // the message, once posted

	waits  bulk.Asked  // of a list: what waits for the approver, as it was read last
	sheets []newsSheet // … and its named rows
}

// SyncChanged leaves the message that a reading has ended, for the user who began it and has a chat with the bot.
func (b *Outbox) SyncChanged(tx provision.Tx, tenant provision.TenantID, r provision.SyncReport) error {
	if r.State == provision.SyncRunning {
		return nil
	}
	return b.deliverReport(tx, tenant, r.By.ID, "/sync/", r.Now,
		func(w lists.Writer) (json.RawMessage, string) { return w.ReadingEnded(r) })
}

// NumbersCompared leaves the report of what came of holding the inventory against Microsoft's, likewise. Where nobody
// began it, as after a store was restored, and it has stopped, the admins are told.
func (b *Outbox) NumbersCompared(tx provision.Tx, tenant provision.TenantID, r provision.NumberReport) error {
	if r.By.ID == "" && r.State == provision.SyncStopped {
		return b.comparingStopped(tx, tenant, r)
	}
	return b.deliverReport(tx, tenant, r.By.ID, "/numbers/", r.Now,
		func(w lists.Writer) (json.RawMessage, string) { return w.Compared(r) })
}

// StockLow leaves the warning for each admin of a location, also for those who have never written to the bot.
func (b *Outbox) StockLow(tx provision.Tx, tenant provision.TenantID, l provision.Location, free int) error {
	for _, admin := range l.Admins {
		if chats.Muted(tx, tenant, admin) {
			continue
		}
		key := strings.Join([]string{string(tenant), "stock", string(l.ID), string(admin),
			strconv.FormatInt(b.Now().UnixNano(), 10)}, "/")
		err := b.TellPerson(tx, tenant, admin, key, func(w lists.Writer) (json.RawMessage, string) {
			return w.LowStock(l, free)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *Outbox) deliverReport(
	tx provision.Tx, tenant provision.TenantID, to provision.UserID, of string, at time.Time,
	write func(lists.Writer) (json.RawMessage, string),
) error {
	chat, how, err := chats.MetIn(tx, tenant, to)
	if err != nil || chat.ID == "" {
		return err
	}
	m := chats.Made(write(b.Writer(how, provision.Location{})))
	key := string(tenant) + of + strconv.FormatInt(at.UnixNano(), 10)
	return b.Runner.Add(tx, kindPost, key, DeferredReply{To: chat, Card: m.Card, Summary: m.Summary}, b.Now())
}
