package boltstore

import (
	"bytes"
	"strings"

	bolt "go.etcd.io/bbolt"

	"calltab/internal/provision/seal"
)

// The migration to schema version 3 puts every value behind a seal. A store may be large, so it takes many
// transactions: the first one sets the version, which keeps older programs away from then on, and a bookmark, which is
// there until the last value is sealed. After a crash the bookmark says where to go on.
var bookmarkKey = []byte("sealed-up-to") // table, a zero byte, key

// mostSealed is how many bytes of keys and values one transaction seals at most, but for the last value.
const mostSealed = 4 << 20

func beginSealing(btx *bolt.Tx) error {
	meta, err := btx.CreateBucketIfNotExists(metaBucket)
	if err != nil {
		return err
	}
	return meta.Put(bookmarkKey, []byte{})
}

// sealing reports whether the file still has values without a seal.
func sealing(btx *bolt.Tx) bool {
	meta := btx.Bucket(metaBucket)
	return meta != nil && meta.Get(bookmarkKey) != nil
}

// sealMore seals the values that follow the bookmark, up to so many bytes, and moves it, or takes it away at the end.
func sealMore(btx *bolt.Tx, most int) error {
	meta := btx.Bucket(metaBucket)
	mark := bytes.Clone(meta.Get(bookmarkKey))
	at, after, _ := bytes.Cut(mark, []byte{0})
	tables := btx.Cursor()
	for name, _ := tables.Seek(at); name != nil && most > 0; name, _ = tables.Next() {
		if strings.HasPrefix(string(name), reserved) {
			continue
		}
		if !bytes.Equal(name, at) {
			after = nil
		}
		last, size, err := sealTable(btx.Bucket(name), string(name), after, most)
		if err != nil {
			return err
		}
		most -= size
		mark = append(append(bytes.Clone(name), 0), last...)
	}
	if most > 0 {
		return meta.Delete(bookmarkKey)
	}
	return meta.Put(bookmarkKey, mark)
}

type entry struct{ key, value []byte }

// sealTable seals values behind a key, up to so many bytes. last is the key of the last one looked at.
func sealTable(b *bolt.Bucket, table string, after []byte, most int) (last []byte, size int, err error) {
	last = after
	var bare []entry // put only after the cursor has gone by: it does not outlive a change
	c := b.Cursor()
	for k, v := c.Seek(after); k != nil && size < most; k, v = c.Next() {
		if after != nil && bytes.Equal(k, after) {
			continue
		}
		last = bytes.Clone(k)
		size += len(k) + len(v)
		if _, done := seal.Open(table, k, v); !done {
			bare = append(bare, entry{last, seal.Append(nil, table, k, v)})
		}
	}
	for _, e := range bare {
		if err := b.Put(e.key, e.value); err != nil {
			return nil, 0, err
		}
	}
	return last, size, nil
}
