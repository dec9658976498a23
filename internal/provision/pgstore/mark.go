package pgstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"calltab/internal/provision/move"
	"calltab/internal/provision/pgstore/bounds"
	"calltab/internal/provision/pgstore/values"
)

// A store that is out of use has a schema version below zero, which no program opens that knows nothing of marks, and
// its mark as a row of kv, in a table whose name no table of records has. It is made behind the lock of all commits:
// none is made after it, by any handle.
const (
	markTable = reserved + "calltab"
	markKey   = "mark"
)

// Mark is the mark of a store; the zero Mark where it is in use.
func Mark(ctx context.Context, s *Store) (move.Mark, error) {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return move.Mark{}, err
	}
	defer conn.Release()
	version, err := schemaVersion(ctx, conn.Conn())
	if err != nil || version >= 0 {
		return move.Mark{}, err
	}
	return readMark(ctx, conn.Conn())
}

func readMark(ctx context.Context, conn *pgx.Conn) (move.Mark, error) {
	answers, err := ask(ctx, conn, sql(getRow, markTable, key(markKey)))
	if err != nil {
		return move.Mark{}, err
	}
	if len(answers[0]) == 0 {
		return move.Mark{}, errKeptLost
	}
	return move.ReadMark(answers[0][0][0])
}

// outOfUse is why a database with a mark is not opened.
func outOfUse(ctx context.Context, conn *pgx.Conn) error {
	m, err := readMark(ctx, conn)
	if err != nil {
		return err
	}
	return &move.MarkedError{Mark: m}
}

// SetMark marks a store, or takes its mark away where m is zero. The schema version in it is the store's own, whatever
// m says.
func SetMark(ctx context.Context, s *Store, m move.Mark) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	answers, err := ask(ctx, conn.Conn(), sql("begin isolation level read committed read write"), sql(bounds.Writing),
		lockAll(conn.Conn()), sql("select abs(schema) from calltab_state"), sql("select holder from calltab_lease"))
	if err == nil && (len(answers[3]) == 0 || len(answers[4]) == 0) {
		err = errKeptLost
	}
	if err == nil {
		err = s.lineage.led(conn.Conn(), answers[2][0][2])
	}
	if err == nil && s.holder != "" && string(answers[4][0][0]) != s.holder {
		err = takenOver("")
	}
	if err == nil {
		_, err = ask(ctx, conn.Conn(), marking(m, values.Number(answers[3][0][0]))...)
	}
	if err != nil {
		_, ended := ask(context.WithoutCancel(ctx), conn.Conn(), sql("rollback"))
		return errors.Join(fmt.Errorf("mark the store: %w", err), ended)
	}
	return nil
}

// marking is the end of the transaction that sets a mark.
func marking(m move.Mark, version int64) []query {
	if !m.Set() {
		return []query{sql("delete from kv where t = $1 and k = $2", markTable, key(markKey)),
			sql("update calltab_state set schema = abs(schema)"), sql("commit")}
	}
	m.Schema = int(version)
	return []query{sql("insert into kv (t, k, v) values ($1, $2, $3) on conflict (t, k) do update set v = excluded.v",
		markTable, key(markKey), m.Text()), sql("update calltab_state set schema = -abs(schema)"), sql("commit")}
}
