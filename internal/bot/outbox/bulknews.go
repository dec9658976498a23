package outbox

import (
	"context"
	"log/slog"
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
	if o.Bulk.ID == "" || alone {
		return false, nil
	}
	l, err := rows.Read(tx, o.Tenant, o.Bulk.ID)
	if provision.KindOf(err) == provision.NotFound && err != nil { // it is forgotten
		return false, nil
	}
	if err != nil {
		return false, err
	}
	told := to == operator || slices.Contains(held, e) // nothing else says it
	over := l.Told && e != provision.OrderDone && e != provision.OrderApproved
	if !told && !over && (l.State != rows.Ended || !slices.Contains(slow, e)) {
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
	left := n.Told.Add(newsQuiet).Sub(r.Now())
	if !n.Told.IsZero() && left > 0 && !provision.Ahead(n.Told, r.Now()) {
		return job.Wait(left)
	}
	var still [][]rowNews
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
		for i, some := range still {
			if err := b.addNews(tx, n, some, at.Add(time.Duration(i))); err != nil {
				return err
			}
		}
		return nil
	})
	if len(still) > 0 {
		n.Told = at
	}
	if err := r.Save(n); err != nil {
		return err
	}
	return job.Wait(newsPause)
}

// addNews leaves the message about some rows. Its time names it.
func (b *Outbox) addNews(tx provision.Tx, n newsRound, some []rowNews, at time.Time) error {
	first := some[:min(len(some), lists.ListedRows)]
	tell := notice{Tenant: n.Tenant, Order: first[0].Order, Bulk: n.Bulk, Event: newsEvent, To: n.To, User: n.User,
		Near: n.Near, Rows: first, More: len(some) - len(first)}
	key := bulkKey(n.Tenant, n.Bulk) + "/" + string(newsEvent) + "/" + string(n.To) + "/" + string(n.User) + "/" +
		strconv.FormatInt(at.UnixNano(), 10)
	return b.Runner.Add(tx, kindTell, key, tell, b.Now())
}

// news is what was gathered for a person: all keys, and what of it is still so and they want to hear, by message. Rows
// that have stopped, and wait for an operator to decide, have a message for each reason. What cannot be read is left to
// the log: it would keep all else from being told.
func (b *Outbox) news(tx provision.Tx, n newsRound) (still [][]rowNews, keys []string, err error) {
	muted := chats.Muted(tx, n.Tenant, n.User)
	at := map[string]int{} // the message by what it is about
	for key, raw := range tx.Scan(chats.TableBulkNews, n.prefix(), "") {
		keys = append(keys, key)
		var row rowNews
		err := chats.Decode(raw, &row)
		var o provision.Order
		if err == nil {
			o, err = b.Service.OrderIn(tx, n.Tenant, row.Order)
		}
		if err != nil {
			b.Log.Error("news of a row not told", slog.String("bulk", string(n.Bulk)), slog.Any(logError, err))
			continue
		}
		if one := row.notice(n.To); one.overtaken(o) || muted && optional[row.Event] {
			continue
		}
		about := ""
		if row.notice(n.To).forOperator() {
			about = "stopped: " + o.Problem.ID
		}
		i, there := at[about]
		if !there {
			i = len(still)
			at[about] = i
			still = append(still, nil)
		}
		still[i] = append(still[i], row)
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
		if err != nil && (provision.KindOf(err) == provision.NotFound || provision.KindOf(err) == provision.Internal) {
			b.Log.Error("news of a row not told", slog.String("order", string(row.Order)), slog.Any(logError, err))
			continue
		}
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
	if n.Rows[0].notice(n.To).forOperator() {
		orders := make([]provision.Order, len(n.sheets))
		for i, s := range n.sheets {
			orders[i] = s.Order
		}
		return chats.Made(w.BulkStopped(orders, n.More))
	}
	all := make([]lists.RowNews, len(n.sheets))
	for i, s := range n.sheets {
		one := rowNews{s.Order.ID, s.event}.notice(n.To)
		all[i] = lists.RowNews{Says: b.note(w, one, s.Sheet).Summary, Order: s.Order}
	}
	return chats.Made(w.BulkNews(all, n.More))
}
