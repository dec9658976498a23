package pgstore

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// lockNewest has the lock of all commits, on the newest line that is known.
func lockNewest(ctx context.Context, s *Store, ahead *reading) (n int64, err error) {
	if s.conn != nil {
		_, old := s.lineage.of(s.conn)
		if old != nil || lineOf(s.conn.PgConn()).standby() {
			s.drop(ctx)
		}
	}
	if s.conn != nil {
		return s.lock(ctx, ahead)
	}
	if s.conn, err = connect(ctx, s.direct); err != nil {
		return 0, err
	}
	s.recent = history{} // it may be of another line
	if n, err = s.lock(ctx, ahead); err == nil {
		err = checkOwn(ctx, s)
	}
	if err != nil {
		s.drop(ctx) // what it has of this handle was not looked at: the next one is checked anew
	}
	return n, err
}

// connect makes a connection for what is written. Where an answer on it does not come, the database is not asked to
// leave it: a commit that waits for a standby would then be kept without it, and be taken for one that is safe.
func connect(ctx context.Context, to *pgx.ConnConfig) (*pgx.Conn, error) {
	cfg := to.Copy()
	dial := cfg.DialFunc
	var made atomic.Bool
	cfg.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		if made.Load() {
			return nil, errors.New("nothing is cancelled")
		}
		return dial(ctx, network, address)
	}
	cfg.OnNotice = noteWarning
	conn, err := pgx.ConnectConfig(ctx, cfg)
	made.Store(true)
	return conn, err
}

// customWarning is where a connection keeps the database's last warning.
const customWarning = "calltab warning"

func noteWarning(conn *pgconn.PgConn, n *pgconn.Notice) {
	if n.SeverityUnlocalized == "WARNING" {
		conn.CustomData()[customWarning] = n.Message
	}
}

// askSafely is ask for statements that end with a commit. A wait for a standby that was cancelled is an error: the
// database answers such a commit as one that is safe, with a warning.
func askSafely(ctx context.Context, c *pgx.Conn, queries ...query) ([]answer, error) {
	of := c.PgConn().CustomData()
	delete(of, customWarning)
	answers, err := ask(ctx, c, queries...)
	if text, warned := of[customWarning]; warned && err == nil {
		return nil, fmt.Errorf("the database warned of a commit: %v", text)
	}
	return answers, err
}

// checkOwn ends a store that has lost commits of this handle, behind the lock: a standby has taken over that did not
// have them, and the number of the last commit does not show it once others have committed there.
func checkOwn(ctx context.Context, s *Store) error {
	answers, err := ask(ctx, s.conn, sql("select commits from calltab_handle where id = $1", s.id))
	if err != nil {
		return lostError{err}
	}
	kept := answers[0] // the row of a handle that was quiet for a day is gone
	if len(kept) > 0 && number(kept[0][0]) < s.made {
		s.health.end(fmt.Errorf("%w (it has %d commits of this program, which has made %d)", ErrEarlierState,
			number(kept[0][0]), s.made))
		return s.health.over()
	}
	return nil
}

// noteMade notes what was committed on a connection.
func noteMade(s *Store, on *pgx.Conn, n int64, all *writes) {
	if remembered, err := s.lineage.of(on); err == nil {
		remembered.wrote(all, n)
	}
	s.made = s.commits
	s.newest.Store(n)
}
