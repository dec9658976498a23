package pgstore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"calltab/internal/provision/pgstore/reach"
	"calltab/internal/provision/pgstore/say"
)

// health is what the last commit, and the last renewal of the lease, showed of the database.
//
// A database that does not answer is trouble that may pass: nothing was written, and the next commit may succeed. A
// lease that another process has is the end, and so is a database that has gone back to an earlier state: this process
// does nothing more, and should end.
type health struct {
	mu      sync.Mutex
	commit  error     // why the last commit or connection failed
	lease   error     // why the lease could not be renewed
	until   time.Time // when the lease ends, by this process's clock, which stands still for no pause; zero: no lease
	ended   error
	failed  chan struct{} // has a value when commits have begun to fail
	broken  chan struct{} // closed when the store has ended
	trouble bool          // as last told
}

func newHealth() health {
	return health{failed: make(chan struct{}, 1), broken: make(chan struct{})}
}

// Trouble is why nothing can be recorded at the moment: the last commit failed, or the lease is not renewed; nil when
// all is well. A store that has ended stays in trouble.
func (s *Store) Trouble() error {
	h := &s.health
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ended != nil {
		return h.ended
	}
	if !h.until.IsZero() && time.Now().After(h.until) {
		return say.Unwritable(errors.New("the lease on the database has ended before it could be renewed"))
	}
	if h.lease != nil {
		return h.lease
	}
	return h.commit
}

// Failed has a value when commits have begun to fail. It is for one reader.
func (s *Store) Failed() <-chan struct{} { return s.health.failed }

// Broken is closed when another process has taken the store over, or the database has gone back to an earlier state.
// From then on every transaction returns an error.
func (s *Store) Broken() <-chan struct{} { return s.health.broken }

// Probe tries a commit that means nothing, and returns why it failed. Nothing runs it by itself.
func (s *Store) Probe(ctx context.Context) error {
	return s.join(&update{ctx: ctx, written: newWrites(), seen: newTrace(), probe: true,
		f: func(Tx) error { return nil }})
}

// over is the error of a store that has ended; nil while it has not.
func (h *health) over() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.ended
}

// note tells what a part of the store has shown.
func (h *health) note(part *error, trouble error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	*part = trouble
	now := h.commit != nil || h.lease != nil || h.ended != nil
	if now && !h.trouble {
		select {
		case h.failed <- struct{}{}:
		default: // not read yet
		}
	}
	h.trouble = now
}

// end is for a store that belongs to another process, or is not the one that this process has known.
func (h *health) end(why error) {
	h.mu.Lock()
	if h.ended == nil {
		h.ended = why
		close(h.broken)
	}
	h.mu.Unlock()
	h.note(&h.lease, why)
}

// outgrown ends a store whose tables a newer program has raised under this one, which does not know what they mean any
// more.
func (h *health) outgrown(version int64) error {
	if version <= newestVersion {
		return nil
	}
	h.end(knownVersion(version))
	return h.over()
}

// renewed notes until when the store is this process's.
func (h *health) renewed(until time.Time) {
	h.mu.Lock()
	h.until = until
	h.mu.Unlock()
	h.note(&h.lease, nil)
}

// told is what becomes of an error of the database: the context's own where that has ended, and else trouble.
func (s *Store) told(ctx context.Context, what string, err error) error {
	if ended := ctx.Err(); ended != nil {
		return ended
	}
	trouble := say.Unwritable(fmt.Errorf("%s: %w", what, reach.Plain(err)))
	s.health.note(&s.health.commit, trouble)
	return trouble
}

// failed is told of a transaction that failed, after its end. A mistake of its function, or a damaged record, is no
// trouble of the database, nor is a connection that was cut where another one can be had: who was on it is told, and
// nobody else.
func (s *Store) failed(ctx context.Context, err error) error {
	if !errors.As(err, new(*askError)) {
		return err
	}
	if cut(err) {
		m, none := s.snapshot(ctx)
		if none != nil {
			return none
		}
		m.end()
		return say.Unwritable(fmt.Errorf("read the store: %w", reach.Plain(err)))
	}
	return s.told(ctx, "read the store", err)
}

// cut reports whether a connection has ended under a statement, and not by its silence.
func cut(err error) bool {
	var said *askError
	return errors.As(err, &said) && !said.certain && !pgconn.Timeout(err)
}
