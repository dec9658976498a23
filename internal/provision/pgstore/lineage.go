package pgstore

import (
	"context"
	"errors"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"calltab/internal/provision/pgstore/line"
	"calltab/internal/provision/pgstore/prepare"
	"calltab/internal/provision/pgstore/reach"
	"calltab/internal/provision/pgstore/values"
)

// ErrOldPrimary is of a server in whose place another one was promoted.
var ErrOldPrimary = line.ErrOld

// lineage is the newest line that a handle has met, and what it remembers of it: of what was committed on another one,
// nothing need be so.
type lineage struct {
	mu     sync.Mutex
	newest line.Line
	since  int64               // when its server was started, by its own clock; 0: not known
	met    map[int64]line.Line // the newest of each cluster
	twins  map[int64]bool      // when servers were started that are no use beside its server; by the same clock
	memory *memory
	where  string          // the server of it, as a URL's servers are named; empty: not known
	turned context.Context // ends when a newer one is met
	turn   context.CancelFunc

	surveying sync.Mutex
	onlyName  bool   // one name stands for all servers
	leave     func() // called when a newer line is met: gives up connections that nobody uses
}

func newLineage() *lineage {
	l := &lineage{met: map[int64]line.Line{}, twins: map[int64]bool{}, memory: &memory{},
		leave: func() {}}
	l.turned, l.turn = context.WithCancel(context.Background())
	return l
}

// meet refuses a line that ended before the newest, and takes over a newer one. A database that was made anew, as by an
// upgrade of PostgreSQL, counts its timelines from the beginning. since is when the server was started, and where its
// name: 0 and empty where that is not known.
func (l *lineage) meet(at line.Line, since int64, where string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case !at.Known():
		return nil
	case at.Before(l.met[at.System]):
		return line.Old(at, l.met[at.System])
	case l.twins[since]:
		return line.ErrTwin
	case at != l.newest:
		first := !l.newest.Known()
		l.newest, l.since = at, since
		l.where = where
		l.met[at.System] = at
		l.memory = &memory{}
		l.turnAway()
		if !first {
			l.leave()
		}
		return nil
	}
	if since != 0 && since != l.since {
		l.since = since
		l.memory = &memory{} // it need not be the same server
	}
	if where != "" {
		l.where = where
	}
	return nil
}

// turnAway gives up what is asked of a server in whose place another one is used.
func (l *lineage) turnAway() {
	l.turn()
	l.turned, l.turn = context.WithCancel(context.Background())
}

// replaced is told of servers, the newest of which are in doubt: what is older than they is an old primary.
func (l *lineage) replaced(found []line.Server) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range found {
		if l.met[s.At.System].Before(s.At) {
			l.met[s.At.System] = s.At
			l.turnAway()
		}
	}
	l.leave()
}

// refuse has servers not be used, by when they were started: each takes writes beside the right one, or it is in doubt
// which is. They stay so until the program is started again.
func (l *lineage) refuse(twins []int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, since := range twins {
		l.twins[since] = true
	}
}

// on is what is remembered for a connection, or why it is of no use any more.
func (l *lineage) on(conn *pgx.Conn) (*memory, error) {
	l.mu.Lock()
	twin := l.twins[line.Since(conn)]
	l.mu.Unlock()
	if twin {
		return nil, line.ErrTwin
	}
	return l.of(line.Of(conn))
}

// of is on for a line.
func (l *lineage) of(at line.Line) (*memory, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case at.Before(l.met[at.System]):
		return nil, line.Old(at, l.met[at.System])
	case at != l.newest:
		return &memory{}, nil // what is remembered is of another line
	}
	return l.memory, nil
}

// errTurned is why nothing more is asked on a connection.
var errTurned = errors.New("another server was promoted in the place of the one that was asked")

// during is a context that ends, too, when a newer line is met than a connection's: an answer to what is asked there
// may never come, where it waits for the standby that was promoted, or the server has gone silent.
func (l *lineage) during(ctx context.Context, on *pgx.Conn) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	l.mu.Lock()
	turned, newest := l.turned, l.newest
	l.mu.Unlock()
	if _, old := l.on(on); old != nil {
		cancel(errTurned) // it was met just now
	}
	if line.Of(on) != newest {
		return ctx, func() { cancel(nil) }
	}
	stop := context.AfterFunc(turned, func() { cancel(errTurned) })
	return ctx, func() {
		stop()
		cancel(nil)
	}
}

// strayError is a transaction that was led to an old primary. The next one need not be.
type strayError struct{ error }

func (e strayError) Unwrap() error { return e.error }

func strayed(err error) bool { return errors.As(err, new(strayError)) }

// led notes where a transaction has led, and refuses an old primary. The connection is then to be closed before the
// transaction ends: a pooler ends its own connection with it, and so the next one may lead to another server.
func (l *lineage) led(conn *pgx.Conn, timeline []byte) error {
	at := line.Of(conn)
	if at == (line.Line{}) {
		return nil
	}
	at.Timeline = values.Number(timeline)
	line.Note(conn.PgConn(), at)
	err := l.meet(at, 0, "")
	if err == nil {
		_, err = l.on(conn)
	}
	if err != nil {
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
		at, since, err := line.Ask(ctx, conn)
		if err != nil {
			return err
		}
		line.Note(conn, at)
		line.NoteSince(conn, since)
		l.compare(ctx, cfg, at, since)
		err = l.meet(at, since, "")
		if err != nil { // the connection is closed in a transaction, as led has it
			_, begun := conn.Exec(ctx, "begin").ReadAll()
			return errors.Join(err, begun)
		}
		return prepare.Begin(ctx, conn)
	}
}

// compare looks at all servers where the newest one was started since it was met: another one may have been promoted
// while it was away.
func (l *lineage) compare(ctx context.Context, cfg *pgx.ConnConfig, at line.Line, since int64) {
	if !l.restarted(at, since) {
		return
	}
	l.surveying.Lock()
	defer l.surveying.Unlock()
	if l.restarted(at, since) { // nobody who came before has looked
		_, _ = l.survey(ctx, cfg) // what is wrong with another one is told by Watch
	}
}

func (l *lineage) restarted(at line.Line, since int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return at.Known() && at == l.newest && since != l.since
}

// lead has a new connection try the server of the newest line before the others, where that is known: one that has gone
// silent would take its time for each connection.
func (l *lineage) lead(cfg *pgx.ConnConfig) {
	l.mu.Lock()
	where := l.where
	l.mu.Unlock()
	reach.Prefer(cfg, where)
}
