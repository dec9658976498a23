package storetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
)

func testCancelled(t *testing.T, open opener) {
	s := open.fresh(t)
	put(t, s, "a", "1")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ran := false
	f := func(tx Tx) error { ran = true; return nil }
	if err := s.Update(ctx, f); !errors.Is(err, context.Canceled) || ran {
		t.Errorf("Update with a cancelled context returned %v, ran: %v", err, ran)
	}
	if err := s.View(ctx, f); !errors.Is(err, context.Canceled) || ran {
		t.Errorf("View with a cancelled context returned %v, ran: %v", err, ran)
	}
	ctx, cancel = context.WithCancel(t.Context())
	err := s.Update(ctx, func(tx Tx) error {
		tx.Put("t", "a", []byte("2"))
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Update cancelled before its commit returned %v", err)
	}
	want(t, s, "a", "1")
}

func testSnapshot(t *testing.T, open opener) {
	s := open.fresh(t)
	put(t, s, "a", "1", "b", "1")
	view(t, s, func(tx Tx) {
		first, _ := tx.Get("t", "a")
		put(t, s, "a", "2", "b", "2", "c", "2")
		second, _ := tx.Get("t", "b")
		_, third := tx.Get("t", "c")
		if string(first) != "1" || string(second) != "1" || third {
			t.Errorf("a View saw a later commit: %s, %s, %v", first, second, third)
		}
	})
	want(t, s, "b", "2")

	// Two keys that every Update writes alike are never seen to differ.
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 2 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				err := s.View(t.Context(), func(tx Tx) error {
					a, _ := tx.Get("t", "a")
					b, _ := tx.Get("t", "b")
					if string(a) != string(b) {
						t.Errorf("half a commit: %s and %s", a, b)
					}
					return nil
				})
				if err != nil {
					t.Errorf("View: %v", err)
					return
				}
			}
		})
	}
	for i := range 50 {
		put(t, s, "a", fmt.Sprint(i), "b", fmt.Sprint(i))
	}
	close(stop)
	wg.Wait()
}

// add adds one to the number at key.
func add(tx Tx, key string) {
	v, _ := tx.Get("t", key)
	n, _ := strconv.Atoi(string(v))
	tx.Put("t", key, []byte(strconv.Itoa(n+1)))
}

func testIncrements(t *testing.T, open opener) {
	s := open.fresh(t)
	const writers, each = 16, 25
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for range each {
				err := s.Update(t.Context(), func(tx Tx) error {
					add(tx, "shared")
					add(tx, "own "+strconv.Itoa(w))
					return nil
				})
				if err != nil {
					t.Errorf("Update: %v", err)
				}
			}
		})
	}
	wg.Wait()
	want(t, s, "shared", strconv.Itoa(writers*each))
	want(t, s, "own 3", strconv.Itoa(each))
}

// testNeighbours mixes Updates that succeed with ones that fail, panic or are cancelled after they have written:
// whatever a store shares between them, each is answered for itself alone.
func testNeighbours(t *testing.T, open opener) {
	s := open.fresh(t)
	mine := errors.New("mine")
	const writers, each = 12, 20
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				ctx, cancel := context.WithCancel(t.Context())
				err := updateCaught(ctx, s, func(tx Tx) error {
					add(tx, "count")
					switch (w + i) % 4 {
					case 1:
						add(tx, "bad")
						return mine
					case 2:
						add(tx, "bad")
						panic(mine)
					case 3:
						add(tx, "bad")
						cancel()
					}
					return nil
				})
				cancel()
				wanted := []error{nil, mine, errPanicked, context.Canceled}[(w+i)%4]
				if !errors.Is(err, wanted) {
					t.Errorf("Update %d returned %v, want %v", (w+i)%4, err, wanted)
				}
			}
		})
	}
	wg.Wait()
	want(t, s, "count", strconv.Itoa(writers*each/4))
	want(t, s, "bad", "-")
}

var errPanicked = errors.New("panicked")

func updateCaught(ctx context.Context, s Store, f func(Tx) error) (err error) {
	defer func() {
		if recover() != nil {
			err = errPanicked
		}
	}()
	return s.Update(ctx, f)
}

func testDurable(t *testing.T, open opener) {
	dir := t.TempDir()
	for i := range 5 {
		s := open(t, dir)
		want(t, s, "n", []string{"-", "1", "2", "3", "4"}[i])
		update(t, s, func(tx Tx) { add(tx, "n") })
		if err := s.Close(); err != nil {
			t.Fatalf("Close: %v", err)
		}
		if err := s.Update(t.Context(), func(Tx) error { return nil }); err == nil {
			t.Error("Update on a closed store returned nil")
		}
		if err := s.View(t.Context(), func(Tx) error { return nil }); err == nil {
			t.Error("View on a closed store returned nil")
		}
	}
}
