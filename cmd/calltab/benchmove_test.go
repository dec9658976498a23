package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/pgstore/pgtest"
	"calltab/internal/provision/record"
)

// BenchmarkMove moves 100,000 numbers and what 10,000 orders leave, to a database and back, and says how long each
// took. An order's rows are made up in number and size; its links of the trail are real.
func BenchmarkMove(b *testing.B) {
	pgtest.Durable(b)
	dir := b.TempDir()
	file, back, url := filepath.Join(dir, "calltab.db"), filepath.Join(dir, "back.db"), pgtest.URL(b)
	db, err := boltstore.Open(file, boltstore.Options{})
	if err != nil {
		b.Fatal(err)
	}
	key := bytes.Repeat([]byte("k"), 32)
	if err := storefile.PutKey(file, key); err != nil {
		b.Fatal(err)
	}
	s := stockOf(db, key)
	fillStock(b, s, stockTenant, 100_000)
	const orders, together = 10_000, 50
	for first := 0; first < orders; first += together {
		err := s.Store.Update(b.Context(), func(tx provision.Tx) error {
			for n := first; n < first+together; n++ {
				id := provision.OrderID(fmt.Sprintf("order%06d", n))
				for range 15 {
					event := provision.AuditEvent{Event: provision.OrderDone, Order: id, User: "dana", Note: "a note of usual length"}
					if err := s.Append(tx, stockTenant, event); err != nil {
						return err
					}
				}
				tx.Put(record.TableOrders, record.Key(stockTenant, string(id)), bytes.Repeat([]byte("o"), 1900))
				for i := range 16 {
					tx.Put("cards", record.Key(stockTenant, string(id), fmt.Sprint(i)), bytes.Repeat([]byte("c"), 350))
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		settings := environment(map[string]string{"CALLTAB_AUDIT_KEY": string(key)})
		for _, way := range [][]string{{file, url}, {url, back}} {
			var out bytes.Buffer
			began := time.Now()
			if err := run(b.Context(), []string{"move", "--from", way[0], "--to", way[1]}, settings, nil, &out, &out); err != nil {
				b.Fatal(err)
			}
			b.Logf("%s\n%s", time.Since(began).Round(time.Second/10), out.String())
		}
	}
}
