package outbox

import (
	"cmp"
	"context"
	"encoding/json"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// LostNotice is a notice that an order's requester, or an operator at its locations, could not be given, and
// nobody else is left to tell. It is persisted.
type LostNotice struct {
	Order provision.OrderID `json:"order"`
	User  provision.UserID  `json:"user"`
	To    recipient         `json:"to,omitempty"` // empty: the order's requester
	Why   string            `json:"why"`          // the id of a message
	At    time.Time         `json:"at"`
}

// lostKept is how many of them a tenant keeps, StuckShown how many messages at most are named as stuck.
const (
	lostKept   = 50
	StuckShown = 12
)

// lose keeps a notice that nobody can be given for the operators to see. The oldest one makes room.
func lose(tx provision.Tx, n *notice, at time.Time) error {
	prefix := string(n.Tenant) + "/"
	var old []string
	for key := range tx.Scan(chats.TableLost, prefix, "") {
		old = append(old, key)
	}
	for len(old) >= lostKept {
		tx.Delete(chats.TableLost, old[0])
		old = old[1:]
	}
	key := strings.Join([]string{string(n.Tenant), strconv.FormatInt(at.UnixNano(), 10), string(n.Order),
		string(n.User), string(n.Event)}, "/")
	return chats.Put(tx, chats.TableLost, key, LostNotice{n.Order, n.User, n.To, n.GaveUp, at})
}

// revive tells what was given up once more: the person may have let the bot in again. It returns how many there were.
func (b *Outbox) revive(tx provision.Tx, tenant provision.TenantID) (int, error) {
	prefix := string(tenant) + "/"
	var keys []string
	for key := range tx.Scan(chats.TableLost, prefix, "") {
		keys = append(keys, key)
	}
	for _, key := range keys {
		raw, _ := tx.Get(chats.TableLost, key)
		var l LostNotice
		if err := chats.Decode(raw, &l); err != nil {
			return 0, err
		}
		n := notice{Tenant: tenant, Order: l.Order, Event: provision.Event(path.Base(key)),
			To: cmp.Or(l.To, requester), User: l.User, Near: l.User}
		again := chats.OrderKey(tenant, l.Order) + "/again/" + string(n.Event)
		if n.To != requester {
			again += "/" + string(n.To) + "/" + string(n.User)
		}
		if err := b.Runner.Add(tx, kindTell, again, n, b.Now()); err != nil {
			return 0, err
		}
		tx.Delete(chats.TableLost, key)
	}
	return len(keys), nil
}

// stuck are the outbox's jobs of a tenant that do not get on, those that wait longest first: a few, since a transaction
// may not change many.
func (b *Outbox) stuck(tx provision.Tx, tenant provision.TenantID) ([]job.Trouble, error) {
	var all []job.Trouble
	for _, kind := range JobKinds() {
		for t, err := range b.Runner.Troubles(tx, kind) {
			if err != nil {
				return nil, err
			}
			if !strings.HasPrefix(t.Key, string(tenant)+"/") {
				continue
			}
			if kind != kindLate {
				all = append(all, t)
				continue
			}
			list, err := listed(tx, t)
			if err != nil {
				return nil, err
			}
			all = append(all, list...)
		}
	}
	slices.SortStableFunc(all, func(a, b job.Trouble) int { return a.Since.Compare(b.Since) })
	return all[:min(len(all), StuckShown)], nil
}

// listed are the messages that one job brings, each as if it were its own.
func listed(tx provision.Tx, t job.Trouble) ([]job.Trouble, error) {
	var all []job.Trouble
	for _, raw := range tx.Scan(chats.TableLate, t.Key+"/", "") {
		var item lateItem
		if err := chats.Decode(raw, &item); err != nil {
			return nil, err
		}
		t.Since, t.State = item.At, nil
		if item.Notice != nil {
			state, err := json.Marshal(item.Notice)
			if err != nil {
				return nil, err
			}
			t.State = state
		}
		all = append(all, t)
	}
	return all, nil
}

// TryAgain has everything that is stuck or was given up tried again at once, and counts it.
func (b *Outbox) TryAgain(ctx context.Context, tenant provision.TenantID) (count int, err error) {
	b.lanes.reopen(b.Now())
	b.Between.Again(ctx, tenant)
	err = b.Store.Update(ctx, func(tx provision.Tx) error {
		revived, err := b.revive(tx, tenant)
		if err != nil {
			return err
		}
		stuck, err := b.stuck(tx, tenant)
		if err != nil {
			return err
		}
		count = revived + len(stuck)
		for _, t := range stuck {
			if err := b.Runner.Retry(tx, t.Kind, t.Key); err != nil {
				return err
			}
		}
		return nil
	})
	return count, err
}

// Waiting are the messages of a tenant that are stuck, and the notices that nobody could be given, oldest first.
func (b *Outbox) Waiting(
	ctx context.Context, tenant provision.TenantID,
) (stuck []job.Trouble, gone []LostNotice, err error) {
	err = b.Store.View(ctx, func(tx provision.Tx) (err error) {
		gone = nil
		if stuck, err = b.stuck(tx, tenant); err != nil {
			return err
		}
		for _, raw := range tx.Scan(chats.TableLost, string(tenant)+"/", "") {
			var l LostNotice
			if err := chats.Decode(raw, &l); err != nil {
				return err
			}
			gone = append(gone, l)
		}
		return nil
	})
	return stuck, gone, err
}

// ToOperator reports whether the notice was for an operator at the order's locations.
func (l LostNotice) ToOperator() bool { return l.To == operator }

// Carried is what a stuck job carries: a notice about an order and who it is for. order is empty for a reply.
func Carried(t job.Trouble) (order provision.OrderID, reader func(provision.Order) string) {
	var n notice
	if err := json.Unmarshal(t.State, &n); err != nil {
		return "", nil
	}
	return n.Order, n.reader
}

// reader is the name of whom the notice is for; empty where it is not known.
func (n *notice) reader(o provision.Order) string {
	switch n.To {
	case requester:
		return o.Requester.Name
	case newUser:
		return o.Person.Name()
	case approver:
		return n.name(o)
	}
	return ""
}
