package pgstore

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"calltab/internal/provision/pgstore/pgtest"
	"calltab/internal/provision/pgstore/reach"
)

// TestPooler: behind a pooler that gives each transaction another connection, and has fewer of them than there are
// readers and writers, nothing is lost and nobody sees another's snapshot.
func TestPooler(t *testing.T) {
	t.Parallel()
	direct := pgtest.URL(t)
	s := openAt(t, pgtest.Pooled(t, direct), Options{})
	const writers, rounds = 8, 10
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for range rounds {
				err := s.Update(t.Context(), func(tx Tx) error {
					v, _ := tx.Get("t", "sum")
					tx.Put("t", "sum", append(v, byte('a'+w)))
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	count := map[byte]int{}
	err := openAt(t, direct, Options{Reading: true}).View(t.Context(), func(tx Tx) error {
		v, _ := tx.Get("t", "sum")
		for _, b := range v {
			count[b]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for w := range writers {
		if got := count[byte('a'+w)]; got != rounds {
			t.Errorf("writer %s: %d of %d", fmt.Sprint(w), got, rounds)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestPoolerInStatementMode: there are no transactions behind it, and what is said names the mode that is needed.
func TestPoolerInStatementMode(t *testing.T) {
	t.Parallel()
	direct := pgtest.URL(t)
	openAt(t, direct, Options{}).Close() // there are tables
	_, err := Open(t.Context(), pgtest.PooledIn(t, direct, "statement"), Options{})
	if !errors.Is(err, reach.ErrStatementMode) || !strings.HasSuffix(err.Error(), ": "+reach.ErrStatementMode.Error()) {
		t.Errorf("Open: %v", err)
	}
}
