package boltstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// Snapshot is a store as it is at one moment. While it is held, the file of a store that is written to grows, since no
// page that the snapshot shows may be used again.
type Snapshot struct {
	btx  *bolt.Tx
	file io.ReaderAt
	size int64
	head head
	odd  string // what is odd about its heads

	unsealed bool // as in group
}

// Snapshot holds the store as it is now, until f returns.
func (s *Store) Snapshot(ctx context.Context, f func(*Snapshot) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	defer s.readers.begin()()
	btx, err := s.db.Begin(false)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	defer btx.Rollback() // a read transaction has nothing to lose
	file, err := os.Open(s.db.Path())
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	defer file.Close()
	var first firstPage
	_, _ = btx.WriteTo(&first) // it ends as soon as it has shown the head of this transaction
	h, ok := readHead(first)
	if !ok {
		return errors.New("store: the head of a transaction cannot be read")
	}
	return f(&Snapshot{btx: btx, file: file, size: btx.Size(), head: h})
}

// firstPage keeps the first thing that is written to it and wants no more.
type firstPage []byte

func (p *firstPage) Write(b []byte) (int, error) {
	*p = append(*p, b...)
	return 0, io.ErrShortWrite
}

// ReadSnapshot holds a file that no program has open, also a damaged one or a backup, until f
// returns. Nothing is written.
func ReadSnapshot(path string, f func(*Snapshot) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file", path)
	}
	h, odd, err := heads(file)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	snap := &Snapshot{file: file, size: info.Size(), head: h, odd: odd}
	defer snap.close()
	return f(snap)
}

func (s *Snapshot) close() {
	if s.btx != nil {
		db := s.btx.DB()
		_ = s.btx.Rollback()
		_ = db.Close()
	}
}

// CheckPages reads every page in use and says what is wrong, a line each. It reports whether the records can be read.
func (s *Snapshot) CheckPages(tell func(string)) bool {
	if s.odd != "" {
		tell(s.odd)
	}
	return readPages(s.file, s.size, s.head, tell) && s.odd == ""
}

// View reads the records. Of a file it is to be called only after CheckPages, which keeps bbolt
// away from a damaged one.
func (s *Snapshot) View(f func(Tx) error) error {
	if err := s.open(); err != nil {
		return err
	}
	t := tx{group: &group{btx: s.btx, unsealed: s.unsealed}}
	defer t.close()
	if err := f(&t); t.err == nil {
		return err
	}
	return t.err
}

// open has bbolt read a file.
func (s *Snapshot) open() error {
	if s.btx != nil {
		return nil
	}
	name := s.file.(*os.File).Name()
	db, err := bolt.Open(name, 0o600, &bolt.Options{ReadOnly: true, Timeout: time.Second})
	if errors.Is(err, berrors.ErrTimeout) {
		return fmt.Errorf("store %s: %w", name, ErrInUse)
	}
	if err != nil {
		return fmt.Errorf("open store: %w", err)
	}
	if s.btx, err = db.Begin(false); err != nil {
		return errors.Join(err, db.Close())
	}
	v, err := schemaVersion(s.btx)
	if err != nil {
		err = fmt.Errorf("store %s: %w", name, err)
	}
	s.unsealed = v < sealedVersion || sealing(s.btx)
	if newest := len(migrations) + 1; err == nil && v > newest {
		err = fmt.Errorf("store %s: it was written by a newer calltab (schema version %d, this program knows up to %d)",
			name, v, newest)
	}
	return err
}

// CheckValues reads every record, and tells table and key of each one that is not as it was written. It reports whether
// all of them can be relied on. It is to be called only after CheckPages.
func (s *Snapshot) CheckValues(tell func(table, key string)) (sound bool, err error) {
	tables, err := s.Tables()
	if err != nil {
		return false, err
	}
	g := group{unsealed: s.unsealed}
	sound = true
	for _, table := range tables {
		c := s.btx.Bucket([]byte(table)).Cursor()
		for k, stored := c.First(); k != nil; k, stored = c.Next() {
			if _, err := g.value(table, k, stored); err != nil {
				sound = false
				tell(table, string(k))
			}
		}
	}
	return sound, nil
}

// Tables are the names of the tables.
func (s *Snapshot) Tables() ([]string, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	var all []string
	c := s.btx.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		if !strings.HasPrefix(string(k), reserved) {
			all = append(all, string(k))
		}
	}
	return all, nil
}

// Size is how many bytes Copy writes.
func (s *Snapshot) Size() int64 { return s.size }

// Copy writes the snapshot as a file of a store. Of a file it is to be called only after CheckPages.
func (s *Snapshot) Copy(w io.Writer) error {
	if err := s.open(); err != nil {
		return err
	}
	_, err := s.btx.WriteTo(w)
	return err
}
