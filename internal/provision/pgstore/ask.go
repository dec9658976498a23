package pgstore

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"calltab/internal/provision/pgstore/prepare"
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
		values, oids, err := encode(c.TypeMap(), q.args)
		if err != nil {
			return nil, &askError{0, true, err}
		}
		named, err := prepare.Statement(ctx, c.PgConn(), q.sql, oids)
		if err != nil {
			return nil, &askError{0, refused(err), err}
		}
		if named != nil {
			batch.ExecStatement(named, values, binaryForm, binaryForm)
		} else {
			batch.ExecParams(q.sql, values, oids, binaryForm, binaryForm)
		}
	}
	results := c.PgConn().ExecBatch(ctx, &batch)
	var answers []answer
	for results.NextResult() {
		reader := results.ResultReader()
		var rows answer
		for reader.NextRow() {
			rows = append(rows, cloned(reader.Values()))
		}
		if _, err := reader.Close(); err != nil {
			break // Close below has it too
		}
		answers = append(answers, rows)
	}
	if err := results.Close(); err != nil {
		return nil, &askError{len(answers), refused(err), err}
	}
	return answers, nil
}

// refused reports whether the database has answered with an error of the statement. After anything else, such as a
// connection that ended, it is not known what became of the statement.
func refused(err error) bool {
	var said *pgconn.PgError
	return errors.As(err, &said) && said.SeverityUnlocalized == "ERROR"
}

func cloned(columns [][]byte) [][]byte {
	size := 0
	for _, c := range columns {
		size += len(c)
	}
	all := make([]byte, 0, size)
	row := make([][]byte, len(columns))
	for i, c := range columns {
		if c != nil {
			start := len(all)
			all = append(all, c...)
			row[i] = all[start:len(all):len(all)]
		}
	}
	return row
}

// encode writes values in the binary form.
func encode(types *pgtype.Map, args []any) (values [][]byte, oids []uint32, err error) {
	for _, arg := range args {
		var value []byte
		var oid uint32
		switch a := arg.(type) {
		case string:
			value, oid = []byte(a), pgtype.TextOID
		case key:
			value, oid = a, pgtype.ByteaOID
		case int64:
			value, oid = binary.BigEndian.AppendUint64(nil, uint64(a)), pgtype.Int8OID
		case []string:
			oid = pgtype.TextArrayOID
			value, err = types.Encode(oid, pgx.BinaryFormatCode, a, nil)
		case []key:
			oid = pgtype.ByteaArrayOID
			value, err = types.Encode(oid, pgx.BinaryFormatCode, a, nil)
		default:
			err = fmt.Errorf("store: a %T is no value of a statement", arg)
		}
		if err != nil {
			return nil, nil, err
		}
		values, oids = append(values, value), append(oids, oid)
	}
	return values, oids, nil
}

// number is a column that is a bigint.
func number(column []byte) int64 {
	if len(column) != 8 {
		return 0
	}
	return int64(binary.BigEndian.Uint64(column))
}
