package pgstore

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/seal"
)

// tx is one function's view of the store.
type tx struct {
	from     source
	written  *writes // nil in a View
	closed   bool
	scanning []string // tables under scan
	err      error    // the first thing that failed; from then on nothing is seen
}

// reserved begins names that no table has, as in the embedded store.
const reserved = "_"

// longestKey is how many bytes a key may have: an entry of an index has at most a third of a page
// (https://www.postgresql.org/docs/15/btree-implementation.html), that is 2,704 bytes with the table's name.
const longestKey = 2500

var (
	errTableName = errors.New("store: tables have a name, and it does not begin with " + reserved)
	errEmptyKey  = errors.New("store: keys are not empty")
)

// begin makes the transaction of one function on what lies below. An Update has somewhere to write.
func begin(below source, written *writes) *tx {
	t := &tx{from: below, written: written}
	if written != nil {
		t.from = over{written, below}
	}
	return t
}

// Get returns a copy of the value, never nil when the key is there.
func (t *tx) Get(table, key string) ([]byte, bool) {
	if !t.reads(table) {
		return nil, false
	}
	stored, err := t.from.get(place{table, key})
	if err == nil && stored == nil {
		return nil, false
	}
	v, ok := t.value(table, row{key, stored}, err)
	return v, ok
}

// value opens a seal, and hands out a copy. A damaged value fails the transaction: it is never an answer.
func (t *tx) value(table string, r row, err error) ([]byte, bool) {
	if err != nil {
		t.fail(fmt.Errorf("store: read table %s: %w", table, err))
		return nil, false
	}
	v, ok := seal.Open(table, []byte(r.key), r.stored)
	if !ok {
		t.fail(damaged(table))
		return nil, false
	}
	return append(make([]byte, 0, len(v)), v...), true
}

// damaged does not name the key, which may be a phone number, and this goes into logs; the check names it.
func damaged(table string) error {
	return &provision.Error{Op: "read " + table, Kind: provision.Internal,
		Err: fmt.Errorf("store: a record of table %s is not as it was written: calltab check says which; restore the "+
			"database from a backup", table)}
}

// Put writes a copy of value.
func (t *tx) Put(table, key string, value []byte) {
	if !t.writes(table) {
		return
	}
	switch {
	case key == "":
		t.fail(errEmptyKey)
		return
	case len(key) > longestKey:
		t.fail(fmt.Errorf("store: a key of table %s has %d bytes, and at most %d are stored", table, len(key),
			longestKey))
		return
	}
	room := make([]byte, 0, seal.Size+len(value))
	t.written.put(place{table, key}, seal.Append(room, table, []byte(key), value))
}

// Delete removes a key.
func (t *tx) Delete(table, key string) {
	if t.writes(table) {
		t.written.put(place{table, key}, nil)
	}
}

// Scan yields copies, in byte order.
func (t *tx) Scan(table, prefix, from string) iter.Seq2[string, []byte] {
	return t.scan(span{table, max(prefix, from), behind(prefix)}, false)
}

// ScanBack yields copies, the last key first.
func (t *tx) ScanBack(table, prefix, before string) iter.Seq2[string, []byte] {
	at := span{table, prefix, behind(prefix)}
	if before != "" && (at.to == "" || before < at.to) {
		at.to = before
	}
	return t.scan(at, true)
}

func (t *tx) scan(at span, back bool) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		if !t.reads(at.table) || at.to != "" && at.from >= at.to {
			return
		}
		t.scanning = append(t.scanning, at.table)
		defer func() { t.scanning = t.scanning[:len(t.scanning)-1] }()
		for r, err := range t.from.rows(at, back) {
			v, ok := t.value(at.table, r, err)
			if !ok || !yield(r.key, v) || t.err != nil {
				return
			}
		}
	}
}

// reads reports whether a table can be read.
func (t *tx) reads(table string) bool {
	if t.closed {
		panic("store: transaction used after its function returned")
	}
	if t.err == nil && (table == "" || strings.HasPrefix(table, reserved)) {
		t.fail(errTableName)
	}
	return t.err == nil
}

// writes reports whether a table can be written, and panics on what is a programmer's mistake wherever it happens.
func (t *tx) writes(table string) bool {
	if t.written == nil {
		panic("store: write to table " + table + " in a View")
	}
	if slices.Contains(t.scanning, table) {
		panic("store: write to table " + table + " while it is scanned")
	}
	return t.reads(table)
}

func (t *tx) fail(err error) {
	if t.err == nil {
		t.err = err
	}
}

// behind is the lowest key above all that begin with a prefix; empty where there is none.
func behind(prefix string) string {
	end := []byte(prefix)
	for len(end) > 0 && end[len(end)-1] == 0xff {
		end = end[:len(end)-1]
	}
	if len(end) == 0 {
		return ""
	}
	end[len(end)-1]++
	return string(end)
}
