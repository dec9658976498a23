package boltstore

import (
	"bytes"
	"fmt"
	"iter"

	bolt "go.etcd.io/bbolt"

	"calltab/internal/provision/seal"
)

// group is what the functions of one database transaction share.
type group struct {
	btx     *bolt.Tx
	tables  []*table
	key     []byte // scratch
	arena   []byte // values handed to bbolt, which keeps them until the commit
	written bool   // a function wrote; without that there is nothing to commit
	// unsealed: the file is of an older schema version, or not all of it is brought up to date; values may lack a seal
	unsealed bool
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

// Get returns a copy of the value, never nil when the key is there.
func (t *tx) Get(table, key string) ([]byte, bool) {
	in := t.table(table, false)
	if in == nil {
		return nil, false
	}
	at := t.bytes(key)
	stored := in.get(at)
	if stored == nil {
		return nil, false
	}
	v, err := t.valueIn(table, in.seal, at, stored)
	if err != nil {
		t.fail(err)
		return nil, false
	}
	return append(make([]byte, 0, len(v)), v...), true
}

// Put writes a copy of value.
func (t *tx) Put(table, key string, value []byte) {
	t.mayWrite(table)
	in := t.table(table, true)
	if in == nil {
		return
	}
	at := t.bytes(key)
	if err := in.bucket.Put(at, t.keep(table, at, value)); err != nil {
		t.fail(fmt.Errorf("store: put %q in table %s: %w", key, table, err))
	}
}

// Delete removes a key.
func (t *tx) Delete(table, key string) {
	t.mayWrite(table)
	in := t.table(table, false)
	if in == nil {
		return
	}
	t.wrote, t.written = true, true
	if err := in.bucket.Delete(t.bytes(key)); err != nil {
		t.fail(fmt.Errorf("store: delete %q in table %s: %w", key, table, err))
	}
}

// Scan yields copies, in byte order.
func (t *tx) Scan(table, prefix, from string) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		t.Walk(table, prefix, from, func(k, v []byte) bool { return yield(string(k), bytes.Clone(v)) })
	}
}

// Walk is Scan without the copies, which cost more than the reading: keys and values lie in the store's own memory.
// They may not be written to, and not be kept when see returns, which is false to stop.
func (t *tx) Walk(table, prefix, from string, see func(key, value []byte) bool) {
	in := t.table(table, false)
	if in == nil {
		return
	}
	c := in.take()
	t.scanning = append(t.scanning, table)
	defer t.scanned(in, c)
	for k, stored := c.Seek(t.bytes(max(prefix, from))); k != nil && t.err == nil; k, stored = c.Next() {
		if !begins(k, prefix) {
			return
		}
		v, err := t.valueIn(table, in.seal, k, stored)
		if err != nil {
			t.fail(err)
			return
		}
		if !see(k, v) {
			return
		}
	}
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
