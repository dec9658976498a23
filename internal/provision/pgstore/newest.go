package pgstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"calltab/internal/provision/pgstore/line"
	"calltab/internal/provision/pgstore/reach"
	"calltab/internal/provision/pgstore/values"
)

// lockNewest has the lock of all commits, on the newest line that is known.
func lockNewest(ctx context.Context, s *Store, ahead *reading) (n int64, err error) {
	for range connections {
		n, err = tryNewest(ctx, s, ahead)
		if !strayed(err) {
			break
		}
	}
	return n, err
}

func tryNewest(ctx context.Context, s *Store, ahead *reading) (n int64, err error) {
	if s.conn != nil {
		if _, old := s.lineage.on(s.conn); old != nil {
			s.drop(ctx)
		}
	}
	anew := s.conn == nil
	if anew {
		if s.conn, err = connect(ctx, s); err != nil {
			return 0, err
		}
	}
	before := line.Of(s.conn)
	asks, release := s.lineage.during(ctx, s.conn)
	n, err = s.lock(asks, ahead)
	release()
	if errors.Is(err, ErrOldPrimary) {
		s.drop(ctx) // with the transaction
		return 0, err
	}
	if anew || err == nil && line.Of(s.conn) != before {
		anew = true
		s.recent = history{} // it may be of another line
		if err == nil {
			err = checkOwn(ctx, s)
		}
	}
	if anew && err != nil {
		s.drop(ctx) // what it has of this handle was not looked at: the next one is checked anew
	}
	return n, err
}

// connect makes a connection for what is written. Behind a pooler that has kept connections over a promotion, each try
// ends one of them.
func connect(ctx context.Context, s *Store) (conn *pgx.Conn, err error) {
	for range connections {
		conn, err = connectOnce(ctx, s)
		if !s.lineage.elsewhere(err) || !pause(ctx) {
			break
		}
	}
	return conn, err
}

// connectOnce makes a connection. Where an answer on it does not come, the database is not asked to leave it: a commit
// that waits for a standby would then be kept without it, and be taken for one that is safe.
func connectOnce(ctx context.Context, s *Store) (*pgx.Conn, error) {
	cfg, made := reach.Once(s.direct)
	s.lineage.lead(cfg)
	cfg.OnNotice = noteWarning
	conn, err := pgx.ConnectConfig(ctx, cfg)
	made()
	return conn, err
}

// customWarning is where a connection keeps the database's last warning.
const customWarning = "calltab warning"

// noteWarning notes that a wait for a standby was cancelled. PostgreSQL names the function that says so; what does not
// name any may mean the same.
func noteWarning(conn *pgconn.PgConn, n *pgconn.Notice) {
	waited := n.Routine == "SyncRepWaitForLSN" || n.Routine == ""
	if n.SeverityUnlocalized == "WARNING" && waited {
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
	if len(kept) > 0 && values.Number(kept[0][0]) < s.made {
		s.health.end(fmt.Errorf("%w (it has %d commits of this program, which has made %d)", ErrEarlierState,
			values.Number(kept[0][0]), s.made))
		return s.health.over()
	}
	return nil
}

// noteMade notes what was committed on a connection.
func noteMade(s *Store, on *pgx.Conn, n int64, all *writes) {
	if remembered, err := s.lineage.on(on); err == nil {
		remembered.wrote(all, n)
	}
	s.made = s.commits
	s.newest.Store(n)
}
