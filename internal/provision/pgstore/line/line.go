// Package line tells the primary of a database from one in whose place another server was promoted.
//
// A server has the identity of its cluster, which its standbys share, and a timeline, which rises with each promotion.
// So one that takes writes on an earlier timeline than another one of the same identity is an old primary that has come
// back, or was never told of its end: what is written there is lost, and what is read there is not so any more.
package line

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Line is where a connection leads. The zero value is not known.
type Line struct {
	System   int64 // the cluster's identity
	Timeline int64 // 0: it is a standby
}

// Known reports whether it is that of a server that takes writes.
func (l Line) Known() bool { return l.Timeline != 0 }

// Before reports whether it is the line of an old primary, held against another one.
func (l Line) Before(other Line) bool {
	return l.Known() && l.System == other.System && l.Timeline < other.Timeline
}

const remedy = "If it is the right one, stop the other one and each replica, run calltab restore without a file, and " +
	"start the replicas again"

// ErrOld is of a server in whose place another one was promoted.
var ErrOld = errors.New("it is an old primary, in whose place another server was promoted: stop it, and make it a " +
	"standby of that one. " + remedy)

// Old is ErrOld of a server at a line.
func Old(is, newest Line) error {
	return fmt.Errorf("%w (it is at timeline %d, and the promoted one at %d)", ErrOld, is.Timeline, newest.Timeline)
}

// ErrTwin is of a server that was promoted in the place of the same primary as the one in use. It is as bad as an old
// primary.
var ErrTwin = error(twinError{})

type twinError struct{}

func (twinError) Error() string {
	return "it takes writes beside the primary in use, and has not what that has: stop it, and make it a standby of that " +
		"one. " + remedy
}

func (twinError) Is(target error) bool { return target == ErrOld }

const (
	readTimeline = "case when pg_is_in_recovery() then 0 else " +
		"('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint end"
	readLine = "select system_identifier, " + readTimeline +
		", (extract(epoch from pg_postmaster_start_time()) * 1000000)::bigint from pg_control_system()"
)

// Where a connection keeps its line, and when its server was started.
const (
	custom      = "calltab line"
	customSince = "calltab line since"
)

// Of is where a connection led when it was asked last. Its server may have been promoted since; behind a pooler each
// transaction may lead to another one.
func Of(conn *pgx.Conn) Line {
	at, _ := conn.PgConn().CustomData()[custom].(Line)
	return at
}

// Note notes where a connection leads.
func Note(conn *pgconn.PgConn, at Line) { conn.CustomData()[custom] = at }

// NoteSince notes when the server was started to which a connection was made.
func NoteSince(conn *pgconn.PgConn, since int64) { conn.CustomData()[customSince] = since }

// Since is what NoteSince has noted; 0 is nothing.
func Since(conn *pgx.Conn) int64 {
	since, _ := conn.PgConn().CustomData()[customSince].(int64)
	return since
}

// Timeline is what a transaction on a connection reads for its timeline. A server that does not let its users ask is not
// asked.
func Timeline(conn *pgx.Conn) string {
	if Of(conn) == (Line{}) {
		return "0::bigint"
	}
	return readTimeline
}

// unasked are the codes of a server that does not let its users ask for its line, or knows no such question.
var unasked = []string{"42501", "42883", "0A000"}

// Ask asks a server for its line, and when it was started, in microseconds. One that does not let its users ask is not
// known.
func Ask(ctx context.Context, conn *pgconn.PgConn) (at Line, since int64, err error) {
	results, err := conn.Exec(ctx, readLine).ReadAll()
	var said *pgconn.PgError
	if errors.As(err, &said) && slices.Contains(unasked, said.Code) {
		return Line{}, 0, nil
	}
	if err != nil {
		return Line{}, 0, err
	}
	var numbers [3]int64
	for i, text := range results[0].Rows[0] {
		if numbers[i], err = strconv.ParseInt(string(text), 10, 64); err != nil {
			return Line{}, 0, err
		}
	}
	return Line{numbers[0], numbers[1]}, numbers[2], nil
}
