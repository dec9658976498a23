//go:build !race

package files

import (
	"fmt"
	"io"
	"path/filepath"
	"testing"
	"time"

	"calltab/internal/bot/text"
	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/core"
	"calltab/internal/provision/rows"
)

// listed is a Maker over a store with a list of so many rows, each with an order that is done.
func listed(t testing.TB, most int) (*Maker, *text.Words) {
	t.Helper()
	db, err := boltstore.Open(filepath.Join(t.TempDir(), "db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	for i := 0; i < most; i += fill {
		err := db.Update(t.Context(), func(tx provision.Tx) error {
			rows.Write(tx, rows.Bulk{ID: "b1", Tenant: tenant, Requester: alice, State: rows.Ended, Rows: most, Created: start})
			for j := i; j < min(i+fill, most); j++ {
				putPerson(tx, j)
				rows.Put(tx, tenant, "b1", rows.Row{}, rows.Row{N: j + 1, State: rows.Done,
					Line:  fmt.Sprintf("add person.number%d@example.com seattle metered", j),
					Order: provision.OrderID(fmt.Sprintf("o%09d", j))})
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
	c := core.New(provision.Config{Store: db, AuditKey: []byte("a key of the test"), Now: func() time.Time { return start }})
	return &Maker{Service: c}, words.For("en")
}

// TestMemoryOfLists: the file of the longest list takes as much memory as one of a tenth of it; and another person than
// its requester gets none.
func TestMemoryOfLists(t *testing.T) {
	few, words := listed(t, rows.Most/10)
	many, _ := listed(t, rows.Most)
	q := Query{List: Bulk, Bulk: "b1"}
	n, first := measure(t, few, words, q)
	m, then := measure(t, many, words, q)
	if n != rows.Most/10 || m != rows.Most {
		t.Fatalf("%d and %d rows", n, m)
	}
	t.Logf("%d rows, at most %d KiB in use; %d rows, at most %d KiB", n, first.most>>10, m, then.most>>10)
	if then.most > mostLive || then.most-first.most > mostMore {
		t.Errorf("%d rows take %d KiB, and %d rows %d KiB", n, first.most>>10, m, then.most>>10)
	}
	bruno := provision.Actor{ID: "b2000000-0000-4000-8000-000000000002"}
	_, err := many.write(t.Context(), io.Discard, source{Query: q, tenant: tenant, by: bruno, words: words, zone: time.UTC})
	if provision.KindOf(err) != provision.NotFound || err == nil {
		t.Errorf("a person who did not send the list: %v", err)
	}
}
