package pgstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"calltab/internal/provision/pgstore/prepare"
	"calltab/internal/provision/pgstore/reach"
	"calltab/internal/provision/pgstore/values"
)

// A server has the identity of its cluster, which its standbys share, and a timeline, which rises with each promotion.
// So one that takes writes on an earlier timeline than another one of the same identity is an old primary that has come
// back, or was never told of its end: what is written there is lost, and what is read there is not so any more. A URL
// that names both may lead to either.

// line is where a connection leads. The zero value is not known.
type line struct {
	system   int64 // the cluster's identity
	timeline int64 // 0: it is a standby
}

func (l line) known() bool { return l.timeline != 0 }

// before reports whether it is the line of an old primary, held against another one.
func (l line) before(other line) bool {
	return l.known() && l.system == other.system && l.timeline < other.timeline
}

const (
	readTimeline = "case when pg_is_in_recovery() then 0 else " +
		"('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint end"
	readLine = "select system_identifier, " + readTimeline +
		", (extract(epoch from pg_postmaster_start_time()) * 1000000)::bigint from pg_control_system()"
)

// ErrOldPrimary is of a server in whose place another one was promoted.
var ErrOldPrimary = errors.New("it is an old primary, in whose place another server was promoted: stop it, and make " +
	"it a standby of that one. If it is the right one, stop the other one and each replica, run calltab restore " +
	"without a file, and start the replicas again")

func oldPrimary(is, newest line) error {
	return fmt.Errorf("%w (it is at timeline %d, and the promoted one at %d)", ErrOldPrimary, is.timeline,
		newest.timeline)
}

// lineage is the newest line that a handle has met, and what it remembers of it: of what was committed on another one,
// nothing need be so.
type lineage struct {
	mu     sync.Mutex
	newest line
	since  int64          // when its server was started, by its own clock; 0: not known
	met    map[int64]line // the newest of each cluster
	memory *memory
	turned chan struct{} // closed when a newer one is met

	surveying sync.Mutex
	onlyName  bool   // one name stands for all servers
	leave     func() // called when a newer line is met: gives up connections that nobody uses
}

func newLineage() *lineage {
	return &lineage{met: map[int64]line{}, memory: &memory{}, turned: make(chan struct{}), leave: func() {}}
}

// meet refuses a line that ended before the newest, and takes over a newer one. A database that was made anew, as by an
// upgrade of PostgreSQL, counts its timelines from the beginning. since is when the server was started; 0 where that is
// not known.
func (l *lineage) meet(at line, since int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case !at.known():
		return nil
	case at.before(l.met[at.system]):
		return oldPrimary(at, l.met[at.system])
	case at != l.newest:
		first := !l.newest.known()
		l.newest, l.since = at, since
		l.met[at.system] = at
		l.memory = &memory{}
		close(l.turned)
		l.turned = make(chan struct{})
		if !first {
			l.leave()
		}
	case since != 0:
		l.since = since
	}
	return nil
}

// of is what is remembered for a connection, or why it is of no use any more.
func (l *lineage) of(at line) (*memory, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case at.before(l.met[at.system]):
		return nil, oldPrimary(at, l.met[at.system])
	case at != l.newest:
		return &memory{}, nil // what is remembered is of another line
	}
	return l.memory, nil
}

// during is a context that ends, too, when a newer line is met than a connection's: an answer to what is asked there
// may never come, where it waits for the standby that was promoted.
func (l *lineage) during(ctx context.Context, on *pgx.Conn) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	l.mu.Lock()
	turned, newest := l.turned, l.newest
	l.mu.Unlock()
	if _, old := l.of(lineOf(on)); old != nil {
		cancel() // it was met just now
	}
	if lineOf(on) == newest {
		go func() {
			select {
			case <-turned:
				cancel()
			case <-ctx.Done():
			}
		}()
	}
	return ctx, cancel
}

// customLine is where a connection keeps its line.
const customLine = "calltab line"

// lineOf is where a connection led when it was asked last. Its server may have been promoted since; behind a pooler
// each transaction may lead to another one.
func lineOf(conn *pgx.Conn) line {
	at, _ := conn.PgConn().CustomData()[customLine].(line)
	return at
}

// timelineOn is what a transaction on a connection reads for its timeline, which led takes. A server that does not let
// its users ask is not asked.
func timelineOn(conn *pgx.Conn) string {
	if lineOf(conn) == (line{}) {
		return "0::bigint"
	}
	return readTimeline
}

// strayError is a transaction that was led to an old primary. The next one need not be.
type strayError struct{ error }

func (e strayError) Unwrap() error { return e.error }

func strayed(err error) bool { return errors.As(err, new(strayError)) }

// led notes where a transaction has led, and refuses an old primary. The connection is then to be closed before the
// transaction ends: a pooler ends its own connection with it, and so the next one may lead to another server.
func (l *lineage) led(conn *pgx.Conn, timeline []byte) error {
	at := lineOf(conn)
	if at == (line{}) {
		return nil
	}
	at.timeline = values.Number(timeline)
	conn.PgConn().CustomData()[customLine] = at
	if err := l.meet(at, 0); err != nil {
		return strayError{err}
	}
	return nil
}

// elsewhere reports whether a connection that was refused, made again, may lead to another server: behind a pooler that
// has kept connections over a promotion.
func (l *lineage) elsewhere(err error) bool { return l.onlyName && errors.Is(err, ErrOldPrimary) }

// guard has each connection of a configuration be held against the lineage. One that is refused is as a server that
// does not answer: the next one of the URL is tried.
func (l *lineage) guard(cfg *pgx.ConnConfig) {
	l.onlyName = len(reach.Apart(cfg)) == 1
	wanted := cfg.ValidateConnect
	cfg.ValidateConnect = func(ctx context.Context, conn *pgconn.PgConn) error {
		if wanted != nil {
			if err := wanted(ctx, conn); err != nil {
				return err
			}
		}
		at, since, err := askLine(ctx, conn)
		if err != nil {
			return err
		}
		conn.CustomData()[customLine] = at
		l.compare(ctx, cfg, at, since)
		err = l.meet(at, since)
		if err != nil { // the connection is closed in a transaction, as led has it
			_, begun := conn.Exec(ctx, "begin").ReadAll()
			return errors.Join(err, begun)
		}
		return prepare.Begin(ctx, conn)
	}
}

// compare looks at all servers where the newest one was started since it was met: another one may have been promoted
// while it was away.
func (l *lineage) compare(ctx context.Context, cfg *pgx.ConnConfig, at line, since int64) {
	if !l.restarted(at, since) {
		return
	}
	l.surveying.Lock()
	defer l.surveying.Unlock()
	if l.restarted(at, since) { // nobody who came before has looked
		_, _ = l.survey(ctx, cfg) // what is wrong with another one is told by Watch
	}
}

func (l *lineage) restarted(at line, since int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return at.known() && at == l.newest && since != l.since
}

// unasked are the codes of a server that does not let its users ask for its line, or knows no such question.
var unasked = []string{"42501", "42883", "0A000"}

// askLine asks a server for its line, and when it was started. One that does not let its users ask is not known.
func askLine(ctx context.Context, conn *pgconn.PgConn) (at line, since int64, err error) {
	results, err := conn.Exec(ctx, readLine).ReadAll()
	if slices.Contains(unasked, code(err)) {
		return line{}, 0, nil
	}
	if err != nil {
		return line{}, 0, err
	}
	var numbers [3]int64
	for i, text := range results[0].Rows[0] {
		if numbers[i], err = strconv.ParseInt(string(text), 10, 64); err != nil {
			return line{}, 0, err
		}
	}
	return line{numbers[0], numbers[1]}, numbers[2], nil
}
