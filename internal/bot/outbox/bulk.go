package outbox

import (
	"encoding/json"
	"slices"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
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

// untold are the events of a row that its requester does not hear of: the card of the bulk shows them, and its end is
// told once.
var untold = []provision.Event{
	provision.OrderLate, provision.OrderEscalated, provision.OrderFailed, provision.OrderParked,
	provision.OrderAccepted, provision.OrderDone, provision.OrderReopened, provision.OrderUntold,
	provision.OrderRejected, provision.OrderApproved, provision.OrderExpired, provision.OrderCancelled,
}

// hushed reports a notice that the card of a bulk stands for.
func hushed(o provision.Order, e provision.Event, to recipient) bool {
	return o.Bulk.ID != "" && to == requester && slices.Contains(untold, e)
}

// unseen reports an order of a bulk of which nobody has a card.
func unseen(tx provision.Tx, o provision.Order) (bool, error) {
	if o.Bulk.ID == "" {
		return false, nil
	}
	p, err := chats.ReadPosted(tx, o.Tenant, o.ID)
	return len(p.Cards) == 0, err
}

// askOnce leaves the job that asks an approver about all rows of a bulk at once.
func (b *Outbox) askOnce(tx provision.Tx, o provision.Order, user provision.UserID) error {
	q := BulkQuestion{Tenant: o.Tenant, Bulk: o.Bulk.ID, User: user}
	key := string(o.Tenant) + "/" + string(o.Bulk.ID) + "/" + string(user)
	return b.Runner.Add(tx, KindAskBulk, key, q, b.Now().Add(askPause))
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
