package pgstore

import (
	"context"
	"iter"

	"github.com/jackc/pgx/v5"
)

// place is where a value is.
type place struct{ table, key string }

// row is a key of a table with what is stored under it: a value behind its seal.
type row struct {
	key    string
	stored []byte
}

// span is a range of keys of a table: those not below from and below to. An empty to is the table's end.
type span struct{ table, from, to string }

// has reports whether a key of the table is in the span.
func (s span) has(key string) bool { return key >= s.from && (s.to == "" || key < s.to) }

// source is where rows are read. What it hands out is not to be changed.
type source interface {
	// get returns nil for a key that is not there.
	get(at place) ([]byte, error)
	// rows yields a span's rows in the order of their keys, or from its end to its beginning. An error is the last.
	rows(at span, back bool) iter.Seq2[row, error]
}

// How many rows are fetched at once: few at first, since most scans want one or two.
const (
	firstPage   = 16
	largestPage = 1024
)

// database reads what is committed, as one transaction on a connection sees it.
type database struct {
	ctx  context.Context // of the transaction
	conn *pgx.Conn
}

const getRow = "select v from kv where t = $1 and k = $2"

func (d database) get(at place) ([]byte, error) {
	answers, err := ask(d.ctx, d.conn, sql(getRow, at.table, key(at.key)))
	if err != nil || len(answers[0]) == 0 {
		return nil, err
	}
	return answers[0][0][0], nil
}

func (d database) rows(at span, back bool) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		rest := at
		for most := firstPage; ; most = min(4*most, largestPage) {
			page, err := d.page(rest, back, most)
			if err != nil {
				yield(row{}, err)
				return
			}
			for _, r := range page {
				if !yield(r, nil) {
					return
				}
			}
			if len(page) < most {
				return
			}
			last := page[len(page)-1].key
			if back {
				rest.to = last
			} else {
				rest.from = last + "\x00"
			}
		}
	}
}

func (d database) page(at span, back bool, most int) ([]row, error) {
	answers, err := ask(d.ctx, d.conn, pageOf(at, back, most))
	if err != nil {
		return nil, err
	}
	return rowsOf(answers[0]), nil
}

// pageOf reads the first rows of a span; most 0 is all of them.
func pageOf(at span, back bool, most int) query {
	q := sql("select k, v from kv where t = $1 and k >= $2", at.table, key(at.from))
	if at.to != "" {
		q = sql(q.sql+" and k < $3", append(q.args, key(at.to))...)
	}
	q.sql += " order by k"
	if back {
		q.sql += " desc"
	}
	switch {
	case most > 0 && at.to != "":
		q = sql(q.sql+" limit $4", append(q.args, int64(most))...)
	case most > 0:
		q = sql(q.sql+" limit $3", append(q.args, int64(most))...)
	}
	return q
}

func rowsOf(a answer) []row {
	rows := make([]row, len(a))
	for i, columns := range a {
		rows[i] = row{string(columns[0]), columns[1]}
	}
	return rows
}
