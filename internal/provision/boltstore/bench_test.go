package boltstore

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// BenchmarkUpdate measures durable commits as a turn of the bot makes them (two reads, one write), beside bbolt's own
// two ways of doing it. One op is one commit that has reached the disk.
func BenchmarkUpdate(b *testing.B) {
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprintf("writers=%d/store", writers), func(b *testing.B) {
			s := openIn(b, b.TempDir())
			defer s.Close()
			spread(b, writers, func(key string, value []byte) error {
				return s.Update(b.Context(), func(tx Tx) error {
					tx.Get("conversations", key)
					tx.Get("users", key)
					tx.Put("conversations", key, value)
					return nil
				})
			})
		})
		for name, commit := range map[string]func(*bolt.DB, func(*bolt.Tx) error) error{
			"db.Update": (*bolt.DB).Update,
			"db.Batch":  (*bolt.DB).Batch,
		} {
			b.Run(fmt.Sprintf("writers=%d/%s", writers, name), func(b *testing.B) {
				db, err := bolt.Open(filepath.Join(b.TempDir(), "plain.db"), 0o600, nil)
				if err != nil {
					b.Fatal(err)
				}
				defer db.Close()
				spread(b, writers, func(key string, value []byte) error {
					return commit(db, func(tx *bolt.Tx) error {
						conversations, _ := tx.CreateBucketIfNotExists([]byte("conversations"))
						users, err := tx.CreateBucketIfNotExists([]byte("users"))
						if err != nil {
							return err
						}
						conversations.Get([]byte(key))
						users.Get([]byte(key))
						return conversations.Put([]byte(key), value)
					})
				})
			})
		}
	}
}

// spread has writers commit b.N values to a thousand keys.
func spread(b *testing.B, writers int, commit func(key string, value []byte) error) {
	value := make([]byte, 600)
	var next atomic.Int64
	done := make(chan error, writers)
	b.ReportAllocs()
	b.ResetTimer()
	for range writers {
		go func() {
			for {
				n := next.Add(1)
				if n > int64(b.N) {
					done <- nil
					return
				}
				if err := commit("19:conversation-"+strconv.Itoa(int(n%1000))+"@thread.v2", value); err != nil {
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

func BenchmarkView(b *testing.B) {
	s := openIn(b, b.TempDir())
	defer s.Close()
	err := s.Update(b.Context(), func(tx Tx) error { tx.Put("t", "k", make([]byte, 600)); return nil })
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		err := s.View(ctx, func(tx Tx) error { tx.Get("t", "k"); return nil })
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFreePages commits one small record into a store with so many free pages, as many numbers leave them that were
// applied; with their list written by each commit, as bbolt does unless told, and when the store is closed.
func BenchmarkFreePages(b *testing.B) {
	for _, pages := range []int{1_000, 50_000} {
		s := openIn(b, b.TempDir())
		large := bytes.Repeat([]byte{'v'}, os.Getpagesize())
		for _, value := range [][]byte{large, nil} {
			err := s.Update(b.Context(), func(tx Tx) error {
				for i := range pages / 2 { // a value as long as a page takes two
					tx.Put("table", fmt.Sprintf("key%06d", i), value)
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		for _, each := range []bool{true, false} {
			when := map[bool]string{true: "each commit", false: "closing"}[each]
			b.Run(fmt.Sprintf("%d pages, listed with %s", pages, when), func(b *testing.B) {
				s.db.NoFreelistSync = !each
				for b.Loop() {
					err := s.Update(b.Context(), func(tx Tx) error {
						tx.Put("small", "key", []byte("value"))
						return nil
					})
					if err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(s.db.Stats().FreePageN), "pages")
			})
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
