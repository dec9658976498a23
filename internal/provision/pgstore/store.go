package pgstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"calltab/internal/provision"
	"calltab/internal/provision/pgstore/astray"
	"calltab/internal/provision/pgstore/clock"
	"calltab/internal/provision/pgstore/reach"
	"calltab/internal/provision/pgstore/room"
	"calltab/internal/provision/pgstore/say"
	"calltab/internal/provision/pgstore/values"
)

// Tx is what View and Update hand out.
type Tx = provision.Tx

var _ provision.Store = (*Store)(nil)

// Options are the store's settings; the zero value is good.
type Options struct {
	// Reading opens the store beside the program that has it: it takes no lease, makes no tables, and refuses Updates.
	Reading bool
	// Lease is how long the store belongs to a process that has stopped renewing; 0 means 15 seconds.
	Lease time.Duration
	// Marked opens a store also where it has a mark that it is out of use, for a move of its records.
	Marked bool
	// Shared is for several processes that write, each of which expects that of the others: they have the lease
	// together, and keep out one that wants it for itself.
	Shared bool
	// Joining is for a process that can do its work in both ways: it has the store for itself, or together with those
	// that have it together already.
	Joining bool
	// As stands before the name of this process, for who asks which one has the store.
	As string

	// unleased takes no lease, so that tests can have several handles that write.
	unleased bool
	// unchecked commits without a look at what was read, for the test that this is found.
	unchecked bool
	// settles is how long is asked what became of a commit that was not answered; 0 means settleTime.
	settles time.Duration
	// unguarded asks no server whether another one was promoted in its place, for the test that this is found.
	unguarded bool
}

const defaultLease = 15 * time.Second

// connections is how many a store has beside the leader's: as many functions run at once. A function that calls the
// store needs a second one.
const connections = 24

// beginTime is how long a server may take to begin a transaction that reads, or to end it.
const beginTime = 5 * time.Second

// Store is an open database.
type Store struct {
	pool    *pgxpool.Pool
	direct  *pgx.ConnConfig // of the leader's connection, and the lease's
	id      string          // this handle's, of which the database keeps the last commit
	holder  string          // as whom it has the lease; empty: it needs none
	who     string          // its name for people; empty: another one's stays
	o       Options
	health  health
	renews  renewal
	lineage *lineage
	clock   clock.Clock
	astray  astray.Count
	newest  atomic.Int64 // the number of the last commit that this handle has seen or made

	mu      sync.Mutex
	waiting []*update // in the order they came
	leading bool      // a goroutine commits
	closed  bool
	idle    *sync.Cond // leading has ended

	// Only the goroutine that commits touches these.
	conn    *pgx.Conn // nil: to be made
	commits int64     // that this handle has sent, with their number as token
	made    int64     // the last of them of which it is known that it was made
	recent  history
	others  bool // another handle has committed before the last lock
	room    room.Room
	sever   func(*pgx.Conn) // tests have it break a connection as a commit is sent; nil: nothing
}

// Open opens the database that a URL names, and makes the tables where there are none. An error says what to do. ctx
// bounds the opening alone.
func Open(ctx context.Context, url string, o Options) (*Store, error) {
	cfg, err := reach.Parse(url)
	if err != nil {
		return nil, err
	}
	if o.Lease <= 0 {
		o.Lease = defaultLease
	}
	if o.settles <= 0 {
		o.settles = settleTime
	}
	cfg.MaxConns = connections
	cfg.PingTimeout = beginTime
	cfg.ShouldPing = astray.ShouldPing
	family := newLineage()
	if !o.unguarded {
		if _, err := family.survey(ctx, cfg.ConnConfig); err != nil {
			return nil, fmt.Errorf("store %s: %w", reach.Shown(url), err)
		}
		family.guard(cfg.ConnConfig)
	}
	cfg.BeforeConnect = func(_ context.Context, to *pgx.ConnConfig) error {
		family.lead(to)
		return nil
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", reach.Shown(url), err)
	}
	family.leave = pool.Reset
	s := &Store{pool: pool, direct: cfg.ConnConfig, id: rand.Text(), who: o.As + say.Process(), o: o,
		health: newHealth(), lineage: family}
	s.idle = sync.NewCond(&s.mu)
	switch {
	case o.Reading || o.unleased:
	case o.Shared:
		s.holder = replicas
	default:
		s.holder = s.id
	}
	version, err := s.prepare(ctx)
	if err == nil {
		err = s.View(ctx, func(Tx) error { return nil }) // for its clock
	}
	if err == nil && s.holder != "" {
		version, err = s.takeLease(ctx, version)
	}
	if err == nil && !o.Reading {
		if err = s.raise(ctx, version); err != nil && s.holder != "" {
			err = errors.Join(err, s.giveLeaseBack(ctx))
		}
	}
	if err != nil {
		s.pool.Close()
		return nil, fmt.Errorf("store %s: %w", reach.Shown(url), reach.Plain(err))
	}
	if s.holder != "" {
		s.renews.begin(s.keepLease)
	}
	return s, nil
}

// replicas is the holder of the lease that several have together.
const replicas = "replicas"

var errClosed = errors.New("store: it is closed")

// Close waits for the commits in hand and gives the lease back. Calls after it return an error.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	for s.leading {
		s.idle.Wait()
	}
	s.mu.Unlock()
	s.renews.end()
	ctx, cancel := context.WithTimeout(context.Background(), askTime)
	defer cancel()
	var err error
	if s.holder != "" {
		err = s.giveLeaseBack(ctx)
	}
	if s.conn != nil {
		_ = s.conn.Close(ctx) // everything is committed or thrown away
	}
	s.pool.Close()
	return err
}

// Shared reports whether other processes may write to the store beside this one.
func Shared(s *Store) bool { return s.holder == replicas }

// Clock is the database's time, the same for every program on it but for the time that an answer takes. It never goes
// back, also where a standby takes over whose clock is behind.
func (s *Store) Clock() time.Time { return s.clock.Now(time.Now()) }

// Ahead is by how much the database's clock is ahead of this machine's.
func Ahead(s *Store) time.Duration { return s.clock.Ahead() }

// isClosed reports whether Close has been called.
func (s *Store) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// View runs f on a snapshot. It waits for no writer.
func (s *Store) View(ctx context.Context, f func(Tx) error) error {
	err, failed := view(ctx, s, f)
	if failed != nil {
		err = s.failed(ctx, failed)
	}
	return say.Waited(ctx, err)
}

// view is View, with what the store has met apart from f's own error.
func view(ctx context.Context, s *Store, f func(Tx) error) (err, failed error) {
	snap, err := s.snapshot(ctx)
	if err != nil {
		return err, nil
	}
	defer snap.end()
	t := begin(snap.recalling, nil)
	defer func() { t.closed = true }()
	err = f(t)
	return err, t.err
}

// moment is a snapshot of the store on a connection of its own.
type moment struct {
	recalling
	pool    *pgxpool.Conn
	release context.CancelFunc // of its context
	astray  *astray.Count
}

// snapshot begins a transaction that reads. Call its end. Nobody has seen anything of it before it has begun, so that a
// connection which turns out to be cut, as all are where the database was started again, is no reason to fail: another
// one is taken, until it is one that was made just now.
func (s *Store) snapshot(ctx context.Context) (*moment, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := s.health.over(); err != nil {
		return nil, err
	}
	if s.isClosed() {
		return nil, errClosed
	}
	waits, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	for try := 0; ; try++ {
		m, err := beginSnapshot(ctx, waits, s)
		if err == nil {
			return m, nil
		}
		var said *askError
		lost := errors.As(err, &said) && !said.certain
		again := lost || s.lineage.elsewhere(err) && pause(waits)
		if !again || try == connections || waits.Err() != nil {
			return nil, s.told(ctx, "read the store", err)
		}
	}
}

// pause waits before a server is tried again that has refused, so that it is not stormed. It reports false where there
// is no time left for that.
func pause(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(settlePause):
		return true
	}
}

// beginSnapshot tries it once, as long as waits lasts.
func beginSnapshot(ctx, waits context.Context, s *Store) (*moment, error) {
	conn, err := s.pool.Acquire(astray.Asking(waits))
	if err != nil {
		return nil, err
	}
	if _, err := s.lineage.on(conn.Conn()); err != nil {
		return nil, leaveOld(waits, conn, err)
	}
	begins, cancel := context.WithTimeout(waits, beginTime)
	defer cancel()
	begins, release := s.lineage.during(begins, conn.Conn())
	answers, err := ask(begins, conn.Conn(), sql("begin isolation level repeatable read read only"),
		countOn(conn.Conn()))
	release()
	if err == nil && len(answers[1]) == 0 {
		err = errKeptLost
	}
	if err != nil {
		s.astray.GiveBack(conn, connections)
		return nil, err
	}
	if err := s.lineage.led(conn.Conn(), answers[1][0][3]); err != nil {
		return nil, leaveOld(waits, conn, err)
	}
	remembered, err := s.lineage.on(conn.Conn())
	if err != nil {
		return nil, leaveOld(waits, conn, err)
	}
	if err := s.health.outgrown(values.Number(answers[1][0][2])); err != nil {
		conn.Release() // with the transaction, which the pool ends
		return nil, err
	}
	n := values.Number(answers[1][0][0])
	s.clock.Note(time.UnixMicro(values.Number(answers[1][0][1])), time.Now())
	held, release := s.lineage.during(ctx, conn.Conn())
	return &moment{recalling{database{held, conn.Conn()}, n, remembered}, conn, release, &s.astray}, nil
}

// leaveOld closes a connection to an old primary, in the transaction that it is in: the pool takes nothing back that is
// closed, and another connection may lead elsewhere.
func leaveOld(ctx context.Context, conn *pgxpool.Conn, old error) error {
	_ = conn.Conn().Close(ctx)
	conn.Release()
	return &askError{0, false, old}
}

// end gives the connection back. One on which the transaction does not end is closed by the pool.
func (m *moment) end() {
	if context.Cause(m.ctx) != errTurned {
		ends, cancel := context.WithTimeout(context.WithoutCancel(m.ctx), beginTime)
		_, _ = ask(ends, m.conn, sql("rollback"))
		cancel()
	}
	m.release()
	m.astray.GiveBack(m.pool, connections)
}
