package outbox

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
	"calltab/internal/provision/bulk"
	"calltab/internal/provision/job"
)

// KindAskBulk is the job that asks an approver about all rows of a bulk that wait for them; package bulks does it. It
// is persisted: never rename it.
const KindAskBulk = "bulk-ask"

// askPause is how long rows are gathered before their approver is asked.
const askPause = 10 * time.Second

// BulkQuestion is whom to ask about which bulk.
type BulkQuestion struct {
	Tenant provision.TenantID `json:"tenant"`
	Bulk   provision.BulkID   `json:"bulk"`
	User   provision.UserID   `json:"user"`
}

// untold are the events of a row that its requester does not hear of before the end of its list: the card of the list
// shows them, and its end is told once.
var untold = []provision.Event{
	provision.OrderLate, provision.OrderEscalated, provision.OrderFailed, provision.OrderParked,
	provision.OrderAccepted, provision.OrderDone, provision.OrderReopened, provision.OrderUntold,
	provision.OrderRejected, provision.OrderApproved, provision.OrderExpired, provision.OrderCancelled,
}

// unseen reports an order of a bulk, or of nobody in Teams, of which nobody has a card.
func unseen(tx provision.Tx, o provision.Order) (bool, error) {
	if o.Bulk.ID == "" && o.Requester.ID != "" {
		return false, nil
	}
	p, err := chats.ReadPosted(tx, o.Tenant, o.ID)
	return len(p.Cards) == 0, err
}

// askOnce leaves the job that asks an approver about all rows of a bulk at once.
func (b *Outbox) askOnce(tx provision.Tx, o provision.Order, user provision.UserID) error {
	q := BulkQuestion{Tenant: o.Tenant, Bulk: o.Bulk.ID, User: user}
	key := bulkKey(o.Tenant, o.Bulk.ID) + "/" + string(user)
	return b.Runner.Add(tx, KindAskBulk, key, q, b.Now().Add(askPause))
}

// askEvent stands for a question about all rows of a list among the events that people are told of. It is persisted:
// never rename it.
const askEvent provision.Event = "bulk.ask"

// bulkReader reads what of a list waits for an approver.
type bulkReader interface {
	BulkToApprove(
		ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.BulkID, most int,
	) (bulk.Asked, error)
}

func bulkKey(tenant provision.TenantID, id provision.BulkID) string {
	return string(tenant) + "/" + string(id)
}

// AskBulk leaves the message that asks an approver about all rows of a list that wait for them; o is one of them. They
// are passed over for all of them where no message reaches them.
func (b *Outbox) AskBulk(tx provision.Tx, q BulkQuestion, o provision.Order) error {
	n := notice{Tenant: q.Tenant, Order: o.ID, Bulk: q.Bulk, Event: askEvent, To: approver, User: q.User,
		Near: o.Requester.ID}
	key := strings.Join([]string{bulkKey(q.Tenant, q.Bulk), string(askEvent), string(approver), string(q.User),
		strconv.FormatInt(b.Now().UnixNano(), 10)}, "/")
	return b.Runner.Add(tx, kindTell, key, n, b.Now())
}

// passed reports whether what a notice says is no longer so. Of rows of a list it reads what the notice shows.
func (b *Outbox) passed(ctx context.Context, n *notice, o provision.Order) (bool, error) {
	if n.Bulk == "" {
		return n.overtaken(o), nil
	}
	if n.To != approver {
		err := b.newsOf(ctx, n)
		return err == nil && len(n.sheets) == 0, err
	}
	a, err := b.Service.BulkToApprove(ctx, n.Tenant, provision.Actor{ID: n.User}, n.Bulk, lists.ListedRows)
	if provision.KindOf(err) == provision.NotFound && err != nil {
		return true, nil
	}
	n.waits = a
	return err == nil && len(a.Orders) == 0, err
}

// sheetOf reads the order of a notice; nil: of a reply. A message about rows of a list goes out also where the order
// that stands for them is gone or cannot be read: it is of the zero sheet then.
func (b *Outbox) sheetOf(
	ctx context.Context, tenant provision.TenantID, id provision.OrderID, n *notice,
) (provision.Sheet, error) {
	s, err := b.Service.Sheet(ctx, tenant, id)
	if err == nil || n == nil || n.Bulk == "" {
		return s, err
	}
	if kind := provision.KindOf(err); kind == provision.NotFound || kind == provision.Internal {
		return provision.Sheet{}, nil
	}
	return s, err
}

// ofBulk is what a message about rows of a list is about: all that wait for an approver, or those that it names.
func (n *notice) ofBulk() string {
	about := "bulk " + string(n.Bulk) + " " + string(n.To)
	if len(n.Rows) > 0 {
		about += " " + string(n.Rows[0].Order)
	}
	return about
}

// passedAtOnce is of how many rows one step passes an approver over.
const passedAtOnce = 20

// passOverRows passes over an approver whom no message reaches, for all rows of a list that wait for them. A row at
// which that fails holds up no others: it is tried again with the next ones.
func (b *Outbox) passOverRows(ctx context.Context, n *notice) error {
	a, err := b.Service.BulkToApprove(ctx, n.Tenant, provision.Actor{ID: n.User}, n.Bulk, passedAtOnce)
	if provision.KindOf(err) == provision.NotFound && err != nil || err == nil && len(a.Orders) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	var failed error
	passed := 0
	for _, o := range a.Orders {
		why := provision.Say(n.passedOver(), "person", n.name(o))
		if err := b.Service.Unreached(ctx, n.Tenant, o.ID, n.User, why); err != nil {
			failed = err
			continue
		}
		passed++
	}
	if passed == 0 {
		return failed
	}
	return job.Wait(0)
}

// TellPerson leaves the job that posts a card in the personal chat of a person, also of one who has never written to
// the bot. key names it.
func (b *Outbox) TellPerson(
	tx provision.Tx, tenant provision.TenantID, user provision.UserID, key string,
	write func(lists.Writer) (json.RawMessage, string),
) error {
	chat, how, err := chats.MetIn(tx, tenant, user)
	if err != nil {
		return err
	}
	m := chats.Made(write(b.Writer(how, provision.Location{})))
	p := DeferredReply{To: chat, User: user, Card: m.Card, Summary: m.Summary}
	if chat.ID == "" {
		p.To = chats.Conversation{Tenant: tenant, ServiceURL: b.ServiceURL}
	}
	return b.Runner.Add(tx, kindPost, key, p, b.Now())
}
