package pgstore

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"calltab/internal/provision/pgstore/prepare"
	"calltab/internal/provision/pgstore/values"
)

// askTime bounds how long the database may take to answer: a connection that has gone silent is given up then.
const askTime = 10 * time.Second

// query is one statement with its values: string is text, key is bytea, int64 is a bigint, []string and []key are
// arrays of them.
type query struct {
	sql  string
	args []any
}

// key is what is stored as bytes: a key or a value.
type key = []byte

func sql(text string, args ...any) query { return query{text, args} }

// answer is the rows of one statement. A column that is null is nil.
type answer [][][]byte

// askError says which of several statements failed, and whether it is certain that the database has thrown the
// transaction away.
type askError struct {
	at      int
	certain bool
	err     error
}

// binaryForm is the form of all values.
var binaryForm = []int16{pgx.BinaryFormatCode}

func (e *askError) Error() string { return e.err.Error() }
func (e *askError) Unwrap() error { return e.err }

// ask sends statements together and waits once.
func ask(ctx context.Context, c *pgx.Conn, queries ...query) ([]answer, error) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	var batch pgconn.Batch
	for _, q := range queries {
		encoded, oids, err := values.Encode(c.TypeMap(), q.args)
		if err != nil {
			return nil, &askError{0, true, err}
		}
		named, err := prepare.Statement(ctx, c.PgConn(), q.sql, oids)
		if err != nil {
			return nil, notAnswered(ctx, 0, err)
		}
		if named != nil {
			batch.ExecStatement(named, encoded, binaryForm, binaryForm)
		} else {
			batch.ExecParams(q.sql, encoded, oids, binaryForm, binaryForm)
		}
	}
	results := c.PgConn().ExecBatch(ctx, &batch)
	var answers []answer
	for results.NextResult() {
		reader := results.ResultReader()
		var rows answer
		for reader.NextRow() {
			rows = append(rows, values.Cloned(reader.Values()))
		}
		if _, err := reader.Close(); err != nil {
			break // Close below has it too
		}
		answers = append(answers, rows)
	}
	if err := results.Close(); err != nil {
		return nil, notAnswered(ctx, len(answers), err)
	}
	return answers, nil
}

// notAnswered is the error of a statement. What was asked of a server in whose place another one was promoted is as
// what was asked on a connection that was cut.
func notAnswered(ctx context.Context, at int, err error) error {
	certain := refused(err)
	if !certain && context.Cause(ctx) == errTurned {
		err = errTurned
	}
	return &askError{at, certain, err}
}

// refused reports whether the database has answered with an error of the statement. After anything else, such as a
// connection that ended, it is not known what became of the statement.
func refused(err error) bool {
	var said *pgconn.PgError
	return errors.As(err, &said) && said.SeverityUnlocalized == "ERROR"
}
