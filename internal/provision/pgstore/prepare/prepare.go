// Package prepare has the statements that are asked a second time on a connection prepared there under a name: to read
// and plan it each time took PostgreSQL longer than to do it. It does so only on a connection that leads to the server
// itself: a pooler gives each transaction another one, on which the name is not known.
package prepare

import (
	"context"
	"errors"
	"strconv"

	"github.com/jackc/pgx/v5/pgconn"
)

// customPrepared is where a connection keeps what was prepared on it; nothing where it leads to a pooler.
const customPrepared = "calltab prepared"

// preparedOn is what a connection has been asked.
type preparedOn struct {
	statements map[string]*pgconn.StatementDescription // by their text; nil: asked once
	names      int                                     // that were given
}

// Begin finds out whether a connection leads to the server itself: then the process that answers has the number
// that the connection was told. A plan that is kept must suit a table that has grown since: it never reads the whole of
// one that has an index, and is not compiled for the price that this pretends.
func Begin(ctx context.Context, conn *pgconn.PgConn) error {
	const settings = "select set_config('enable_seqscan', 'off', false), set_config('jit', 'off', false) "
	results, err := conn.Exec(ctx, settings+"where pg_backend_pid() = "+strconv.Itoa(int(conn.PID()))).ReadAll()
	if said := new(pgconn.PgError); errors.As(err, &said) {
		return nil // it knows no such settings: nothing is prepared
	}
	if err != nil {
		return err
	}
	if len(results[0].Rows) > 0 {
		conn.CustomData()[customPrepared] = &preparedOn{
			statements: map[string]*pgconn.StatementDescription{}}
	}
	return nil
}

// Statement is a statement under its name on a connection, or nil where it is to be sent with its text.
func Statement(ctx context.Context, conn *pgconn.PgConn, text string,
	oids []uint32) (*pgconn.StatementDescription, error) {
	on, _ := conn.CustomData()[customPrepared].(*preparedOn)
	if on == nil {
		return nil, nil
	}
	known, again := on.statements[text]
	if known != nil || !again {
		on.statements[text] = known
		return known, nil
	}
	on.names++
	known, err := conn.Prepare(ctx, "calltab"+strconv.Itoa(on.names), text, oids)
	if err != nil {
		return nil, err
	}
	on.statements[text] = known
	return known, nil
}
