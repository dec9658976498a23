package boltstore

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	bolt "go.etcd.io/bbolt"

	"calltab/internal/provision/seal"
)

// table is one that the transaction uses.
type table struct {
	name   string
	seal   seal.Table
	bucket *bolt.Bucket
	cursor *bolt.Cursor // for the next look; nil: there is none, or a scan has it
}

// take hands out a cursor. One that has been used has memory for its way down the tree: a new one allocates it again,
// the more, the higher the tree is.
func (b *table) take() *bolt.Cursor {
	c := b.cursor
	b.cursor = nil
	if c == nil {
		c = b.bucket.Cursor()
	}
	return c
}

// get is what is stored under a key, in bbolt's memory; nil: nothing is.
func (b *table) get(key []byte) []byte {
	c := b.take()
	b.cursor = c
	k, stored := c.Seek(key)
	if !bytes.Equal(k, key) {
		return nil
	}
	return stored
}

// reserved begins the names of the store's own buckets.
const reserved = "_"

var errTableName = errors.New("store: tables have a name, and it does not begin with " + reserved)

// table finds a table. It is nil when the table is not there (and is not to be made), or the transaction has failed.
func (t *tx) table(name string, create bool) *table {
	if t.closed {
		panic("store: transaction used after its function returned")
	}
	if t.err != nil {
		return nil
	}
	if create {
		t.wrote, t.written = true, true
	}
	for _, known := range t.tables {
		if known.name == name {
			return known
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
	if b == nil {
		return nil
	}
	found := &table{name: name, seal: seal.In(name), bucket: b}
	t.tables = append(t.tables, found)
	return found
}

// scanned ends a scan, whose cursor the next look may use.
func (t *tx) scanned(b *table, c *bolt.Cursor) {
	t.scanning = t.scanning[:len(t.scanning)-1]
	b.cursor = c
}
