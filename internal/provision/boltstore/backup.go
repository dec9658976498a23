package boltstore

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"calltab/internal/provision"
	"calltab/internal/provision/seal"
)

// A backup is a copy of a store with one more bucket, which says what it is. A store with that bucket does not open: it
// is older than the world, and restoring it says so to the program.
var backupBucket = []byte(reserved + "backup")

// ErrBackup is returned by Open for a file that is a backup.
var ErrBackup = errors.New("it is a backup: put it back with calltab restore")

// Seal makes a backup of the copy of a store. parts are what it shall say of itself.
//
// It takes two transactions: bbolt writes its heads in turns, but a copy has the newer one always first, so that after
// one transaction the older head may be two behind, as in a damaged file.
func Seal(path string, parts map[string][]byte) error {
	err := inFile(path, func(btx *bolt.Tx) error {
		_, err := btx.CreateBucket(backupBucket)
		return err
	})
	if err != nil {
		return err
	}
	return inFile(path, func(btx *bolt.Tx) error {
		b := btx.Bucket(backupBucket)
		for name, value := range parts {
			if err := b.Put([]byte(name), seal.Append(nil, string(backupBucket), []byte(name), value)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Unseal makes a store of a backup.
func Unseal(path string) error {
	return inFile(path, func(btx *bolt.Tx) error { return btx.DeleteBucket(backupBucket) })
}

func inFile(path string, change func(*bolt.Tx) error) error {
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: time.Second})
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	changed := db.Update(change)
	closed := db.Close()
	return errors.Join(changed, closed)
}

// InUse reports whether a process has the store open.
func InUse(path string) bool {
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, Timeout: time.Second})
	if err == nil {
		_ = db.Close() // nothing was written
	}
	return errors.Is(err, berrors.ErrTimeout)
}

// Parts are what a backup says of itself; nil for a store. It is to be called only after CheckPages.
func (s *Snapshot) Parts() (parts map[string][]byte, err error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	b := s.btx.Bucket(backupBucket)
	if b == nil {
		return nil, nil
	}
	parts = map[string][]byte{}
	err = b.ForEach(func(k, v []byte) error {
		value := v
		if seal.Has(v) { // else it is a backup of an older program
			var ok bool
			if value, ok = seal.Open(string(backupBucket), k, v); !ok {
				return fmt.Errorf("it is damaged: what it says of itself as %q is not what was written", k)
			}
		}
		parts[string(k)] = append([]byte{}, value...)
		return nil
	})
	return parts, err
}

// Sum is the SHA-256 of all records with their places. It is to be called only after CheckPages.
func (s *Snapshot) Sum() ([]byte, error) {
	tables, err := s.Tables()
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	err = s.View(func(tx provision.Tx) error {
		for _, table := range tables {
			for k, v := range tx.Scan(table, "", "") {
				add(sum, []byte(table))
				add(sum, []byte(k))
				add(sum, v)
			}
		}
		return nil
	})
	return sum.Sum(nil), err
}

// add has the length lead each part, so that no two lists of parts come to the same bytes. A hash takes everything.
func add(h hash.Hash, part []byte) {
	_, _ = h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
	_, _ = h.Write(part)
}
