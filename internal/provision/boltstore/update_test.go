package boltstore

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// held starts an Update that leads and stays in its function until release is called, so that others have to wait.
func held(t *testing.T, s *Store) (release func()) {
	t.Helper()
	in, out, done := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		done <- s.Update(context.Background(), func(tx Tx) error {
			close(in)
			<-out
			tx.Put("t", "leader", nil)
			return nil
		})
	}()
	<-in
	return func() {
		close(out)
		if err := <-done; err != nil {
			t.Errorf("the leader: %v", err)
		}
	}
}

// queue starts an Update and returns when it waits in line.
func queue(s *Store, f func() error) <-chan error {
	s.mu.Lock()
	before := len(s.waiting)
	s.mu.Unlock()
	done := make(chan error, 1)
	go func() { done <- f() }()
	for {
		s.mu.Lock()
		n := len(s.waiting)
		s.mu.Unlock()
		if n > before {
			return done
		}
		runtime.Gosched()
	}
}

func commits(s *Store) int64 {
	stats := s.db.Stats()
	return stats.TxStats.GetWrite()
}

// Those who are about to write when one begins to lead share its commit. Now and then the machine interrupts one of
// them; without the leader's patience each Update has a commit of its own here.
func TestWritersShareOneCommit(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // they take turns at one processor, and no test runs beside this one
	s := openIn(t, t.TempDir())
	defer s.Close()
	const rounds = 20
	ids := map[int]bool{}
	for range rounds {
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				err := s.Update(t.Context(), func(x Tx) error {
					ids[x.(*tx).btx.ID()] = true
					x.Put("t", fmt.Sprint(i), nil)
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	if len(ids) > rounds*3/2 {
		t.Errorf("%d times 8 Updates at once made %d commits", rounds, len(ids))
	}
}

func TestWaitersShareOneCommit(t *testing.T) {
	t.Parallel()
	s := openIn(t, t.TempDir())
	defer s.Close()
	release := held(t, s)
	var waiters []<-chan error
	ids := map[int]int{}
	for i := range 50 {
		waiters = append(waiters, queue(s, func() error {
			return s.Update(t.Context(), func(x Tx) error {
				ids[x.(*tx).btx.ID()]++ // functions of one transaction run one after the other
				x.Put("t", fmt.Sprint(i), nil)
				return nil
			})
		}))
	}
	release()
	for _, w := range waiters {
		if err := <-w; err != nil {
			t.Error(err)
		}
	}
	if len(ids) != 1 {
		t.Errorf("50 waiting Updates made %d commits", len(ids))
	}
}

func TestReadingUpdatesCostNoCommit(t *testing.T) {
	t.Parallel()
	s := openIn(t, t.TempDir())
	defer s.Close()
	boom := errors.New("boom")
	before := commits(s)
	for _, f := range []func(Tx) error{
		func(x Tx) error { x.Get("t", "k"); return nil },
		func(x Tx) error { return boom },
		func(x Tx) error { x.Put("t", "k", nil); return boom },
	} {
		if err := s.Update(t.Context(), f); err != nil && err != boom {
			t.Error(err)
		}
	}
	if after := commits(s); after != before {
		t.Errorf("%d writes to the file for nothing", after-before)
	}
	if err := s.Update(t.Context(), func(x Tx) error { x.Put("t", "k", nil); return nil }); err != nil {
		t.Error(err)
	}
	if commits(s) == before {
		t.Error("a commit wrote nothing: the counter does not count")
	}
}

func TestCancelledWhileWaiting(t *testing.T) {
	t.Parallel()
	s := openIn(t, t.TempDir())
	defer s.Close()
	release := held(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	first := queue(s, func() error {
		return s.Update(ctx, func(x Tx) error { t.Error("a cancelled Update ran"); return nil })
	})
	second := queue(s, func() error {
		return s.Update(t.Context(), func(x Tx) error { x.Put("t", "second", nil); return nil })
	})
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) { // returns although the leader is still busy
		t.Errorf("cancelled: %v", err)
	}
	release()
	if err := <-second; err != nil {
		t.Error(err)
	}
}

// The heir to the lead may be cancelled just then: it stays the heir, or the lead would be lost and
// everybody wait for ever.
func TestCancelledHeir(t *testing.T) {
	t.Parallel()
	s := openIn(t, t.TempDir())
	defer s.Close()
	for range 50 { // either of its two signals may be seen first
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		u := &update{ctx: ctx, f: func(Tx) error { t.Error("a cancelled Update ran"); return nil }}
		s.leading = true
		s.enqueue(u)
		s.handOver()
		if s.wait(u) != lead {
			t.Fatal("the heir left with the lead")
		}
		s.lead(u)
		if !errors.Is(u.err, context.Canceled) || s.leading {
			t.Fatalf("the heir: %v; still leading: %v", u.err, s.leading)
		}
	}
}

func TestPanicContinuesAtTheCaller(t *testing.T) {
	t.Parallel()
	s := openIn(t, t.TempDir())
	defer s.Close()
	boom := errors.New("boom")
	release := held(t, s)
	var waiters []<-chan error
	for i := range 10 {
		waiters = append(waiters, queue(s, func() (err error) {
			defer func() {
				if p, ok := recover().(*Panic); ok {
					err = p
				}
			}()
			return s.Update(t.Context(), func(x Tx) error {
				x.Put("t", fmt.Sprint(i), nil)
				if i%2 == 1 {
					panic(boom)
				}
				return nil
			})
		}))
	}
	release()
	for i, w := range waiters {
		err := <-w
		if i%2 == 0 && err != nil {
			t.Errorf("neighbour %d of a panic: %v", i, err)
		}
		if i%2 == 1 && (!errors.Is(err, boom) || !strings.Contains(err.Error(), "TestPanicContinuesAtTheCaller")) {
			t.Errorf("panic %d came back as %v, want boom and where it was", i, err)
		}
	}
}

// A function that ends its goroutine, as t.FailNow does, takes the leader that runs it with it. Its own caller gets an
// error and the others are committed.
func TestFunctionThatEndsItsGoroutine(t *testing.T) {
	t.Parallel()
	s := openIn(t, t.TempDir())
	defer s.Close()
	unblock := held(t, s)
	leader := queue(s, func() (err error) {
		err = errors.New("ended") // what stays when the goroutine ends
		finished := make(chan struct{})
		go func() {
			defer close(finished)
			err = s.Update(t.Context(), func(x Tx) error { x.Put("t", "c", nil); return nil })
		}()
		<-finished
		return err
	})
	guilty := queue(s, func() error {
		return s.Update(t.Context(), func(x Tx) error { x.Put("t", "guilty", nil); runtime.Goexit(); return nil })
	})
	last := queue(s, func() error {
		return s.Update(t.Context(), func(x Tx) error { x.Put("t", "d", nil); return nil })
	})
	unblock()
	if err := <-leader; err == nil || err.Error() != "ended" {
		t.Errorf("the leader: %v", err)
	}
	if err := <-guilty; err != errExit {
		t.Errorf("the guilty one: %v", err)
	}
	if err := <-last; err != nil {
		t.Errorf("its neighbour: %v", err)
	}
}

func TestMistakesPanic(t *testing.T) {
	t.Parallel()
	s := openIn(t, t.TempDir())
	defer s.Close()
	var kept Tx
	if err := s.Update(t.Context(), func(x Tx) error { kept = x; x.Put("t", "k", nil); return nil }); err != nil {
		t.Fatal(err)
	}
	panics := func(name string, f func()) {
		defer func() {
			if recover() == nil {
				t.Errorf("%s: no panic", name)
			}
		}()
		f()
	}
	panics("use after the end", func() { kept.Get("t", "k") })
	panics("write during a scan", func() {
		s.Update(t.Context(), func(x Tx) error {
			for range x.Scan("t", "", "") {
				x.Delete("t", "k")
			}
			return nil
		})
	})
	for _, table := range []string{"", "_calltab"} {
		err := s.Update(t.Context(), func(x Tx) error { x.Put(table, "k", nil); return nil })
		if !errors.Is(err, errTableName) {
			t.Errorf("table %q: %v", table, err)
		}
	}
}
