package stage

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"calltab/internal/provision"
)

// watch looks at every commit: at what the records say in the moment in which they become true.
type watch struct {
	all *tally

	mu      sync.Mutex
	broken  error
	counted map[string]bool // order and revision
}

func newWatch(all *tally) *watch { return &watch{all: all, counted: map[string]bool{}} }

// wrong is the first thing that did not hold.
func (w *watch) wrong() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.broken
}

// over puts the watch over a store.
func (w *watch) over(s provision.Store) provision.Store { return watched{s, w} }

type watched struct {
	provision.Store
	watch *watch
}

// Update holds what f writes against what must hold. It commits it in any case: the life ends with what is wrong.
func (s watched) Update(ctx context.Context, f func(provision.Tx) error) error {
	return s.Store.Update(ctx, func(tx provision.Tx) error {
		written := &writes{Tx: tx}
		if err := f(written); err != nil {
			return err
		}
		return s.watch.look(written)
	})
}

// writes is a transaction that remembers which orders, people and numbers it writes.
type writes struct {
	provision.Tx
	orders, people, numbers []string // keys
}

func (w *writes) Put(table, key string, value []byte) {
	switch table {
	case "orders":
		w.orders = append(w.orders, key)
	case "subscribers":
		w.people = append(w.people, key)
	case "numbers":
		w.numbers = append(w.numbers, key)
	}
	w.Tx.Put(table, key, value)
}

// look holds what is about to be committed against what must hold in every state.
func (w *watch) look(tx *writes) error {
	var errs []error
	for _, key := range tx.orders {
		o, err := orderAt(tx, key)
		if err != nil {
			return err
		}
		w.count(o)
		errs = append(errs, oneLive(tx, o))
	}
	for _, key := range tx.numbers {
		errs = append(errs, oneHand(tx, key))
	}
	for _, key := range tx.people {
		errs = append(errs, atHome(tx, key))
	}
	if err := errors.Join(errs...); err != nil {
		w.mu.Lock()
		w.broken = errors.Join(w.broken, err)
		w.mu.Unlock()
	}
	return nil
}

// count counts the kind of an order once, and each state that it comes to.
func (w *watch) count(o provision.Order) {
	w.mu.Lock()
	at, was := fmt.Sprint(o.ID, o.State, o.Submitted, o.Ended), fmt.Sprint(o.ID, " submitted")
	state, kind := !w.counted[at], !o.Submitted.IsZero() && !w.counted[was]
	w.counted[at] = true
	if kind {
		w.counted[was] = true
	}
	w.mu.Unlock()
	if state {
		w.all.add(countState, string(o.State))
	}
	if kind {
		w.all.add(countKind, string(o.Kind))
	}
	if kind && o.Undoes != "" {
		w.all.add(countKind, "undo")
	}
}

// live reports whether an order is at work, or will be: no other one for the person may be beside it.
func live(o provision.Order) bool {
	switch o.State {
	case provision.Pending, provision.Approved, provision.Running, provision.Waiting, provision.Parked:
		return true
	}
	return false
}

// oneLive holds that an order's person has one live order at most, and that the index says which.
func oneLive(tx provision.Tx, o provision.Order) error {
	if o.Person.ID == "" {
		return nil
	}
	var found []string
	person := string(o.Tenant) + "/" + string(o.Person.ID)
	for k := range tx.Scan("by-person", person+"/", "") {
		other, err := orderAt(tx, string(o.Tenant)+"/"+k[strings.LastIndexByte(k, '/')+1:])
		if err != nil {
			return err
		}
		if live(other) {
			found = append(found, string(other.ID))
		}
	}
	index, _ := tx.Get("live", person)
	if len(found) > 1 || strings.Join(found, " ") != string(index) {
		return fmt.Errorf("order %s, %s by %s, is %s now: live for its person are %v, by the index %q",
			o.ID, o.Kind, o.Requester.Name, o.State, found, index)
	}
	return nil
}

// oneHand holds that a number that is held is held by an order that is about it and not over, and that one that is
// assigned belongs to a person who is recorded with it, or about whom an order is at work.
func oneHand(tx provision.Tx, key string) error {
	n, ok, err := record[provision.Number](tx, "numbers", key)
	if err != nil || !ok {
		return err
	}
	tenant, _, _ := strings.Cut(key, "/")
	switch n.State {
	case provision.Held:
		o, err := orderAt(tx, tenant+"/"+string(n.Order))
		if err != nil {
			return err
		}
		wanted := o.Number == n.E164 || o.Had.Number == n.E164 // one that was there before is given back
		if !wanted || !live(o) && o.State != provision.Draft {
			return fmt.Errorf("%s is held by order %s, which is %s and about %s", n.E164, o.ID, o.State, o.Number)
		}
	case provision.Assigned:
		sub, _, err := record[provision.Subscriber](tx, "subscribers", tenant+"/"+string(n.User))
		if err != nil || sub.Number == n.E164 {
			return err
		}
		if o, at := atWork(tx, tenant, n.User); !at || o.Number != n.E164 && o.Had.Number != n.E164 {
			return fmt.Errorf("%s is assigned to %s, who is recorded with %q", n.E164, n.User, sub.Number)
		}
	}
	return nil
}

// atHome holds that a person who is recorded with a number is at a location, and that the number's
// record names that person.
func atHome(tx provision.Tx, key string) error {
	sub, ok, err := record[provision.Subscriber](tx, "subscribers", key)
	if err != nil || !ok {
		return err
	}
	if sub.Location == "" {
		return fmt.Errorf("%s is at no location: %+v", sub.Name, sub)
	}
	if sub.Number == "" {
		return nil
	}
	tenant, _, _ := strings.Cut(key, "/")
	n, _, err := record[provision.Number](tx, "numbers", tenant+"/"+string(sub.Number))
	if err == nil && (n.State != provision.Assigned || n.User != sub.User) {
		err = fmt.Errorf("%s is recorded with %s, which is %s and of %q", sub.Name, sub.Number, n.State, n.User)
	}
	return err
}

// atWork is the live order for a person.
func atWork(tx provision.Tx, tenant string, user provision.UserID) (o provision.Order, ok bool) {
	id, _ := tx.Get("live", tenant+"/"+string(user))
	if len(id) == 0 {
		return o, false
	}
	o, err := orderAt(tx, tenant+"/"+string(id))
	return o, err == nil
}

func orderAt(tx provision.Tx, key string) (provision.Order, error) {
	o, ok, err := record[provision.Order](tx, "orders", key)
	if err == nil && !ok {
		err = fmt.Errorf("there is no order %s", key)
	}
	return o, err
}

// record reads a record as it is kept: its version, and then JSON.
func record[T any](tx provision.Tx, table, key string) (v T, ok bool, err error) {
	raw, ok := tx.Get(table, key)
	if !ok {
		return v, false, nil
	}
	_, text, _ := bytes.Cut(raw, []byte("{"))
	err = json.Unmarshal(append([]byte("{"), text...), &v)
	return v, true, err
}
