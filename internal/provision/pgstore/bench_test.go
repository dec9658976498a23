package pgstore

import (
	"fmt"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/pgstore/pgtest"
)

// BenchmarkTurn measures durable commits as a turn of the bot makes them, 15 reads and 6 writes, of which one is to a
// key that all write, in PostgreSQL and beside it in a file.
func BenchmarkTurn(b *testing.B) {
	pgtest.URL(b) // skips here
	pgtest.Durable(b)
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprintf("writers=%d/postgres", writers), func(b *testing.B) {
			s, err := Open(b.Context(), pgtest.URL(b), Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			takeTurns(b, s, writers)
		})
		b.Run(fmt.Sprintf("writers=%d/file", writers), func(b *testing.B) {
			s, err := boltstore.Open(filepath.Join(b.TempDir(), "calltab.db"), boltstore.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			takeTurns(b, s, writers)
		})
	}
}

func takeTurns(b *testing.B, s provision.Store, writers int) {
	value := make([]byte, 600)
	var next atomic.Int64
	done := make(chan error, writers)
	b.ResetTimer()
	for range writers {
		go func() {
			for {
				n := next.Add(1)
				if n > int64(b.N) {
					done <- nil
					return
				}
				own := strconv.FormatInt(n%1000, 10) + "/"
				err := s.Update(b.Context(), func(tx provision.Tx) error {
					tx.Get("head", "all")
					for i := range 14 {
						tx.Get("records", own+strconv.Itoa(i))
					}
					for i := range 5 {
						tx.Put("records", own+strconv.Itoa(i), value)
					}
					tx.Put("head", "all", value[:64])
					return nil
				})
				if err != nil {
					done <- err
					return
				}
			}
		}()
	}
	for range writers {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
}
