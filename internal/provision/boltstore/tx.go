package boltstore

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"strings"

	bolt "go.etcd.io/bbolt"

	"calltab/internal/provision/seal"
)

// group is what the functions of one database transaction share.
type group struct {
	btx     *bolt.Tx
	tables  []table
	key     []byte // scratch
	arena   []byte // values handed to bbolt, which keeps them until the commit
	written bool   // a function wrote; without that there is nothing to commit
	// unsealed: the file is of an older schema version, or not all of it is brought up to date; values may lack a seal
	unsealed bool
}

type table struct {
	name   string
	bucket *bolt.Bucket
}

// tx is one function's view of the group's transaction.
type tx struct {
	*group
	writable bool
	wrote    bool
	closed   bool
	scanning []string // tables under scan
	err      error    // the first thing that failed; from then on nothing is seen
}

// reserved begins the names of the store's own buckets.
const reserved = "_"

var errTableName = errors.New("store: tables have a name, and it does not begin with " + reserved)

// Get returns a copy of the value, never nil when the key is there.
func (t *tx) Get(table, key string) ([]byte, bool) {
	b := t.bucket(table, false)
	if b == nil {
		return nil, false
	}
	at := t.bytes(key)
	stored := b.Get(at)
	if stored == nil {
		return nil, false
	}
	v, err := t.value(table, at, stored)
	if err != nil {
		t.fail(err)
		return nil, false
	}
	return append(make([]byte, 0, len(v)), v...), true
}

// Put writes a copy of value.
func (t *tx) Put(table, key string, value []byte) {
	t.mayWrite(table)
	b := t.bucket(table, true)
	if b == nil {
		return
	}
	at := t.bytes(key)
	if err := b.Put(at, t.keep(table, at, value)); err != nil {
		t.fail(fmt.Errorf("store: put %q in table %s: %w", key, table, err))
	}
}

// Delete removes a key.
func (t *tx) Delete(table, key string) {
	t.mayWrite(table)
	b := t.bucket(table, false)
	if b == nil {
		return
	}
	t.wrote, t.written = true, true
	if err := b.Delete(t.bytes(key)); err != nil {
		t.fail(fmt.Errorf("store: delete %q in table %s: %w", key, table, err))
	}
}

// Scan yields copies, in byte order.
func (t *tx) Scan(table, prefix, from string) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		b := t.bucket(table, false)
		if b == nil {
			return
		}
		t.scanning = append(t.scanning, table)
		defer func() { t.scanning = t.scanning[:len(t.scanning)-1] }()
		in := seal.In(table)
		c := b.Cursor()
		for k, stored := c.Seek([]byte(max(prefix, from))); k != nil && t.err == nil; k, stored = c.Next() {
			if !begins(k, prefix) {
				return
			}
			v, err := t.valueIn(table, in, k, stored)
			if err != nil {
				t.fail(err)
				return
			}
			if !yield(string(k), bytes.Clone(v)) {
				return
			}
		}
	}
}

// bucket finds a table. It is nil when the table is not there (and is not to be made), or the transaction has failed.
func (t *tx) bucket(name string, create bool) *bolt.Bucket {
	if t.closed {
		panic("store: transaction used after its function returned")
	}
	if t.err != nil {
		return nil
	}
	if create {
		t.wrote, t.written = true, true
	}
	for i := range t.tables {
		if t.tables[i].name == name {
			return t.tables[i].bucket
		}
	}
	if name == "" || strings.HasPrefix(name, reserved) {
		t.fail(errTableName)
		return nil
	}
	b := t.btx.Bucket([]byte(name))
	if b == nil && create {
		var err error
		if b, err = t.btx.CreateBucket([]byte(name)); err != nil {
			t.fail(fmt.Errorf("store: make table %s: %w", name, err))
		}
	}
	if b != nil {
		t.tables = append(t.tables, table{name, b})
	}
	return b
}

// mayWrite panics on what is a programmer's mistake wherever it happens.
func (t *tx) mayWrite(table string) {
	if !t.writable {
		panic("store: write to table " + table + " in a View")
	}
	for _, s := range t.scanning {
		if s == table {
			panic("store: write to table " + table + " while it is scanned")
		}
	}
}

func (t *tx) fail(err error) {
	if t.err == nil {
		t.err = err
	}
}

func (t *tx) close() { t.closed = true }

// bytes is key in a buffer that is good until the next call; bbolt copies keys.
func (g *group) bytes(key string) []byte {
	g.key = append(g.key[:0], key...)
	return g.key
}

// keep copies a value behind its seal to where it stays until the commit.
func (g *group) keep(table string, key, value []byte) []byte {
	start := len(g.arena)
	g.arena = seal.Append(g.arena, table, key, value)
	return g.arena[start:len(g.arena):len(g.arena)]
}

// maxArena is how much scratch memory outlives a transaction.
const maxArena = 256 << 10

// reset makes g ready for a database transaction, or, with nil, lets the last one go.
func (g *group) reset(btx *bolt.Tx) {
	clear(g.tables)
	g.btx = btx
	g.tables = g.tables[:0]
	g.arena = g.arena[:0]
	g.written = false
	if cap(g.arena) > maxArena {
		g.arena = nil
	}
}
