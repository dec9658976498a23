package boltstore

import (
	"bytes"
	"iter"

	bolt "go.etcd.io/bbolt"
)

// ScanBack yields copies, the last key first.
func (t *tx) ScanBack(table, prefix, before string) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		in := t.table(table, false)
		if in == nil {
			return
		}
		c := backCursor{Cursor: in.take()}
		t.scanning = append(t.scanning, table)
		defer t.scanned(in, c.Cursor)
		c.lowest, _ = c.First()
		for k, stored := c.below(prefix, before); k != nil && t.err == nil; k, stored = c.prev(k) {
			if !begins(k, prefix) {
				return
			}
			v, err := t.valueIn(table, in.seal, k, stored)
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

// backCursor goes from the end of a bucket to its beginning. bbolt's own Prev returns nothing at a page of which the
// transaction has deleted every key, as it does at the beginning, and its Last never ends where that is so of all pages
// (bbolt v1.5.0, cursor.go: prev and Last, beside the care that next takes).
type backCursor struct {
	*bolt.Cursor
	lowest []byte // the first key; nil: there is none
}

// below is the last key that may begin with a prefix, below another key where one is given.
func (c backCursor) below(prefix, before string) (key, value []byte) {
	end := behind(prefix)
	if before != "" && (end == "" || before < end) {
		end = before
	}
	if c.lowest == nil {
		return nil, nil
	}
	if end == "" {
		return c.Last()
	}
	if k, _ := c.Seek([]byte(end)); k == nil {
		return c.Last()
	}
	return c.prev([]byte(end))
}

// prev is the next key below the one at which the cursor stands.
func (c backCursor) prev(at []byte) (key, value []byte) {
	key, value = c.Prev()
	for key == nil && bytes.Compare(c.lowest, at) < 0 {
		key, value = c.Prev()
	}
	return key, value
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
