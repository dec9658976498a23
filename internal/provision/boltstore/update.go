package boltstore

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
)

// update is one caller of Update.
type update struct {
	ctx   context.Context
	f     func(Tx) error
	wake  chan signal
	err   error
	panic *Panic
	out   bool // failed: runs no more
	heir  bool // has been told to lead; guarded by Store.mu
}

// signal is what a waiting caller is told.
type signal int

const (
	settled signal = iota // err and panic are set
	lead                  // nothing has happened to you yet: lead the next group
)

// Panic is what Update panics with, on its caller's goroutine, when f panicked, wherever f ran.
type Panic struct {
	Value any
	Stack []byte // where f was
}

func (p *Panic) Error() string {
	return fmt.Sprintf("%v\n\nin a store transaction:\n%s", p.Value, p.Stack)
}

// Unwrap returns the value that f panicked with when that is an error.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// errExit is what becomes of a function that ended its goroutine (runtime.Goexit, as t.FailNow does).
var errExit = errors.New("store: transaction function ended its goroutine")

// Update runs f and commits what it wrote. A ctx that ends before the commit begins makes it return ctx's error with
// nothing written.
func (s *Store) Update(ctx context.Context, f func(Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	u := &update{ctx: ctx, f: f}
	if s.enqueue(u) || s.wait(u) == lead {
		s.lead(u)
	}
	if u.panic != nil {
		panic(u.panic)
	}
	return u.err
}

// enqueue puts u into the queue and reports whether no update leads, so that u does.
func (s *Store) enqueue(u *update) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = append(s.waiting, u)
	if !s.leading {
		s.leading = true
		return true
	}
	u.wake = make(chan signal, 1)
	return false
}

// wait returns when u is settled or is to lead. A caller whose context ends while it still waits leaves the queue.
func (s *Store) wait(u *update) signal {
	select {
	case sig := <-u.wake:
		return sig
	case <-u.ctx.Done():
	}
	s.mu.Lock()
	for i, w := range s.waiting {
		if w == u && !u.heir {
			s.waiting = slices.Delete(s.waiting, i, i+1)
			s.mu.Unlock()
			u.err = u.ctx.Err()
			return settled
		}
	}
	s.mu.Unlock()
	return <-u.wake // a leader has it, or it is the leader
}

// run runs the function once. Afterwards out says whether it failed, with err or panic set.
func (u *update) run(g *group) (wrote bool) {
	t := tx{group: g, writable: true}
	returned := false
	defer func() {
		wrote = t.wrote
		t.close()
		if p := recover(); p != nil {
			u.panic, u.out = &Panic{p, debug.Stack()}, true
		} else if !returned {
			u.err, u.out = errExit, true
		}
	}()
	err := u.f(&t)
	returned = true
	if t.err != nil {
		err = t.err
	}
	if err == nil {
		err = u.ctx.Err()
	}
	u.err, u.out = err, err != nil
	return t.wrote
}
