package boltstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	bolt "go.etcd.io/bbolt"

	"calltab/internal/provision"
)

// health is what the last commit showed of the disk.
//
// A write that fails leaves the file as it was: bbolt writes pages that nothing refers to, and only then the page that
// refers to them. The next commit may succeed, as when there is room again. After a failed fsync nobody knows what is
// on the disk: the kernel may drop what it could not write and report the next fsync as good, while this process and
// its map of the file see the change as made. The store is then broken: it does nothing more, and the process should
// end. The next one finds the last state that reached the disk.
type health struct {
	mu      sync.Mutex
	trouble error
	ended   bool
	failed  chan struct{} // has a value when commits have begun to fail
	broken  chan struct{} // closed when the store is broken
}

func newHealth() health {
	return health{failed: make(chan struct{}, 1), broken: make(chan struct{})}
}

// Trouble is why the last commit failed; nil when it worked, and before the first. A broken store stays in trouble.
func (s *Store) Trouble() error {
	s.health.mu.Lock()
	defer s.health.mu.Unlock()
	return s.health.trouble
}

// Failed has a value when commits have begun to fail. It is for one reader.
func (s *Store) Failed() <-chan struct{} { return s.health.failed }

// Broken is closed when the disk did not confirm a commit. From then on every transaction returns an error.
func (s *Store) Broken() <-chan struct{} { return s.health.broken }

// probeSize makes a probe need more than the odd free page, which a full file system may still have in the file.
const probeSize = 64 << 10

var probeKey = []byte("probe")

// Probe tries a commit that means nothing, and returns why it failed. Nothing runs it by itself.
func (s *Store) Probe(ctx context.Context) error {
	return s.Update(ctx, func(t Tx) error {
		g := t.(*tx)
		g.wrote, g.written = true, true
		meta, err := g.btx.CreateBucketIfNotExists(metaBucket)
		if err != nil {
			return err
		}
		return meta.Put(probeKey, make([]byte, probeSize))
	})
}

// begin starts a database transaction, unless the store is broken.
func (s *Store) begin(writable bool) (*bolt.Tx, error) {
	s.health.mu.Lock()
	trouble, ended := s.health.trouble, s.health.ended
	s.health.mu.Unlock()
	if ended {
		return nil, trouble
	}
	btx, err := s.db.Begin(writable)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	return btx, nil
}

// finish commits, and notes what that shows of the disk.
func (s *Store) finish(btx *bolt.Tx) error {
	id := btx.ID()
	err := s.commit(btx)
	if err == nil {
		s.health.set(nil, false)
		return nil
	}
	trouble := &provision.Error{Op: "commit to the store", Kind: provision.Unavailable,
		Say: provision.Say("store-not-writable"), Err: err}
	ended := !s.unchanged(err, id)
	if ended {
		trouble.Err = fmt.Errorf("the disk did not confirm a commit to %s, so nothing more is written; what it did "+
			"confirm "+
			"is there when calltab is started again: %w", s.db.Path(), err)
	}
	s.health.set(trouble, ended)
	return trouble
}

// unchanged reports whether a failed commit is known to have left the file as it was: a write or the growing of the
// file was refused, and the newest state is still the one before.
func (s *Store) unchanged(err error, id int) bool {
	var refused *fs.PathError
	wrote := errors.As(err, &refused) && refused.Op == "write"
	grew := strings.HasPrefix(err.Error(), "file resize error") // bbolt keeps only the text
	if !wrote && !grew {
		return false
	}
	btx, err := s.db.Begin(false)
	if err != nil {
		return false
	}
	defer btx.Rollback() // a read transaction has nothing to lose
	return btx.ID() < id
}

// set notes the outcome of a commit. A broken store stays so.
func (h *health) set(trouble error, ended bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ended {
		return
	}
	begun := h.trouble == nil && trouble != nil
	h.trouble, h.ended = trouble, ended
	if ended {
		close(h.broken)
	}
	if begun {
		select {
		case h.failed <- struct{}{}:
		default: // not read yet
		}
	}
}
