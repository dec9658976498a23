//go:build unix

package provision_test

import (
	"context"
	"flag"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/core"
	"calltab/internal/provision/docket"
	"calltab/internal/provision/order"
	"calltab/internal/provision/people"
	"calltab/internal/provision/record"
	"calltab/internal/provision/rows"
	"calltab/internal/provision/stock"
)

var (
	largest     = flag.Bool("lookups-largest", false, "BenchmarkLookups also makes a store of 1,000,000 numbers and links")
	lookupsOnly = flag.String("lookups-only", "", "BenchmarkLookups measures only look-ups in whose names this is")
)

// asker is an employee who has asked for much, and bossy is asked about half of it.
var (
	asker = provision.Actor{ID: "b5500000-0000-4000-8000-00000000000b", Name: "Billie"}
	bossy = provision.Actor{ID: "b0550000-0000-4000-8000-00000000000b", Name: "Robin"}
)

const (
	dora = provision.UserID("d0ra0000-0000-4000-8000-00000000000d") // decides about orders at the depots
	finn = provision.UserID("f1000000-0000-4000-8000-00000000000f") // may look at the attic alone, where nothing is
)

// storeSize is how much a store of BenchmarkLookups has.
type storeSize struct{ numbers, people, orders, links int }

var storeSizes = []storeSize{{1000, 1000, 100, 10_000}, {100_000, 50_000, 100_000, 100_000}}

// BenchmarkLookups measures every look-up and list at a small and a large store, asked for what is there, rare, absent
// and on the last page: the processor time and the keys and bytes that are read. The aim is at most 1.5 times or 20 µs
// more at the largest store, where as much is found. What a look-up writes for its access, and the disk, are left out.
func BenchmarkLookups(b *testing.B) {
	sizes := storeSizes
	if *largest {
		sizes = append(sizes, storeSize{1_000_000, 50_000, 100_000, 1_000_000})
	}
	var all []*warehouse
	for _, size := range sizes {
		all = append(all, newWarehouse(b, size))
	}
	fmt.Printf("\n%-44s", "µs of processor time (keys, KB read)")
	for _, size := range sizes {
		fmt.Printf(" %34s", fmt.Sprint(size))
	}
	fmt.Println("  ratio")
	for row, op := range all[0].lookups() {
		if strings.Contains(op.name, *lookupsOnly) {
			table(measure(b, all, row))
		}
	}
}

// table prints a row.
func table(sizes []measured) {
	first, last := sizes[0], sizes[len(sizes)-1]
	fmt.Printf("%-44s", first.name)
	for _, m := range sizes {
		fmt.Printf(" %34s", fmt.Sprintf("%.0f (%d, %d)", m.micros, m.keys, m.bytes>>10))
	}
	ratio := last.micros / first.micros
	fmt.Printf("  %.2f", ratio)
	if first.found != last.found {
		fmt.Printf("  gives %d, %d", first.found, last.found)
	}
	if ratio > 1.5 && last.micros-first.micros > 20 && first.found == last.found {
		fmt.Print("  more than 1.5 times and 20 µs")
	}
	fmt.Println()
}

// BenchmarkCompleteIndexes measures how long a store of an older program takes to get the indexes of schema versions 8 and 9,
// with the trail's spans among them, and how many transactions that is.
func BenchmarkCompleteIndexes(b *testing.B) {
	w := newWarehouse(b, storeSizes[1])
	for _, table := range []string{record.TableOrdersOf, record.TableOrdersOwn, record.TableParkedAt, record.TableSubscribersBy, record.TablePhonesAt, record.TablePhonesAtSince} {
		w.empty(table, "")
	}
	w.empty(record.TableTrail, record.Key(tenant, "b", ""))
	w.many(1, func(tx provision.Tx, _ int) error {
		for _, name := range []string{order.RequesterIndex.Name, order.OwnIndex.Name, people.SubscriberIndex.Name, audit.TrailIndex.Name} {
			tx.Delete(record.TableIndexes, name)
		}
		return nil
	})
	w.store.updates = 0
	began := processorTime()
	for b.Loop() { // a second time it only looks
		if err := w.CompleteIndexes(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((processorTime() - began).Seconds(), "processor-s")
	b.ReportMetric(float64(w.store.updates), "transactions")
}

// empty deletes what a table has under a prefix.
func (w *warehouse) empty(table, prefix string) {
	w.b.Helper()
	for more := true; more; {
		w.many(1, func(tx provision.Tx, _ int) error {
			var some []string
			for k := range tx.Scan(table, prefix, "") {
				some = append(some, k)
				if len(some) == 5000 {
					break
				}
			}
			for _, k := range some {
				tx.Delete(table, k)
			}
			more = len(some) > 0
			return nil
		})
	}
}

// measured is what a look-up cost.
type measured struct {
	name        string
	micros      float64
	keys, bytes int
	found       int
}

// lookup is one look-up, which says how much it found.
type lookup struct {
	name string
	want int
	do   func(ctx context.Context) (found int, err error)
}

// warehouse is a core on a store of some size.
type warehouse struct {
	*core.Core
	b     *testing.B
	size  storeSize
	store *reading
	clock time.Time
}

func newWarehouse(b *testing.B, size storeSize) *warehouse {
	b.Helper()
	w := openWarehouse(b, size)
	w.fillPlaces()
	w.fillNumbers()
	w.fillPeople()
	w.fillRoster()
	w.fillOrders()
	w.fillElsewhere()
	w.fillLinks()
	return w
}

// openWarehouse is one with nothing in it.
func openWarehouse(b *testing.B, size storeSize) *warehouse {
	b.Helper()
	db, err := boltstore.Open(filepath.Join(b.TempDir(), "db"), boltstore.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	w := &warehouse{b: b, size: size, store: &reading{Store: db}, clock: start}
	ms := newMicrosoft()
	w.Core = core.New(provision.Config{
		Store: w.store, Directory: ms, Telephony: ms, BulkReader: ms, Queue: &queue{due: map[string]time.Time{}}, AuditKey: []byte("a key of the test"),
		Now: func() time.Time { return w.clock }, Admins: []string{string(alice.ID)}, NewID: func() string { return "none" },
	})
	return w
}

// many does something so often, some hundred times a transaction.
func (w *warehouse) many(count int, f func(tx provision.Tx, i int) error) {
	w.b.Helper()
	const some = 500
	for from := 0; from < count; from += some {
		err := w.store.Update(w.b.Context(), func(tx provision.Tx) error {
			for i := from; i < min(from+some, count); i++ {
				if err := f(tx, i); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			w.b.Fatal(err)
		}
	}
}

// site is where something is: three of all are at the annex, and the others at twenty depots.
func site(i int) provision.LocationID {
	if i == 3 || i == 7 || i == 90 {
		return "annex"
	}
	return provision.LocationID(fmt.Sprintf("depot%02d", i%20))
}

func (w *warehouse) fillPlaces() {
	w.many(21, func(tx provision.Tx, i int) error {
		id := site(i)
		if i == 20 {
			id = "annex"
		}
		if i == 3 || i == 7 {
			id = provision.LocationID(fmt.Sprintf("depot%02d", i))
		}
		record.Save(tx, record.TableAccessPolicies, string(tenant), provision.AccessPolicy{Grants: []provision.Grant{
			{Role: provision.RoleAuditor, Who: []string{string(erin)}, Sites: []provision.LocationID{"annex"}},
			{Role: provision.RoleAuditor, Who: []string{string(finn)}, Sites: []provision.LocationID{"attic"}}}})
		record.Save(tx, record.TableLocations, record.Key(tenant, string(id)), provision.Location{ID: id, Name: string(id), Country: "US", TimeZone: "UTC"})
		return nil
	})
}

// warehouseNumber is the number of a person, and behind those free ones.
func warehouseNumber(i int) provision.E164 { return provision.E164(fmt.Sprintf("+1206%07d", i)) }

func (w *warehouse) fillNumbers() {
	w.many(w.size.numbers, func(tx provision.Tx, i int) error {
		n := provision.Number{E164: warehouseNumber(i), Location: site(i), State: provision.Free}
		if i < min(w.size.people, w.size.numbers/2) {
			n.State = provision.Assigned
			n.User = user(i)
		}
		stock.PutNumber(tx, tenant, provision.Number{}, n)
		return nil
	})
}

func (w *warehouse) fillPeople() {
	w.many(w.size.people, func(tx provision.Tx, i int) error {
		sub := provision.Subscriber{User: user(i), UPN: fmt.Sprintf("p%d@example.com", i), Name: fmt.Sprintf("Person %d", i), Location: site(i),
			Plan: "metered", Number: warehouseNumber(i), Since: start.Add(time.Duration(i) * time.Minute)}
		return w.PutSubscriber(tx, tenant, sub)
	})
}

// fillOrders has one admin ask for nearly everything: their open orders and drafts, and what waits for an approver, are
// the oldest.
func (w *warehouse) fillOrders() {
	states := map[int]provision.OrderState{1: provision.Draft, 2: provision.Draft, 4: provision.Waiting, 5: provision.Running, 6: provision.Pending, 8: provision.Parked, 3: provision.Failed}
	w.many(w.size.orders, func(tx provision.Tx, i int) error {
		w.clock = start.Add(time.Duration(i) * time.Minute)
		o := provision.Order{ID: warehouseOrder(i), Tenant: tenant, Kind: provision.Add, Requester: alice, State: provision.Done}
		o.Created = w.clock
		o.Submitted = w.clock
		o.Person = provision.Person{ID: user(i), DisplayName: fmt.Sprintf("Person %d", i)}
		o.Location = site(i)
		o.UndoneBy = "another"
		if i == 0 {
			o.UndoneBy = ""
		}
		switch {
		case i == 9:
			o.Requester = employee
		case i > 9 && i%5 == 0:
			o.Requester = asker
		case i > 9 && i%5 == 2:
			o.State = provision.Parked
		case i > 9 && i%5 == 1: // the last of them are rows of a list
			o.Requester = asker
			o.State = provision.Pending
			o.Approval = provision.Approval{Asked: []provision.Asked{{Actor: bossy}}, Since: w.clock}
			if i > w.size.orders-20 {
				o.Bulk = provision.BulkRow{ID: "list", Row: i}
				rows.Put(tx, tenant, "list", rows.Row{}, rows.Row{N: i, State: rows.Asked, Order: o.ID})
			}
			if i == w.size.orders-19 {
				rows.Write(tx, rows.Bulk{ID: "list", Tenant: tenant, Requester: asker, Created: w.clock})
			}
		}
		if state, is := states[i]; is {
			o.State = state
		}
		if o.State == provision.Pending && o.Approval.Since.IsZero() {
			o.Approval.Asked = []provision.Asked{{Actor: bruno}}
			o.Approval.Since = w.clock
		}
		return w.Write(tx, &o, provision.OrderProgress, alice.ID, "")
	})
}

// fillLinks has one admin do nearly everything. Every fiftieth event is about forty numbers, as those are that an
// organisation file brings.
func (w *warehouse) fillLinks() {
	w.many(w.size.links, func(tx provision.Tx, i int) error {
		w.clock = w.clock.Add(time.Hour)
		e := provision.AuditEvent{Event: provision.OrderProgress, Actor: alice.ID, User: user(i), Number: warehouseNumber(i),
			Numbers: []provision.NumberChange{{First: warehouseNumber(i), To: provision.Assigned, At: site(i), User: user(i)}}}
		if i%50 == 0 {
			e = provision.AuditEvent{Event: provision.StockTaken, Actor: alice.ID, Numbers: []provision.NumberChange{
				{First: warehouseNumber(40 * i / 50), Last: warehouseNumber(40*i/50 + 39), To: provision.Free, At: "depot01"}}}
		}
		if i == 11 {
			e.Actor = bruno.ID
		}
		return w.Append(tx, tenant, e)
	})
}

// fillElsewhere has another admin decide about orders, half as often, nearly all of which are at the depots: the first
// event alone is at the annex, and none in the attic.
func (w *warehouse) fillElsewhere() {
	w.many(w.size.links/2, func(tx provision.Tx, i int) error {
		w.clock = w.clock.Add(time.Minute)
		at := 100*(i%(w.size.orders/100)) + 10 + i%80
		if i == 0 {
			at = 3
		}
		e := provision.AuditEvent{Event: provision.OrderApproved, Actor: dora, User: user(at), Order: warehouseOrder(at)}
		return w.Append(tx, tenant, e)
	})
}

// warehouseOrder is the order about a person.
func warehouseOrder(i int) provision.OrderID { return provision.OrderID(fmt.Sprintf("o%07d", i)) }

// measure does a look-up at each store by turns, so that all meet the same noise, and keeps what took the least.
func measure(b *testing.B, all []*warehouse, row int) []measured {
	b.Helper()
	best := make([]measured, len(all))
	for i, w := range all {
		best[i] = w.read(w.lookups()[row])
	}
	for range 9 {
		for i, w := range all {
			op := w.lookups()[row]
			rounds := 0
			began := processorTime()
			for wall := time.Now(); time.Since(wall) < 20*time.Millisecond; rounds++ {
				_, _ = op.do(b.Context())
			}
			took := (processorTime() - began) / time.Duration(rounds)
			best[i].micros = min(best[i].micros, float64(took.Nanoseconds())/1000)
		}
	}
	return best
}

// read counts what a look-up reads, and holds what it finds against what is there.
func (w *warehouse) read(op lookup) measured {
	w.b.Helper()
	w.store.keys = 0
	w.store.bytes = 0
	w.store.counts = true
	found, err := op.do(w.b.Context())
	w.store.counts = false
	if op.want >= 0 && (err != nil || found != op.want) {
		w.b.Errorf("%v: %s found %d, want %d: %v", w.size, op.name, found, op.want, err)
	}
	return measured{op.name, math.Inf(1), w.store.keys, w.store.bytes, found}
}

// processorTime is what this process has used up of it.
func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// lookups are all that people ask. want is how much each finds; -1 where that depends on the size.
func (w *warehouse) lookups() []lookup {
	all := append(w.numberLookups(), w.phoneLookups()...)
	all = append(all, w.orderLookups()...)
	all = append(all, w.rosterLookups()...)
	all = append(all, w.fileLookups()...)
	return append(all, w.trailLookups()...)
}

func (w *warehouse) numberLookups() []lookup {
	list := func(name string, want int, loc provision.LocationID, state provision.NumberState, after provision.E164) lookup {
		return lookup{name, want, func(ctx context.Context) (int, error) {
			all, err := w.Numbers(ctx, tenant, alice, loc, state, after, 11)
			return len(all), err
		}}
	}
	ending := func(name string, want int, digits string) lookup {
		return lookup{name, want, func(ctx context.Context) (int, error) {
			all, err := w.Ending(ctx, tenant, alice, digits, "", nil, 9)
			return len(all), err
		}}
	}
	end := warehouseNumber(w.size.numbers - 6)
	return []lookup{
		list("numbers of all", 11, "", "", ""),
		list("numbers of a location", 11, "depot01", "", ""),
		list("numbers of a location, free", 11, "depot01", provision.Free, ""),
		list("numbers of a state", 11, "", provision.Free, ""),
		list("numbers, rare", 3, "annex", provision.Assigned, ""),
		list("numbers, absent", 0, "annex", provision.Blocked, ""),
		list("numbers of all, last page", 5, "", "", end),
		list("numbers of a location, last page", 1, "depot19", "", end),
		ending("numbers by last two digits", 9, "44"),
		ending("numbers by last four digits", -1, "0044"),
		ending("numbers by last three digits", -1, "044"),
		ending("numbers by last digits, absent", 0, "99999999"),
		{"type-ahead of free numbers", 10, func(ctx context.Context) (int, error) {
			all, err := w.Free(ctx, tenant, alice, "depot19", "9", 10)
			return len(all), err
		}},
		{"locations with their counts", 21, func(ctx context.Context) (int, error) {
			all, err := w.Stock(ctx, tenant, alice)
			return len(all), err
		}},
		{"a location that runs low", 0, func(ctx context.Context) (int, error) {
			return 0, w.store.View(ctx, func(tx provision.Tx) error {
				_, err := w.Shortage(tx, tenant, "depot01", time.Time{})
				return err
			})
		}},
	}
}

func (w *warehouse) phoneLookups() []lookup {
	list := func(name string, want int, q people.PhoneQuery) lookup {
		q.Limit = 10
		return lookup{name, want, func(ctx context.Context) (int, error) {
			page, err := w.Phones(ctx, tenant, alice, q)
			return len(page.Phones), err
		}}
	}
	late := start.Add(time.Duration(w.size.people-3) * time.Minute)
	gone := func(name, text string, want int) lookup {
		return lookup{name, want, func(ctx context.Context) (int, error) {
			found, err := w.LookFor(ctx, provision.Order{Tenant: tenant, Kind: provision.Remove}, text, true, time.Second)
			if provision.KindOf(err) == provision.NotFound {
				err = nil
			}
			return len(found.People), err
		}}
	}
	return []lookup{
		list("phones of all", 10, people.PhoneQuery{}),
		list("phones of a location", 10, people.PhoneQuery{Location: "depot01"}),
		list("phones, rare", 3, people.PhoneQuery{Location: "annex"}),
		list("phones, rare, of a plan", 3, people.PhoneQuery{Location: "annex", Plan: "metered"}),
		list("phones, absent", 0, people.PhoneQuery{Plan: "unlimited"}),
		list("phones, last page", 6, people.PhoneQuery{From: user(w.size.people - 6)}),
		list("phones since", 3, people.PhoneQuery{Since: late}),
		list("phones since, rare", 3, people.PhoneQuery{Since: start, Location: "annex"}),
		list("phones since, absent", 0, people.PhoneQuery{Since: start, Plan: "unlimited"}),
		gone("a person who is gone, by name", "Person 17", 1),
		gone("a person whom nobody knows", "Nobody", 0),
		{"what is known of a person", 1, func(ctx context.Context) (int, error) {
			f := provision.Finding{Person: provision.Person{ID: user(17)}}
			err := w.store.View(ctx, func(tx provision.Tx) error { return w.Know(tx, tenant, &f, provision.PersonFacts{}) })
			return len(f.History), err
		}},
	}
}

func (w *warehouse) orderLookups() []lookup {
	list := func(name string, want int, by provision.Actor, q docket.Query) lookup {
		q.Limit = 10
		return lookup{name, want, func(ctx context.Context) (int, error) {
			page, err := w.Docket(ctx, tenant, by, q)
			return len(page.Orders), err
		}}
	}
	own := func(name string, want int, f provision.Filter) lookup {
		f.Requester = alice.ID
		return lookup{name, want, func(ctx context.Context) (int, error) {
			all, err := w.Orders(ctx, tenant, alice, f)
			return len(all), err
		}}
	}
	end := record.NewestFirst(start.Add(15*time.Minute)) + "/"
	return []lookup{
		list("orders that are open", 10, alice, docket.Query{Standing: order.Open}),
		list("orders that are done", 10, alice, docket.Query{Standing: order.Done}),
		list("orders that are over", 10, alice, docket.Query{}),
		list("orders that are over, counted", 10, alice, docket.Query{Count: true}),
		list("orders, rare", 1, alice, docket.Query{Standing: order.Failed, Location: "annex"}),
		list("orders, absent", 0, alice, docket.Query{Standing: order.Ended}),
		list("orders that are done, last page", 7, alice, docket.Query{Standing: order.Done, From: end}),
		list("orders of an employee", 1, employee, docket.Query{Standing: order.Done}),
		list("orders of an employee with many", 10, asker, docket.Query{Count: true}),
		list("orders of an employee with many, rare", 1, asker, docket.Query{Standing: order.Done, Location: "annex"}),
		list("orders of an employee with many, open", 10, asker, docket.Query{Standing: order.Open, Count: true}),
		own("status: one's own newest", 5, provision.Filter{Limit: 5}),
		own("cancel: one's own open ones", 5, provision.Filter{Open: true, Limit: 50}),
		own("drafts of a person", 2, provision.Filter{Drafts: true, Limit: 50}),
		{"type-ahead without a card", 1, func(ctx context.Context) (int, error) {
			_, found, err := w.DraftOf(ctx, tenant, alice.ID)
			if found {
				return 1, err
			}
			return 0, err
		}},
		{"the last order to take back", 1, func(ctx context.Context) (found int, err error) {
			err = w.store.View(ctx, func(tx provision.Tx) error {
				if order.RequesterIndex.Whole(tx) && order.LastUndoable(tx, tenant, alice.ID) == "o0000000" {
					found = 1
				}
				return nil
			})
			return found, err
		}},
		{"approvals of a person", 1, func(ctx context.Context) (int, error) {
			all, err := w.ToApprove(ctx, tenant, bruno, 10)
			return len(all), err
		}},
		{"approvals of a person with many", 10, func(ctx context.Context) (int, error) {
			all, err := w.ToApprove(ctx, tenant, bossy, 10)
			return len(all), err
		}},
		{"approvals of a person with many, of a list", 3, func(ctx context.Context) (int, error) {
			a, err := w.BulkToApprove(ctx, tenant, bossy, "list", 3)
			return len(a.Orders), err
		}},
		{"orders that have stopped, at one location", 0, func(ctx context.Context) (int, error) {
			all, err := w.Stopped(ctx, tenant, provision.Actor{ID: finn}, 10)
			return len(all), err
		}},
		{"orders that have stopped", 10, func(ctx context.Context) (int, error) {
			all, err := w.Stopped(ctx, tenant, alice, 10)
			return len(all), err
		}},
	}
}

func (w *warehouse) trailLookups() []lookup {
	past := func(name string, want int, about provision.Subject, before uint64) lookup {
		return lookup{name, want, func(ctx context.Context) (int, error) {
			h, err := w.History(ctx, tenant, alice, about, before, 10)
			return len(h.Lines), err
		}}
	}
	elsewhere := func(name string, reader provision.UserID) lookup {
		return lookup{name, 0, func(ctx context.Context) (int, error) {
			h, err := w.History(ctx, tenant, provision.Actor{ID: reader}, provision.Subject{User: dora}, 0, 10)
			if provision.KindOf(err) == provision.Denied {
				err = nil
			}
			return len(h.Lines), err
		}}
	}
	had := func(name string, want int, n provision.E164) lookup {
		return lookup{name, want, func(ctx context.Context) (int, error) {
			h, err := w.WhoHad(ctx, tenant, alice, n, start, w.clock)
			if provision.KindOf(err) == provision.NotFound {
				err = nil
			}
			return len(h.All), err
		}}
	}
	return []lookup{
		past("history of the admin who did nearly all", 10, provision.Subject{User: alice.ID}, 0),
		{"history of that admin, one location's", -1, func(ctx context.Context) (int, error) {
			h, err := w.History(ctx, tenant, provision.Actor{ID: erin}, provision.Subject{User: alice.ID}, 0, 10)
			return len(h.Lines), err
		}},
		elsewhere("history of an admin, first event at the reader's", erin),
		elsewhere("history of an admin, none at the reader's", finn),
		past("history of the first admin, last page", 9, provision.Subject{User: alice.ID}, uint64(w.size.links/2+10)),
		past("history, rare", 1, provision.Subject{User: bruno.ID}, 0),
		past("history of a number", 2, provision.Subject{Number: warehouseNumber(41)}, 0),
		past("history, absent", 0, provision.Subject{User: clara.ID}, 0),
		past("history of a number, absent", 0, provision.Subject{Number: "+442079460000"}, 0),
		had("who had a number", -1, warehouseNumber(41)),
		had("who had, absent", 0, "+442079460000"),
		{"export of the last event", 2, func(ctx context.Context) (int, error) {
			n := 0
			for _, err := range w.Export(ctx, tenant, w.clock.Add(time.Hour), 0) {
				if err != nil {
					return n, err
				}
				n++
			}
			return n + 1, nil
		}},
	}
}
