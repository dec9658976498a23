package pgstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"calltab/internal/provision/pgstore/bounds"
	"calltab/internal/provision/pgstore/line"
	"calltab/internal/provision/pgstore/reach"
	"calltab/internal/provision/pgstore/say"
	"calltab/internal/provision/pgstore/values"
)

const (
	// maxGroup is how many Updates share one commit at most.
	maxGroup = 128
	// commitTime bounds a group's commit, and settleTime how long is asked what became of one that was not answered.
	commitTime = 30 * time.Second
	settleTime = 30 * time.Second
	// settlePause is between two such questions.
	settlePause = 100 * time.Millisecond
	// mostKeys is how many keys one Update should write at most: other writers wait for as long.
	mostKeys = 2000
)

// MostKeys is how many keys one Update should write at most, where many are to be written.
func (s *Store) MostKeys() int { return mostKeys }

// lead commits what waits, group after group, and ends when nothing does.
func (s *Store) lead() {
	for {
		batch := s.take()
		if batch == nil {
			return
		}
		s.commitAll(batch)
		for _, u := range batch {
			if !u.out {
				u.wake <- nil
			}
		}
	}
}

func (s *Store) take() []*update {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := min(len(s.waiting), maxGroup)
	if n == 0 {
		s.leading = false
		s.idle.Broadcast()
		return nil
	}
	batch := slices.Clone(s.waiting[:n])
	s.waiting = slices.Delete(s.waiting, 0, n)
	return batch
}

// lostError is a connection that ended before a commit was sent, or of whose commit it is known that it was not made.
type lostError struct{ error }

// unsureError is a commit of which it is not known whether it was made. It has no Unwrap: among its causes there may be
// an error with which the database has refused something else, and one with which a commit was certainly not made would
// have it made again.
type unsureError struct{ error }

// commitAll commits a group. A connection that was lost before the commit is made again, once. Where the database
// refuses what one of several has written, each goes alone, so that it harms nobody else.
func (s *Store) commitAll(batch []*update) {
	ctx, cancel := context.WithTimeout(context.Background(), commitTime)
	defer cancel()
	s.room.Sent = 0
	err := s.attempt(ctx, batch)
	if lost := (lostError{}); errors.As(err, &lost) {
		err = s.attempt(ctx, batch)
	}
	switch {
	case err == nil:
		if s.room.Shown() {
			s.health.note(&s.health.commit, nil)
		}
		return
	case s.health.over() != nil:
		s.failAll(batch, s.health.over())
		return
	}
	var said *askError
	if errors.As(err, &said) && said.certain && len(batch) > 1 {
		for _, u := range batch {
			if !u.out {
				s.commitAll([]*update{u})
			}
		}
		return
	}
	s.room.Refused(code(err))
	trouble := s.told(context.Background(), "commit to the store", err)
	if errors.As(err, new(unsureError)) {
		trouble = say.Unsure(reach.Plain(err))
	}
	s.failAll(batch, trouble)
}

// failAll gives the common error to every update that has not failed by itself.
func (s *Store) failAll(batch []*update, err error) {
	for _, u := range batch {
		if !u.out {
			u.err = err
		}
	}
}

// attempt commits a group in one transaction that nobody else can commit beside.
func (s *Store) attempt(ctx context.Context, batch []*update) error {
	if err := s.health.over(); err != nil {
		return err
	}
	ahead := readAhead(s, batch)
	n, err := lockNewest(ctx, s, ahead)
	if err == nil {
		held, release := s.lineage.during(ctx, s.conn)
		err = s.group(held, n, batch, ahead)
		release()
	}
	if err != nil {
		s.rollBack(ctx)
	}
	return err
}

// rollBack ends the transaction, or the connection.
func (s *Store) rollBack(ctx context.Context) {
	if s.conn == nil {
		return
	}
	if !s.conn.IsClosed() {
		if _, err := ask(ctx, s.conn, sql("rollback")); err == nil {
			return
		}
	}
	s.drop(ctx)
}

func (s *Store) drop(ctx context.Context) {
	_ = s.conn.Close(ctx) // it is of no use any more
	s.conn = nil
}

// lockAll has the lock of all commits in a transaction.
func lockAll(on *pgx.Conn) query {
	return sql("select commits, schema, " + line.Timeline(on) + " from calltab_state for update")
}

// lock begins a transaction in which no other handle commits. It is in READ COMMITTED, so that what is read behind the
// lock, as what is read ahead, is what was committed before it was had. n is the number of the last commit.
func (s *Store) lock(ctx context.Context, ahead *reading) (n int64, err error) {
	queries := []query{sql("begin isolation level read committed read write"), sql(bounds.Writing), lockAll(s.conn),
		sql("select holder, who from calltab_lease")}
	locking := len(queries)
	if ahead != nil {
		queries = append(queries, ahead.queries...)
	}
	answers, err := ask(ctx, s.conn, queries...)
	if err != nil {
		var said *askError
		if !refused(err) || errors.As(err, &said) && said.at >= locking {
			return 0, lostError{err}
		}
		return 0, err
	}
	if len(answers[2]) == 0 || len(answers[3]) == 0 {
		return 0, errKeptLost
	}
	if err := s.lineage.led(s.conn, answers[2][0][2]); err != nil {
		return 0, err
	}
	n = values.Number(answers[2][0][0])
	if version := values.Number(answers[2][0][1]); version < 0 && !s.o.Marked {
		s.health.end(outOfUse(ctx, s.conn))
		return 0, s.health.over()
	}
	if err := s.health.outgrown(values.Number(answers[2][0][1])); err != nil {
		return 0, err
	}
	if newest := s.newest.Load(); n < newest {
		s.health.end(earlierState(n, newest))
		return 0, s.health.over()
	}
	if holder := answers[3][0]; s.holder != "" && string(holder[0]) != s.holder {
		s.health.end(takenOver(string(holder[1])))
		return 0, s.health.over()
	}
	s.newest.Store(n)
	s.others = n != s.recent.last()
	if ahead != nil {
		ahead.take(answers[locking:])
	}
	return n, nil
}

// ErrEarlierState is why a store has ended whose database has lost commits: what the program has in memory, and what it
// has told people, is not so.
var ErrEarlierState = errors.New("the database has gone back to an earlier state: it was restored, or a standby has " +
	"taken over that did not have everything")

func earlierState(n, newest int64) error {
	return fmt.Errorf("%w (it is at commit %d, and this program has seen commit %d)", ErrEarlierState, n, newest)
}

// group has each update run again that has to, and commits what all have written.
func (s *Store) group(ctx context.Context, n int64, batch []*update, ahead *reading) error {
	now, stale, err := s.validate(ctx, n, batch, ahead)
	if err != nil {
		return lostError{err}
	}
	all := newWrites()
	probe := false
	for _, u := range batch {
		if u.out {
			continue
		}
		if ended := u.ctx.Err(); ended != nil {
			u.err = ended
			continue
		}
		if u.unsure || stale[u] || u.seen.conflicts(all) && !s.o.unchecked {
			u.unsure = true
			u.wake <- over{all, known{[]*trace{now, u.seen}, database{ctx, s.conn}}}
			<-u.ran
			if s.conn.PgConn().TxStatus() != 'T' {
				return lostError{errors.New("the connection was lost while a function ran")}
			}
			if u.out {
				continue
			}
		}
		all.add(u.written)
		probe = probe || u.probe
	}
	if len(all.tables) == 0 && !probe {
		_, err := ask(ctx, s.conn, sql("rollback"))
		return err
	}
	if probe {
		all.probing = s.room.Lacking
	}
	s.room.Sent = all.size()
	return s.commit(ctx, n, all)
}

// commit writes and commits, and finds out what became of a commit that was not answered, or with a warning.
func (s *Store) commit(ctx context.Context, n int64, all *writes) error {
	s.commits++
	if s.sever != nil {
		s.sever(s.conn)
	}
	_, err := askSafely(ctx, s.conn, s.statements(n, all)...)
	var said *askError
	switch {
	case err == nil:
		if _, err = s.lineage.on(s.conn); err == nil {
			s.recent.add(n+1, all.footprint())
			noteMade(s, s.conn, n+1, all)
			return nil
		}
		// Another server was promoted meanwhile, and need not have it.
	case errors.As(err, &said) && said.certain:
		return err
	}
	sent := s.conn
	s.drop(ctx)
	committed, unknown := s.settle(err)
	switch {
	case unknown != nil:
		return unsureError{fmt.Errorf("it is not known whether a commit was made: %w", errors.Join(err, unknown))}
	case !committed:
		return lostError{err}
	}
	noteMade(s, sent, n+1, all)
	return nil
}

func (s *Store) statements(n int64, all *writes) []query {
	var tables, goneTables []string
	var keys, values, goneKeys []key
	for table, t := range all.tables {
		for _, k := range t.order() {
			if stored := t.stored[k]; stored == nil {
				goneTables, goneKeys = append(goneTables, table), append(goneKeys, key(k))
			} else {
				tables, keys = append(tables, table), append(keys, key(k))
				values = append(values, stored)
			}
		}
	}
	var queries []query
	if len(keys) > 0 {
		queries = append(queries, sql("insert into kv (t, k, v) select * from unnest($1::text[], $2::bytea[], "+
			"$3::bytea[]) on conflict (t, k) do update set v = excluded.v", tables, keys, values))
	}
	if len(goneKeys) > 0 {
		queries = append(queries, sql("delete from kv using unnest($1::text[], $2::bytea[]) as gone (t, k) "+
			"where kv.t = gone.t and kv.k = gone.k", goneTables, goneKeys))
	}
	if all.probing > 0 {
		queries = append(queries, probing(all.probing)...)
	}
	return append(queries, sql("update calltab_state set commits = $1", n+1),
		sql("insert into calltab_handle (id, commits, at) values ($1, $2, clock_timestamp()) "+
			"on conflict (id) do update set commits = excluded.commits, at = excluded.at", s.id, s.commits),
		sql("commit"))
}

// settle finds out whether the last commit was made, of which it is known why its answer does not say so. Until the
// lock is had that may still change, since the database may only be slow to make it: so the lock comes first. What is
// there then may not have reached a standby that commits wait for: so another one follows it, and waits.
func (s *Store) settle(why error) (committed bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), s.o.settles)
	defer cancel()
	for {
		var conn *pgx.Conn
		if conn, err = connect(ctx, s); err == nil {
			var answers []answer
			asks, release := s.lineage.during(ctx, conn)
			answers, err = askSafely(asks, conn, sql("begin"), sql(bounds.Writing), lockAll(conn),
				sql("select commits from calltab_handle where id = $1", s.id),
				sql("update calltab_state set commits = commits"), sql("commit"))
			release()
			_ = conn.Close(ctx) // nothing is under way
			if err == nil {
				err = s.lineage.led(conn, answers[2][0][2])
			}
			if err == nil {
				made := answers[3]
				return len(made) > 0 && values.Number(made[0][0]) >= s.commits, nil
			}
		}
		if ctx.Err() == nil {
			s.told(ctx, "commit to the store", errors.Join(why, err)) // until it is settled, nothing else is begun
		}
		if !pause(ctx) {
			return false, err
		}
	}
}
