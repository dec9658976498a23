package boltstore

import (
	"runtime"
	"slices"
)

// maxGroup is how many Updates share one commit at most. It bounds what one failing function makes others repeat.
const maxGroup = 128

// mostKeys is how many keys one Update should write at most: it keeps other writers waiting for about a tenth of a
// second.
const mostKeys = 12000

// MostKeys is how many keys one Update should write at most, where many are to be written.
func (s *Store) MostKeys() int { return mostKeys }

// lead commits the updates that wait now, tells their callers, and hands the lead on. me is the caller's own update,
// one of them.
func (s *Store) lead(me *update) {
	// Who is about to write gets the processor first, and shares this commit. It costs nothing where nobody is.
	runtime.Gosched()
	s.mu.Lock()
	n := min(len(s.waiting), maxGroup)
	batch := append(s.batch[:0], s.waiting[:n]...)
	s.batch = batch
	s.waiting = slices.Delete(s.waiting, 0, n) // lets go of them: what they write may be large
	s.mu.Unlock()

	decided := false
	defer func() {
		if !decided { // a function, or bbolt itself, is ending this goroutine: those who are left go on without it
			s.abandon(me)
		}
		for _, u := range s.batch {
			if u.wake != nil && u != me {
				u.wake <- settled
			}
		}
		clear(batch)
		s.handOver()
	}()
	for !s.attempt(batch) {
	}
	decided = true
}

// handOver makes the first waiting update the leader.
func (s *Store) handOver() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.leading = len(s.waiting) > 0; s.leading {
		s.waiting[0].heir = true
		s.waiting[0].wake <- lead
	}
}

// abandon puts the updates of the batch that have no outcome yet back to the head of the queue.
func (s *Store) abandon(me *update) {
	var open, rest []*update
	for _, u := range s.batch {
		if u.out || u == me {
			rest = append(rest, u)
		} else {
			open = append(open, u)
		}
	}
	s.mu.Lock()
	s.waiting = append(open, s.waiting...)
	s.mu.Unlock()
	s.batch = rest
}

// attempt runs one database transaction. It reports false when a function that had written failed: then nothing is
// written, and the others must be run again without it.
func (s *Store) attempt(batch []*update) (decided bool) {
	btx, err := s.begin(true)
	if err != nil {
		fail(batch, err)
		return true
	}
	defer btx.Rollback() // after a commit it does nothing
	g := &s.group
	g.reset(btx)
	defer g.reset(nil)
	for _, u := range batch {
		if u.out {
			continue
		}
		if u.err = u.ctx.Err(); u.err != nil {
			u.out = true
			continue
		}
		if wrote := u.run(g); wrote && u.out {
			return false
		}
	}
	if !g.written {
		return true
	}
	if err := s.finish(btx); err != nil {
		fail(batch, err)
	}
	return true
}

// fail gives the common error to every update that has not failed by itself.
func fail(batch []*update, err error) {
	for _, u := range batch {
		if !u.out {
			u.err, u.out = err, true
		}
	}
}
