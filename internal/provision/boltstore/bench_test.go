package boltstore

import (
	"context"
	"fmt"
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
