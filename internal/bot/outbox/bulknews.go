package outbox

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
	"calltab/internal/provision/rows"
)

// What becomes of rows after the end of their list, and what keeps them from being approved, is gathered for a while
// and told in one message about all of them: many rows meet the same on one day.

// kindNews is the job that tells a person what is new of the rows of a list. It is persisted: never rename it.
const kindNews = "bulk-news"

// newsEvent stands for such a message among the events that people are told of. It is persisted: never rename it.
const newsEvent provision.Event = "bulk.news"

const (
	newsPause = 10 * time.Minute // how long news is gathered
	newsQuiet = 4 * time.Hour    // from one message about a list to the next
)

// rowNews is what is new of one row. It is persisted.
type rowNews struct {
	Order provision.OrderID `json:"order"`
	Event provision.Event   `json:"event"`
}

// newsRound is the state of a bulk-news: who is told of which list, and when they last were.
type newsRound struct {
	Tenant provision.TenantID `json:"tenant"`
	Bulk   provision.BulkID   `json:"bulk"`
	User   provision.UserID   `json:"user"`
	To     recipient          `json:"to"`
	Near   provision.UserID   `json:"near"`
	Told   time.Time          `json:"told,omitzero"`
}

// prefix is where the news for a person lies.
func (n newsRound) prefix() string { return bulkKey(n.Tenant, n.Bulk) + "/" + string(n.User) + "/" }

// held are the events that keep rows from being approved, or came of a store from a backup: their list may not have
// ended, and nothing else says so.
var held = []provision.Event{provision.OrderUnasked, provision.OrderBarred, provision.OrderSettled}

// slow are the events of rows whose list has begun all that there was to begin.
var slow = []provision.Event{provision.OrderLate, provision.OrderEscalated, provision.OrderReopened}

// gathered reports a notice about a row that does not go out by itself: the card of its list stands for it, or it is
// told with others.
func (b *Outbox) gathered(
	tx provision.Tx, o provision.Order, e provision.Event, to recipient, user provision.UserID,
) (bool, error) {
	alone := to != requester && to != operator || !slices.Contains(held, e) && !slices.Contains(untold, e)
	if o.Bulk.ID == "" || alone || to == operator && e != provision.OrderUnasked {
		return false, nil
	}
	l, err := rows.Read(tx, o.Tenant, o.Bulk.ID)
	if provision.KindOf(err) == provision.NotFound && err != nil { // it is forgotten
		return false, nil
	}
	if err != nil {
		return false, err
	}
	over := l.Told && e != provision.OrderDone && e != provision.OrderApproved
	if !slices.Contains(held, e) && !over && (l.State != rows.Ended || !slices.Contains(slow, e)) {
		return true, nil
	}
	n := newsRound{Tenant: o.Tenant, Bulk: o.Bulk.ID, User: user, To: to, Near: o.Requester.ID}
	if err := chats.Put(tx, chats.TableBulkNews, n.prefix()+string(o.ID), rowNews{o.ID, e}); err != nil {
		return false, err
	}
	return true, b.Runner.Add(tx, kindNews, strings.TrimSuffix(n.prefix(), "/"), n, b.Now().Add(newsPause))
}

// tellNews leaves the message with what was gathered and is still so.
func (b *Outbox) tellNews(ctx context.Context, r *job.Run) error {
	var n newsRound
	if err := r.Load(&n); err != nil {
		return job.Stop(err)
	}
	if left := n.Told.Add(newsQuiet).Sub(r.Now()); !n.Told.IsZero() && left > 0 {
		return job.Wait(left)
	}
	var still []rowNews
	var keys []string
	err := b.Store.View(ctx, func(tx provision.Tx) (err error) {
		still, keys, err = b.news(tx, n)
		return err
	})
	if err != nil || len(keys) == 0 {
		return err
	}
	at := r.Now()
	r.Commit(func(tx provision.Tx) error {
		for _, key := range keys {
			tx.Delete(chats.TableBulkNews, key)
		}
		if len(still) == 0 {
			return nil
		}
		first := still[:min(len(still), lists.ListedRows)]
		tell := notice{Tenant: n.Tenant, Order: first[0].Order, Bulk: n.Bulk, Event: newsEvent, To: n.To, User: n.User,
			Near: n.Near, Rows: first, More: len(still) - len(first)}
		key := bulkKey(n.Tenant, n.Bulk) + "/" + string(newsEvent) + "/" + string(n.To) + "/" + string(n.User) + "/" +
			strconv.FormatInt(at.UnixNano(), 10)
		return b.Runner.Add(tx, kindTell, key, tell, at)
	})
	if len(still) > 0 {
		n.Told = at
	}
	if err := r.Save(n); err != nil {
		return err
	}
	return job.Wait(newsPause)
}

// news is what was gathered for a person: all keys, and what of it is still so and they want to hear.
func (b *Outbox) news(tx provision.Tx, n newsRound) (still []rowNews, keys []string, err error) {
	muted := chats.Muted(tx, n.Tenant, n.User)
	for key, raw := range tx.Scan(chats.TableBulkNews, n.prefix(), "") {
		keys = append(keys, key)
		var row rowNews
		if err := chats.Decode(raw, &row); err != nil {
			return nil, nil, err
		}
		o, err := b.Service.OrderIn(tx, n.Tenant, row.Order)
		if err != nil {
			return nil, nil, err
		}
		if one := row.notice(n.To); !one.overtaken(o) && !(muted && optional[row.Event]) {
			still = append(still, row)
		}
	}
	return still, keys, nil
}

// notice is the news as it would be told alone.
func (r rowNews) notice(to recipient) *notice { return &notice{Order: r.Order, Event: r.Event, To: to} }

// newsOf reads the rows that a notice names, those whose news is still so.
func (b *Outbox) newsOf(ctx context.Context, n *notice) error {
	n.sheets = nil
	for _, row := range n.Rows {
		s, err := b.Service.Sheet(ctx, n.Tenant, row.Order)
		if err != nil {
			return err
		}
		if !row.notice(n.To).overtaken(s.Order) {
			n.sheets = append(n.sheets, newsSheet{row.Event, s})
		}
	}
	return nil
}

// newsSheet is a row with what is new of it.
type newsSheet struct {
	event provision.Event
	provision.Sheet
}

// bulkNote is what a notice about rows of a list says.
func (b *Outbox) bulkNote(w lists.Writer, n *notice) chats.Message {
	if n.To == approver {
		return chats.Made(w.BulkApproval(n.waits))
	}
	all := make([]lists.RowNews, len(n.sheets))
	for i, s := range n.sheets {
		one := rowNews{s.Order.ID, s.event}.notice(n.To)
		all[i] = lists.RowNews{Says: b.note(w, one, s.Sheet).Summary, Order: s.Order}
	}
	return chats.Made(w.BulkNews(all, n.More))
}
