//go:build !race

package files

import (
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"calltab/internal/bot/text"
	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/core"
	"calltab/internal/provision/docket"
	"calltab/internal/provision/order"
	"calltab/internal/provision/people"
	"calltab/internal/provision/record"
	"calltab/internal/provision/stock"
)

const (
	tenant = provision.TenantID("7e000000-0000-4000-8000-000000000001")
	fill   = 500 // records in a transaction
)

var (
	alice = provision.Actor{ID: "a11ce000-0000-4000-8000-000000000001"}
	start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
)

// organisation is a Maker over a store with so many people who have a phone, twice as many numbers, and an order that
// is done for each person.
func organisation(t testing.TB, people int) (*Maker, *text.Words) {
	t.Helper()
	db, err := boltstore.Open(filepath.Join(t.TempDir(), "db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	for i := 0; i < people; i += fill {
		err := db.Update(t.Context(), func(tx provision.Tx) error {
			if i == 0 {
				record.Save(tx, record.TableLocations, record.Key(tenant, "seattle"),
					provision.Location{ID: "seattle", Name: "Seattle", Country: "US", TimeZone: "America/Los_Angeles"})
				stock.PutPlans(tx, tenant, nil, []provision.Plan{{ID: "metered", Name: "Metered"}})
				order.PlaceIndex.Begin(tx)
			}
			for j := i; j < min(i+fill, people); j++ {
				putPerson(tx, j)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	words, err := text.New()
	if err != nil {
		t.Fatal(err)
	}
	c := core.New(provision.Config{Store: db, Admins: []string{string(alice.ID)}, AuditKey: []byte("a key of the test"),
		Now: func() time.Time { return start.AddDate(1, 0, 0) }})
	return &Maker{Service: c}, words.For("en")
}

// putPerson writes a person with a phone, their number and a free one, and the order that gave it.
func putPerson(tx provision.Tx, i int) {
	at := start.Add(time.Duration(i) * time.Minute)
	user := provision.UserID(fmt.Sprintf("e5000000-0000-4000-8000-%012d", i))
	id := provision.OrderID(fmt.Sprintf("o%09d", i))
	n := provision.E164(fmt.Sprintf("+1206%07d", 2*i))
	free := provision.E164(fmt.Sprintf("+1206%07d", 2*i+1))
	name := fmt.Sprintf("Person Number%d", i)
	upn := fmt.Sprintf("person.number%d@example.com", i)
	record.Save(tx, record.TableSubscribers, record.Key(tenant, string(user)), provision.Subscriber{User: user, UPN: upn,
		Name: name, Location: "seattle", Plan: "metered", Number: n, Order: id, Since: at})
	stock.PutNumber(tx, tenant, provision.Number{}, provision.Number{E164: n, Location: "seattle", User: user, Order: id,
		State: provision.Assigned})
	stock.PutNumber(tx, tenant, provision.Number{}, provision.Number{E164: free, Location: "seattle",
		State: provision.Free, Note: "of the block of spring"})
	o := provision.Order{ID: id, Tenant: tenant, Kind: provision.Add, State: provision.Done, Requester: alice}
	o.Person = provision.Person{ID: user, UPN: upn, DisplayName: name}
	o.Location = "seattle"
	o.Number = n
	o.Created = at
	o.Submitted = at
	o.Ended = at.Add(10 * time.Minute)
	record.Save(tx, record.TableOrders, record.Key(tenant, string(id)), o)
	record.PutEntries(tx, nil, order.PlacesOf(o))
}

// watching measures the live heap while a file is written: the most that it was above what it was before.
type watching struct {
	before, most, bytes, next int64
}

// watchedBytes is how much is written between two measurements.
const watchedBytes = 256 << 10

// live is the heap that is in use. It counts what finalizers and pools still had a round before as gone.
func live() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func (w *watching) Write(p []byte) (int, error) {
	w.bytes += int64(len(p))
	if w.bytes >= w.next {
		w.next = w.bytes + watchedBytes
		w.most = max(w.most, live()-w.before)
	}
	return len(p), nil
}

// measure makes a file of a list, and a page of it for a card. It returns how many rows the file has, and the most that
// was in use.
func measure(t testing.TB, m *Maker, words *text.Words, q Query) (rows int, w watching) {
	t.Helper()
	w.before = live()
	rows, err := m.write(t.Context(), io.Writer(&w), source{Query: q, tenant: tenant, by: alice, words: words, zone: time.UTC})
	if err != nil {
		t.Fatal(err)
	}
	switch q.List {
	case Phones:
		_, err = m.Service.Phones(t.Context(), tenant, alice, people.PhoneQuery{Limit: 25})
	case Numbers:
		_, err = m.Service.Numbers(t.Context(), tenant, alice, "", "", "", 26)
	case Orders:
		_, err = m.Service.Docket(t.Context(), tenant, alice, docket.Query{Standing: order.Done, Limit: 10, Count: true})
	}
	if err != nil {
		t.Fatal(err)
	}
	w.most = max(w.most, live()-w.before)
	return rows, w
}

// mostLive bounds the live heap that a file takes, and mostMore how much more of it ten times as many rows may take. A
// page of a thousand orders is about 1.5 MB; all 50,000 are fifty times that.
const (
	mostLive = 6 << 20
	mostMore = 1 << 20
)

// TestMemory: a file of 50,000 people, 100,000 numbers or 50,000 orders takes as much memory as one of a tenth of them.
// It runs alone: what others have in use would be counted, and so it is not run under the race detector.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("it fills a store")
	}
	small, words := organisation(t, 5_000)
	big, _ := organisation(t, 50_000)
	for q, perPerson := range map[Query]int{{List: Phones}: 1, {List: Numbers}: 2,
		{List: Orders, State: provision.NumberState(order.Done)}: 1} {
		few, first := measure(t, small, words, q)
		many, then := measure(t, big, words, q)
		if few != 5_000*perPerson || many != 50_000*perPerson {
			t.Fatalf("%s: %d and %d rows", q.List, few, many)
		}
		t.Logf("%s: %d rows, %d KiB written, at most %d KiB in use; %d rows, %d KiB written, at most %d KiB", q.List, few,
			first.bytes>>10, first.most>>10, many, then.bytes>>10, then.most>>10)
		if then.most > mostLive || then.most-first.most > mostMore {
			t.Errorf("%s: %d rows take %d KiB, and %d rows %d KiB", q.List, few, first.most>>10, many, then.most>>10)
		}
	}
}
