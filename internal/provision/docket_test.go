package provision_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/docket"
	"calltab/internal/provision/order"
	"calltab/internal/provision/record"
)

var employee = provision.Actor{ID: "e5000000-0000-4000-8000-00000000000e"}

// docketDesk is one with a reader who may look at London alone.
func docketDesk(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.update(func(tx provision.Tx) error {
		record.Save(tx, record.TableAccessPolicies, string(tenant), provision.AccessPolicy{Grants: []provision.Grant{
			{Role: provision.RoleAuditor, Who: []string{string(erin)}, Sites: []provision.LocationID{"london"}},
		}})
		return nil
	})
	return d
}

// befallOrders begins and changes orders as it comes.
func (d *desk) befallOrders(random *rand.Rand, times int) {
	d.t.Helper()
	states := []provision.OrderState{provision.Draft, provision.Pending, provision.Running, provision.Waiting,
		provision.Parked, provision.Done, provision.Failed, provision.Rejected, provision.Expired}
	places := []provision.LocationID{"", "seattle", "london"}
	for range times {
		d.advance(time.Duration(random.IntN(3)) * time.Hour) // some at the same moment
		d.update(func(tx provision.Tx) error {
			id := provision.OrderID(fmt.Sprintf("o%03d", random.IntN(max(60, times))))
			o, err := d.OrderIn(tx, tenant, id)
			if provision.IgnoreNotFound(err) != nil {
				return err
			}
			if err != nil {
				who := []provision.Actor{alice, employee}[random.IntN(2)]
				o = provision.Order{ID: id, Tenant: tenant, Kind: provision.Move, Requester: who,
					OrderTimes: provision.OrderTimes{Created: d.now()}}
				o.Person.ID = provision.UserID("p" + string(id)) // nobody has two
			}
			o.State = states[random.IntN(len(states))]
			if o.State != provision.Draft && o.Submitted.IsZero() && random.IntN(5) > 0 {
				o.Submitted = d.now()
			}
			o.NoChange = random.IntN(4) == 0
			o.Location = places[random.IntN(3)]
			o.Had.Location = places[random.IntN(3)]
			return d.Write(tx, &o, provision.OrderProgress, alice.ID, "")
		})
	}
}

// wanted is what a list has, found by looking at every order.
func (d *desk) wanted(q docket.Query, sees func(provision.Order) bool) (ids []string) {
	d.t.Helper()
	var all []provision.Order
	err := d.store.View(d.t.Context(), func(tx provision.Tx) (err error) {
		all, err = record.All[provision.Order](tx, record.TableOrders, record.Key(tenant, ""))
		return err
	})
	if err != nil {
		d.fails("read orders", err)
	}
	all = slices.DeleteFunc(all, func(o provision.Order) bool {
		standing := order.StandingOf(o)
		listed := standing != "" && (standing == q.Standing || q.Standing == "" && standing != order.Open)
		late := standing != order.Open && (!q.Since.IsZero() && o.Ended.Before(q.Since) ||
			!q.Until.IsZero() && o.Ended.After(q.Until))
		return !listed || late || !sees(o) ||
			q.Location != "" && !slices.Contains(o.Sites(), q.Location)
	})
	slices.SortFunc(all, func(a, b provision.Order) int {
		by := b.Ended.Compare(a.Ended)
		if q.Standing == order.Open {
			by = a.Created.Compare(b.Created)
		}
		if by == 0 {
			by = slices.Compare([]byte(a.ID), []byte(b.ID))
		}
		return by
	})
	for _, o := range all {
		ids = append(ids, string(o.ID))
	}
	return ids
}

// paged reads a list to its end and, where it counts, one page back at each page.
func (d *desk) paged(by provision.Actor, q docket.Query) (ids []string, err error) {
	d.t.Helper()
	total, before := 0, ""
	for more := true; more; {
		p, err := d.Docket(d.t.Context(), tenant, by, q)
		if err != nil {
			return nil, err
		}
		if len(p.Orders) > q.Limit {
			d.t.Fatalf("a page of %d has %d orders", q.Limit, len(p.Orders))
		}
		if q.Count {
			back := p.Back
			if p.First > 1 && back == "" {
				back = "the beginning"
			}
			if p.First != len(ids)+1 || back != before {
				d.t.Errorf("page at %d of %+v says it is at %d, and back is %q, not %q", len(ids)+1, q, p.First, back, before)
			}
			total = p.Total
			before = q.From
			if before == "" {
				before = "the beginning"
			}
		}
		for _, o := range p.Orders {
			ids = append(ids, string(o.ID))
		}
		q.From = p.Next
		more = p.Next != ""
	}
	if q.Count && total != len(ids) {
		d.t.Errorf("%+v counts %d, and has %d", q, total, len(ids))
	}
	return ids, nil
}

// holdDockets compares every list with what a look at every order finds.
func (d *desk) holdDockets() {
	d.t.Helper()
	readers := map[provision.Actor]func(provision.Order) bool{
		alice:      func(provision.Order) bool { return true },
		{ID: erin}: func(o provision.Order) bool { return !slices.Contains(o.Sites(), "seattle") },
		employee:   func(o provision.Order) bool { return o.Requester.ID == employee.ID },
	}
	for by, sees := range readers {
		for _, standing := range []order.Standing{"", order.Open, order.Done, order.Failed, order.Ended} {
			for _, at := range []provision.LocationID{"", "london"} {
				for _, q := range []docket.Query{
					{Limit: 3, Count: true}, {Limit: 1000}, {Limit: 4, Since: d.now().Add(-20 * time.Hour)},
					{Limit: 4, Count: true, Since: d.now().Add(-40 * time.Hour), Until: d.now().Add(-10 * time.Hour)},
				} {
					q.Standing = standing
					q.Location = at
					got, err := d.paged(by, q)
					if want := d.wanted(q, sees); err != nil || !slices.Equal(got, want) {
						d.t.Fatalf("%s asks %+v and gets %v (%v), not %v", by.ID, q, got, err, want)
					}
				}
			}
		}
	}
}

// TestDocket: whatever happens to orders, each list has what a look at every order finds, page by page.
func TestDocket(t *testing.T) {
	t.Parallel()
	for seed := range uint64(dockets) {
		d := docketDesk(t)
		random := rand.New(rand.NewPCG(seed, 7))
		for range 3 {
			d.befallOrders(random, 60)
			d.holdDockets()
		}
		d.sound()
		_, err := d.Docket(t.Context(), tenant, provision.Actor{ID: erin}, docket.Query{Location: "seattle", Limit: 5})
		if provision.KindOf(err) != provision.Denied {
			t.Errorf("a list of a location that is not the reader's: %v", err)
		}
	}
}

// TestDocketFills: a store of an older program gets the index while orders go on; until then a list says so. A process
// that dies on the way goes on where it was.
func TestDocketFills(t *testing.T) {
	t.Parallel()
	d := docketDesk(t)
	random := rand.New(rand.NewPCG(3, 7))
	d.befallOrders(random, 200)
	d.update(func(tx provision.Tx) error { // as a program of schema version 5 left it
		for _, table := range []string{record.TableOrdersAt, record.TableIndexes} {
			var all []string
			for k := range tx.Scan(table, "", "") {
				all = append(all, k)
			}
			for _, k := range all {
				tx.Delete(table, k)
			}
		}
		return nil
	})
	d.befallOrders(random, 20)
	_, err := d.Docket(t.Context(), tenant, alice, docket.Query{Limit: 5})
	if provision.KindOf(err) != provision.Unavailable {
		t.Errorf("a list without its index: %v", err)
	}
	dies := errors.New("the process dies")
	died := order.PlaceIndex.Complete(t.Context(), &dying{Store: d.store, after: 1, err: dies})
	if !errors.Is(died, dies) {
		t.Fatalf("it fills its index in one transaction: %v", died)
	}
	d.befallOrders(random, 20)
	if err := d.CompleteIndexes(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.holdDockets()
	d.sound()
}

// dying is a store whose process dies behind some transactions.
type dying struct {
	provision.Store
	after int
	err   error
}

func (s *dying) Update(ctx context.Context, f func(provision.Tx) error) error {
	if s.after == 0 {
		return s.err
	}
	s.after--
	return s.Store.Update(ctx, f)
}
