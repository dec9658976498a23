package pgstore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"calltab/internal/provision/pgstore/bounds"
	"calltab/internal/provision/pgstore/reach"
	"calltab/internal/provision/pgstore/say"
	"calltab/internal/provision/pgstore/values"
)

// One process at a time writes to a store: what the program has in memory would not be true beside another one. The
// lease says which, and ends by itself unless it is renewed. Each commit looks at it behind the lock under which it is
// taken over, so a process that has lost it commits nothing, however long it has slept. Replicas expect others beside
// them, and have the lease together.

// ErrInUse is returned by Open when another process has the store.
var ErrInUse = errors.New("another calltab has it open")

// errKeptLost is of a database in which a row is missing that is always there.
var errKeptLost = errors.New("it has lost what Calltab keeps beside the records: restore the database from a backup")

func takenOver(who string) error {
	if who == "" {
		who = "another one"
	}
	return fmt.Errorf("another calltab (%s) has taken the store over, because this one had not answered for longer "+
		"than its lease; nothing more is written here", who)
}

// The name is that of the replica that has renewed last: of several, one that has gone is not named for long, unless
// only a command that joined them is left.
const (
	grant = "update calltab_lease set holder = $1, who = coalesce(nullif($2, ''), who), " +
		"until = clock_timestamp() + $3 * interval '1 microsecond'"
	renew = grant + " where holder = $1 returning 1"
)

// takeLease makes the store this process's. One whose process has gone without giving it back is taken over when its
// lease ends. version is that of the tables, before and then: while they are to be raised, nobody else may have them.
func (s *Store) takeLease(ctx context.Context, version int64) (is int64, err error) {
	pooled, err := s.pool.Acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer pooled.Release()
	conn := pooled.Conn()
	end := ""
	for {
		raises := version < newestVersion
		had, who, until, err := s.tryLease(ctx, conn, raises)
		switch {
		case err != nil || had:
			return version, err
		case end != "" && until != end && raises:
			return 0, fmt.Errorf("%w (%s), with schema version %d: stop it, and each replica beside it, before this "+
				"one raises it to %d", ErrInUse, who, version, newestVersion)
		case end != "" && until != end:
			return 0, fmt.Errorf("%w (%s)", ErrInUse, who)
		}
		end = until
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(s.o.Lease / 15):
		}
		version, err = schemaVersion(ctx, conn)
		if err == nil {
			version, err = toRaise(version) // another replica may have raised them
		}
		if err != nil {
			return 0, err
		}
	}
}

// tryLease takes the lease where nobody has it, or those have it who share it, unless alone is set. Else it says who
// has it, and until when.
func (s *Store) tryLease(ctx context.Context, conn *pgx.Conn, alone bool) (had bool, who, until string, err error) {
	began := time.Now()
	friends := s.holder
	if alone {
		friends = ""
	}
	answers, err := ask(ctx, conn, sql("begin"), sql(bounds.Writing), lockAll(conn),
		sql("select who, until::text, holder from calltab_lease where holder <> '' and holder <> $1 "+
			"and until > clock_timestamp()", friends),
		sql("select 1 from calltab_lease"))
	if err != nil {
		return false, "", "", err
	}
	if len(answers[2]) > 0 {
		err = s.lineage.led(conn, answers[2][0][2])
	}
	if err != nil {
		_ = conn.Close(ctx) // with the transaction
		return false, "", "", err
	}
	if len(answers[2]) == 0 || len(answers[4]) == 0 {
		_, err := ask(ctx, conn, sql("rollback"))
		return false, "", "", errors.Join(errKeptLost, err)
	}
	if of := answers[3]; len(of) > 0 {
		_, err := ask(ctx, conn, sql("rollback"))
		if err == nil && s.o.Joining && string(of[0][2]) == replicas && !alone {
			s.holder, s.who = replicas, "" // it is one of them from now on, and they stay named as those who have it
			return s.tryLease(ctx, conn, alone)
		}
		return false, string(of[0][0]), string(of[0][1]), err
	}
	_, err = ask(ctx, conn, sql(grant, s.holder, s.who, s.o.Lease.Microseconds()),
		sql("delete from calltab_handle where at < clock_timestamp() - interval '1 day'"), sql("commit"))
	if err == nil {
		s.health.renewed(began.Add(s.o.Lease))
	}
	return err == nil, "", "", err
}

// renewal is the goroutine that renews the lease.
type renewal struct {
	stop context.CancelFunc
	done sync.WaitGroup
}

func (r *renewal) begin(run func(context.Context)) {
	ctx, stop := context.WithCancel(context.Background())
	r.stop = stop
	r.done.Go(func() { run(ctx) })
}

func (r *renewal) end() {
	if r.stop != nil {
		r.stop()
	}
	r.done.Wait()
}

// keepLease renews the lease, on a connection of its own, until ctx ends or another process has the store.
func (s *Store) keepLease(ctx context.Context) {
	var conn *pgx.Conn
	defer func() {
		if conn != nil {
			_ = conn.Close(context.WithoutCancel(ctx)) // nothing is under way
		}
	}()
	tick := time.NewTicker(s.o.Lease / 3)
	defer tick.Stop()
	for s.health.over() == nil {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		conn = s.renew(ctx, conn)
	}
}

// renew renews the lease once, and returns the connection while it can be used again. Where the one that it was given
// turns out to be cut, another one is taken at once: until the next renewal everything would be refused.
func (s *Store) renew(ctx context.Context, conn *pgx.Conn) *pgx.Conn {
	began, used := time.Now(), conn != nil
	var err error
	if conn != nil {
		if _, old := s.lineage.on(conn); old != nil {
			_ = conn.Close(context.WithoutCancel(ctx)) // nothing is under way
			conn = nil
		}
	}
	if conn == nil {
		if conn, err = connect(ctx, s); err != nil {
			s.lapse(ctx, err)
			return nil
		}
	}
	newest := s.newest.Load()
	outgrown := error(nil)
	asks, release := s.lineage.during(ctx, conn)
	answers, err := ask(asks, conn, sql(bounds.Writing), sql(renew, s.holder, s.who, s.o.Lease.Microseconds()),
		sql("select who from calltab_lease"), countOn(conn))
	release()
	if err == nil {
		answers = answers[1:]
	}
	if err == nil && len(answers[2]) > 0 {
		err = s.lineage.led(conn, answers[2][0][3])
	}
	if err == nil && len(answers[2]) > 0 {
		outgrown = s.health.outgrown(values.Number(answers[2][0][2]))
	}
	switch {
	case outgrown != nil: // it has ended
	case err != nil:
		_ = conn.Close(context.WithoutCancel(ctx)) // it is of no use any more
		if used && (cut(err) || strayed(err)) {
			return s.renew(ctx, nil)
		}
		s.lapse(ctx, err)
		return nil
	case len(answers[2]) > 0 && values.Number(answers[2][0][0]) < newest:
		s.health.end(earlierState(values.Number(answers[2][0][0]), newest))
	case len(answers[1]) == 0:
		s.health.end(errKeptLost)
	case len(answers[0]) == 0:
		s.health.end(takenOver(string(answers[1][0][0])))
	default:
		s.health.renewed(began.Add(s.o.Lease))
	}
	return conn
}

// lapse notes that the lease could not be renewed, unless the store is being closed.
func (s *Store) lapse(ctx context.Context, err error) {
	if ctx.Err() == nil {
		trouble := say.Unwritable(fmt.Errorf("renew the lease on the database: %w", reach.Plain(err)))
		s.health.note(&s.health.lease, trouble)
	}
}

// giveLeaseBack lets the next process begin at once. One that several have is left to end by itself: this handle does
// not know whether it is the last.
func (s *Store) giveLeaseBack(ctx context.Context) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	_, err = ask(ctx, conn.Conn(),
		sql("update calltab_lease set holder = '', who = '', until = '-infinity' where holder = $1", s.id),
		sql("delete from calltab_handle where id = $1", s.id))
	return err
}
