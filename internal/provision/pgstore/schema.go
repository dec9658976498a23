package pgstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"calltab/internal/provision/pgstore/bounds"
	"calltab/internal/provision/pgstore/line"
	"calltab/internal/provision/pgstore/tables"
	"calltab/internal/provision/pgstore/values"
)

const (
	addState   = "insert into calltab_state (schema, commits) values ($1, 0) on conflict do nothing"
	readSchema = "select schema from calltab_state"
)

// countOn reads the number of the last commit, the database's time and the tables' version on a connection, and sets
// what bounds a transaction that reads.
func countOn(conn *pgx.Conn) query {
	return sql("select commits, (extract(epoch from clock_timestamp()) * 1000000)::bigint, schema, " +
		line.Timeline(conn) + ", " + bounds.Reading + " from calltab_state")
}

// firstVersion is the schema version of the first program that kept its records in PostgreSQL.
const firstVersion = 8

// migrations[i] leads from version firstVersion+i to the next, and the last one to provision.SchemaVersion. Append
// only. They are statements, run with the new number in one transaction.
var migrations = [][]string{added, added}

// added is for a version that only adds to records, or an index that is made while turns run: what an older program
// wrote means the same to this one.
var added []string

// newestVersion is this program's.
var newestVersion = int64(firstVersion + len(migrations))

// Classes of refusals (https://www.postgresql.org/docs/15/errcodes-appendix.html).
const (
	noTable      = "42P01"
	notAllowed   = "42501"
	noRole       = "42704"
	raised       = "P0001" // by a statement of ours
	madeMeantime = "23505" // two that make a table at once
	madeAlready  = "42P07"
)

func code(err error) string {
	var said *pgconn.PgError
	if errors.As(err, &said) {
		return said.Code
	}
	return ""
}

// prepare makes the tables where there are none, and returns their version. Those of an earlier program are raised once
// no program has them.
func (s *Store) prepare(ctx context.Context) (version int64, err error) {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Release()
	version, err = schemaVersion(ctx, conn.Conn())
	switch {
	case code(err) == noTable && s.o.Reading:
		return 0, errors.New("the database has nothing of Calltab in it")
	case code(err) == noTable:
		if err := makeAll(ctx, conn.Conn()); err != nil {
			return 0, err
		}
		version, err = schemaVersion(ctx, conn.Conn())
	}
	if err != nil {
		return 0, err
	}
	if version < 0 {
		if !s.o.Marked {
			return 0, outOfUse(ctx, conn.Conn())
		}
	}
	return toRaise(version)
}

// toRaise is the version from which tables are to be raised, unless this program does not know them. Those that are out
// of use stay what they are.
func toRaise(version int64) (int64, error) {
	if version < 0 {
		return newestVersion, knownVersion(-version)
	}
	return version, knownVersion(version)
}

// schemaVersion is below zero where the store is out of use.
func schemaVersion(ctx context.Context, conn *pgx.Conn) (int64, error) {
	answers, err := ask(ctx, conn, sql(readSchema))
	if err != nil {
		return 0, err
	}
	if len(answers[0]) == 0 {
		return 0, &pgconn.PgError{Code: noTable, Message: "the tables are not all made"}
	}
	return values.Number(answers[0][0][0]), nil
}

func makeAll(ctx context.Context, conn *pgx.Conn) error {
	queries := []query{sql("begin"), sql(bounds.Writing), sql(alone)}
	for _, text := range tables.Make {
		queries = append(queries, sql(text))
	}
	queries = append(queries, sql(addState, newestVersion), sql("commit"))
	_, err := ask(ctx, conn, queries...)
	if err == nil {
		return nil
	}
	if _, ended := ask(ctx, conn, sql("rollback")); ended != nil {
		return errors.Join(err, ended)
	}
	switch code(err) {
	case madeMeantime, madeAlready:
		return nil
	case notAllowed:
		return fmt.Errorf("there are no tables of Calltab yet, and this user may not make them: have calltab schema "+
			"make them, as a user who may, with this one behind --serve: %v", err)
	}
	return fmt.Errorf("make the tables: %w", err)
}

// ErrNewer is of tables that a newer program has raised.
var ErrNewer = errors.New("it was written by a newer calltab")

// knownVersion refuses the version of tables that this program cannot use.
func knownVersion(version int64) error {
	switch {
	case version > newestVersion:
		return fmt.Errorf("%w (schema version %d, this program knows up to %d); start that one, or restore a backup "+
			"from before the upgrade", ErrNewer, version, newestVersion)
	case version < firstVersion:
		return fmt.Errorf("its schema version %d is not one that was ever written to a database", version)
	}
	return nil
}

// raise brings the tables to this program's version, from the one that they have by now: until this process had the
// lease another one may have raised them.
func (s *Store) raise(ctx context.Context, version int64) error {
	pooled, err := s.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer pooled.Release()
	conn := pooled.Conn()
	if version < newestVersion {
		if version, err = schemaVersion(ctx, conn); err != nil {
			return err
		}
		if version, err = toRaise(version); err != nil {
			return err
		}
	}
	for at := version; at < newestVersion; at++ {
		queries := []query{sql("begin"), sql(bounds.Writing), sql(alone)}
		for _, text := range migrations[at-firstVersion] {
			queries = append(queries, sql(text))
		}
		queries = append(queries, sql("update calltab_state set schema = $1 where schema = $2", at+1, at),
			sql("commit"))
		if _, err := ask(ctx, conn, queries...); err != nil {
			_, ended := ask(ctx, conn, sql("rollback"))
			if code(err) == notAllowed {
				err = fmt.Errorf("this user may not; have calltab schema do it, as the owner of the tables: %v", err)
			}
			return fmt.Errorf("bring it from schema version %d to %d: %w", at, at+1, errors.Join(err, ended))
		}
	}
	return nil
}
