package pgstore

import (
	"context"
	"errors"
	"slices"

	"calltab/internal/provision/pgstore/line"
	"calltab/internal/provision/pgstore/say"
)

// update is one caller of Update.
type update struct {
	ctx     context.Context
	f       func(Tx) error
	at      line.Line // where it has run
	since   int64     // when that server was started
	n       int64     // of the last commit that the run has seen
	seen    *trace    // what the run has read
	written *writes   // what it has written
	unsure  bool      // it ran on what was not committed then: it is to run again
	probe   bool      // it commits although it has written nothing

	wake chan source   // what to run on again; nil: err is set
	ran  chan struct{} // it has run again
	out  bool          // failed by itself: err is set, or its goroutine has ended
	err  error
}

var errReading = errors.New("store: it is open for reading only")

// Update runs f on a snapshot and has what it wrote committed, unless something that it read has changed by then: then
// it runs again on what is there. A ctx that ends before the commit begins makes it return ctx's error with nothing
// written. f always runs on its caller's goroutine.
func (s *Store) Update(ctx context.Context, f func(Tx) error) error {
	u := &update{ctx: ctx, f: f}
	err := s.tryOut(u)
	if err == nil && len(u.written.tables) > 0 {
		err = s.join(u)
	}
	return say.Waited(ctx, err)
}

// tryOut runs the function for the first time. That its connection is cut meanwhile is no reason to fail: it runs again
// on another one, once.
func (s *Store) tryOut(u *update) error {
	if s.o.Reading {
		return errReading
	}
	err, failed := u.tryOnce(s)
	if cut(failed) {
		err, failed = u.tryOnce(s)
	}
	if failed != nil {
		return s.failed(u.ctx, failed)
	}
	return err
}

// tryOnce runs the function on a snapshot. failed is what the store has met by then.
func (u *update) tryOnce(s *Store) (err, failed error) {
	snap, err := s.snapshot(u.ctx)
	if err != nil {
		return err, nil
	}
	defer snap.end()
	u.at, u.since = line.Of(snap.conn), line.Since(snap.conn)
	u.n = snap.n
	u.seen, u.written = newTrace(), newWrites()
	return u.run(tracing{snap.recalling, u.seen})
}

// run runs the function once. failed is what the store has met.
func (u *update) run(on source) (err, failed error) {
	t := begin(on, u.written)
	defer func() { t.closed = true }()
	err = u.f(t)
	if t.err != nil {
		return nil, t.err
	}
	if err == nil {
		err = u.ctx.Err()
	}
	return err, nil
}

// join waits for a commit that has u in it.
func (s *Store) join(u *update) error {
	u.wake, u.ran = make(chan source, 1), make(chan struct{}, 1)
	if err := s.enqueue(u); err != nil {
		return err
	}
	cancelled := u.ctx.Done()
	for {
		select {
		case on := <-u.wake:
			if on == nil {
				return u.err
			}
			s.again(u, on)
		case <-cancelled:
			if s.leave(u) {
				return u.ctx.Err()
			}
			cancelled = nil // it is being committed
		}
		if u.out {
			return u.err
		}
	}
}

// again runs the function on what the leader has locked, while the leader waits. One that panics or ends its goroutine
// takes nobody with it.
func (s *Store) again(u *update, on source) {
	u.out = true
	u.err = errors.New("store: transaction function ended its goroutine")
	defer func() { u.ran <- struct{}{} }()
	u.written = newWrites()
	err, failed := u.run(on)
	if failed != nil && !errors.As(failed, new(*askError)) {
		err = failed // the function's own mistake, or a damaged record
		failed = nil
	}
	u.err, u.out = err, err != nil // where the database has failed, the leader finds its connection in trouble
}

func (s *Store) enqueue(u *update) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed
	}
	s.waiting = append(s.waiting, u)
	if !s.leading {
		s.leading = true
		go s.lead()
	}
	return nil
}

// leave takes an update out of the queue, and reports false where it is being committed.
func (s *Store) leave(u *update) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.Index(s.waiting, u)
	if at < 0 {
		return false
	}
	s.waiting = slices.Delete(s.waiting, at, at+1)
	return true
}
