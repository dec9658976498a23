// Package values writes and reads the values of statements in PostgreSQL's binary form.
package values

import (
	"encoding/binary"
	"fmt"

	"github.com/jackc/pgx/v5/pgtype"
)

// Cloned is a copy of a row's columns; one that is null stays nil.
func Cloned(columns [][]byte) [][]byte {
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

// Encode writes values in the binary form: string as text, []byte as bytea, int64 as a bigint, []string and [][]byte as
// arrays of them.
func Encode(types *pgtype.Map, args []any) (values [][]byte, oids []uint32, err error) {
	for _, arg := range args {
		var value []byte
		var oid uint32
		switch a := arg.(type) {
		case string:
			value, oid = []byte(a), pgtype.TextOID
		case []byte:
			value, oid = a, pgtype.ByteaOID
		case int64:
			value, oid = binary.BigEndian.AppendUint64(nil, uint64(a)), pgtype.Int8OID
		case []string:
			oid = pgtype.TextArrayOID
			value, err = types.Encode(oid, pgtype.BinaryFormatCode, a, nil)
		case [][]byte:
			oid = pgtype.ByteaArrayOID
			value, err = types.Encode(oid, pgtype.BinaryFormatCode, a, nil)
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

// Number is a column that is a bigint.
func Number(column []byte) int64 {
	if len(column) != 8 {
		return 0
	}
	return int64(binary.BigEndian.Uint64(column))
}
