package provision_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/docket"
	"calltab/internal/provision/order"
	"calltab/internal/provision/record"
	"calltab/internal/provision/storetest"
)

// ownLists are all answers that lists of their own orders give to some requesters, so that they can be compared.
func (d *desk) ownLists() (all []string) {
	d.t.Helper()
	for _, by := range []provision.Actor{alice, employee, bruno} {
		for _, limit := range []int{0, 1, 7} {
			for _, f := range []provision.Filter{{Open: true}, {Drafts: true}, {}} {
				f.Requester = by.ID
				f.Limit = limit
				found, err := d.Orders(d.t.Context(), tenant, by, f)
				text := fmt.Sprint(by.ID, f, err)
				for _, o := range found {
					text += fmt.Sprint(" ", o.ID, ":", o.State)
				}
				all = append(all, text)
			}
		}
		draft, found, err := d.DraftOf(d.t.Context(), tenant, by.ID)
		all = append(all, fmt.Sprint(by.ID, draft.ID, found, err))
	}
	for _, standing := range []order.Standing{"", order.Open, order.Done, order.Failed, order.Ended} {
		for _, at := range []provision.LocationID{"", "london"} {
			ids, err := d.paged(employee, docket.Query{Standing: standing, Location: at, Limit: 7, Count: true})
			all = append(all, fmt.Sprint(standing, at, ids, err))
		}
	}
	for _, by := range []provision.Actor{alice, {ID: erin}} {
		for _, limit := range []int{0, 2} {
			stopped, err := d.Stopped(d.t.Context(), tenant, by, limit)
			text := fmt.Sprint("stopped ", by.ID, err)
			for _, o := range stopped {
				text += fmt.Sprint(" ", o.ID)
			}
			all = append(all, text)
		}
	}
	return all
}

// lastUndoable looks at every order of a requester.
func (d *desk) lastUndoable(tx provision.Tx, by provision.UserID) provision.OrderID {
	d.t.Helper()
	var all []provision.Order
	for o, err := range d.OrdersBy(tx, tenant, provision.Filter{Requester: by}) {
		if err != nil {
			d.fails("read orders", err)
		}
		all = append(all, o)
	}
	at := slices.IndexFunc(order.LastSaved(all), provision.Order.Undoable)
	if at < 0 {
		return ""
	}
	return order.LastSaved(all)[at].ID
}

// TestRequesterIndex: whatever happens to orders, the indexes answer as a look at every order of the requester, and at
// every parked one, does.
func TestRequesterIndex(t *testing.T) {
	t.Parallel()
	some := map[provision.OrderID]bool{}
	for seed := range uint64(6) {
		d := scopedDesk(t)
		random := rand.New(rand.NewPCG(seed, 3))
		for range 5 {
			d.befallOrders(random, 40)
			indexed := d.ownLists()
			d.unindexed(order.RequesterIndex, func() { same(t, indexed, d.ownLists()) })
			d.unindexed(order.OwnIndex, func() { same(t, indexed, d.ownLists()) })
			d.soundIndexes()
			d.update(func(tx provision.Tx) error {
				for _, by := range []provision.UserID{alice.ID, employee.ID, bruno.ID} {
					got := order.LastUndoable(tx, tenant, by)
					some[got] = true
					if want := d.lastUndoable(tx, by); got != want {
						t.Errorf("%s would take back %q, want %q", by, got, want)
					}
				}
				return nil
			})
		}
	}
	if len(some) < 3 {
		t.Errorf("the orders to take back are %v only", some)
	}
}

// TestRequesterIndexCompleted: a store of an older program gets its index while orders change, and cut off after any
// commit it goes on. The answers are the same before, meanwhile and afterwards.
func TestRequesterIndexCompleted(t *testing.T) {
	t.Parallel()
	commits := 0
	for cut := 1; ; cut++ {
		d := scopedDesk(t)
		random := rand.New(rand.NewPCG(uint64(cut), 4))
		d.befallOrders(random, 300)
		d.forget(record.TableOrdersOf, record.TableOrdersOwn, record.TableParkedAt)
		old := d.ownLists()
		died := false
		dying := d.open(storetest.CrashAfter(d.store, cut, func() { died = true }))
		if err := dying.CompleteIndexes(t.Context()); died != errors.Is(err, storetest.ErrCrashed) {
			t.Fatalf("cut after %d commits: died is %t, %v", cut, died, err)
		}
		d.soundIndexes()
		same(t, d.ownLists(), old)
		d.befallOrders(random, 50)
		d.soundIndexes()
		before := d.ownLists()
		if err := d.CompleteIndexes(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.soundIndexes()
		same(t, d.ownLists(), before)
		d.unindexed(order.RequesterIndex, func() { same(t, d.ownLists(), before) })
		d.unindexed(order.OwnIndex, func() { same(t, d.ownLists(), before) })
		if !died {
			break
		}
		commits = cut
	}
	if commits < 3 {
		t.Errorf("cut after %d commits only", commits)
	}
}
