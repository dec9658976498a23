package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"calltab/internal/bot/parse"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// lostNotice is a notice that an order's requester, or somebody who operates at its locations, could not be given, and nobody else is left to tell. It is persisted.
type lostNotice struct {
	Order provision.OrderID `json:"order"`
	User  provision.UserID  `json:"user"`
	To    recipient         `json:"to,omitempty"` // empty: the order's requester
	Why   string            `json:"why"`          // the id of a message
	At    time.Time         `json:"at"`
}

// lostKept is how many of them a tenant keeps, stuckShown how many messages outbox shows.
const (
	lostKept   = 50
	stuckShown = 12
)

// lose keeps a notice that nobody can be given for the operators to see. The oldest one makes room.
func lose(tx provision.Tx, n *notice, at time.Time) error {
	prefix := string(n.Tenant) + "/"
	var old []string
	for key := range tx.Scan(tableLost, prefix, "") {
		old = append(old, key)
	}
	for len(old) >= lostKept {
		tx.Delete(tableLost, old[0])
		old = old[1:]
	}
	key := strings.Join([]string{string(n.Tenant), strconv.FormatInt(at.UnixNano(), 10), string(n.Order), string(n.User), string(n.Event)}, "/")
	return put(tx, tableLost, key, lostNotice{n.Order, n.User, n.To, n.GaveUp, at})
}

// outbox is the command that shows operators which messages are stuck, and which could not be delivered at all.
func outbox(ctx context.Context, x *exchange, _ []parse.Word) error {
	m, err := x.outboxCard(ctx)
	if err != nil {
		return err
	}
	return x.show(ctx, m)
}

// outboxRetry is the button that has everything that is stuck tried again at once.
func outboxRetry(ctx context.Context, x *exchange, _ map[string]string) error {
	if err := x.b.Service.Admit(ctx, x.turn.Actor.Tenant, x.actor(), provision.Operate); err != nil {
		return err
	}
	x.b.lanes.forget()
	tenant, again := x.turn.Actor.Tenant, 0
	err := x.b.Store.Update(ctx, func(tx provision.Tx) error {
		revived, err := x.b.revive(tx, tenant)
		if err != nil {
			return err
		}
		stuck, err := x.b.stuck(tx, tenant)
		if err != nil {
			return err
		}
		again = revived + len(stuck)
		for _, t := range stuck {
			if err := x.b.Runner.Retry(tx, t.Kind, t.Key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if again == 0 {
		return x.say(ctx, "outbox-nothing")
	}
	return x.say(ctx, "outbox-again")
}

// revive tells what was given up once more: the person may have let the bot in again. It returns how many there were.
func (b *Bot) revive(tx provision.Tx, tenant provision.TenantID) (int, error) {
	prefix := string(tenant) + "/"
	var keys []string
	for key := range tx.Scan(tableLost, prefix, "") {
		keys = append(keys, key)
	}
	for _, key := range keys {
		raw, _ := tx.Get(tableLost, key)
		var l lostNotice
		if err := decode(raw, &l); err != nil {
			return 0, err
		}
		n := notice{Tenant: tenant, Order: l.Order, Event: provision.Event(path.Base(key)), To: cmp.Or(l.To, requester), User: l.User, Near: l.User}
		again := orderKey(tenant, l.Order) + "/again/" + string(n.Event)
		if n.To != requester {
			again += "/" + string(n.To) + "/" + string(n.User)
		}
		if err := b.Runner.Add(tx, kindTell, again, n, b.Now()); err != nil {
			return 0, err
		}
		tx.Delete(tableLost, key)
	}
	return len(keys), nil
}

// stuck are the outbox's jobs of a tenant that do not get on, those that wait longest first: a few, since a transaction may not
// change many.
func (b *Bot) stuck(tx provision.Tx, tenant provision.TenantID) ([]job.Trouble, error) {
	var all []job.Trouble
	for _, kind := range Outbox() {
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
	return all[:min(len(all), stuckShown)], nil
}

// listed are the messages that one job brings, each as if it were its own.
func listed(tx provision.Tx, t job.Trouble) ([]job.Trouble, error) {
	var all []job.Trouble
	for _, raw := range tx.Scan(tableLate, t.Key+"/", "") {
		var item lateItem
		if err := decode(raw, &item); err != nil {
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

func (x *exchange) outboxCard(ctx context.Context) (message, error) {
	acc, err := x.b.Service.Access(ctx, x.turn.Actor.Tenant, x.turn.Actor.User)
	if err != nil {
		return message{}, err
	}
	_, everywhere := acc.Within(provision.Operate)
	var stuck []job.Trouble
	var gone []lostNotice
	err = x.b.Store.View(ctx, func(tx provision.Tx) (err error) {
		gone = nil
		if stuck, err = x.b.stuck(tx, x.turn.Actor.Tenant); err != nil {
			return err
		}
		for _, raw := range tx.Scan(tableLost, string(x.turn.Actor.Tenant)+"/", "") {
			var l lostNotice
			if err := decode(raw, &l); err != nil {
				return err
			}
			gone = append(gone, l)
		}
		return nil
	})
	if err != nil {
		return message{}, err
	}
	var items []view.Stuck
	for _, t := range stuck {
		if item, ok := x.stuckItem(ctx, t, everywhere); ok {
			items = append(items, item)
		}
	}
	for _, l := range slices.Backward(gone) {
		if o, ok := x.visible(ctx, l.Order); ok && len(items) < stuckShown {
			item := view.Stuck{Order: o, To: o.Requester.Name, Since: l.At, Lost: l.Why}
			if l.To == operator {
				item.To = string(l.User) // their name is not known here
			}
			items = append(items, item)
		}
	}
	return made(x.writer().Outbox(items, x.b.Now())), nil
}

// visible reads an order where the sender may see it.
func (x *exchange) visible(ctx context.Context, id provision.OrderID) (provision.Order, bool) {
	s, err := x.b.Service.Open(ctx, x.turn.Actor.Tenant, x.actor(), id)
	return s.Order, err == nil
}

// stuckItem says what a stuck job carries to whom. What is about no order is shown to those who operate everywhere.
func (x *exchange) stuckItem(ctx context.Context, t job.Trouble, everywhere bool) (view.Stuck, bool) {
	item := view.Stuck{Since: t.Since, Next: t.Next, Tries: t.Tries}
	var n notice
	if err := json.Unmarshal(t.State, &n); err != nil || n.Order == "" { // a reply
		return item, everywhere
	}
	o, ok := x.visible(ctx, n.Order)
	item.Order = o
	switch n.To {
	case requester:
		item.To = o.Requester.Name
	case newUser:
		item.To = o.Person.Name()
	case approver:
		item.To = n.name(o)
	}
	return item, ok
}
