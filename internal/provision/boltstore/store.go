package boltstore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"calltab/internal/provision"
	"calltab/internal/provision/move"
)

// Tx is what View and Update hand out.
type Tx = provision.Tx

var _ provision.Store = (*Store)(nil)

// Options are the store's settings; the zero value is good.
type Options struct {
	// LockTimeout is how long Open waits for another process to let go of the file; 0 means a second.
	LockTimeout time.Duration
	// Marked opens a store also where it has a mark that it is out of use, for a move of its records.
	Marked bool
}

const (
	defaultLockTimeout = time.Second
	// initialMap is address space set aside for the file. bbolt cannot enlarge its map while anyone reads, so a file
	// that fits lets writers grow it without waiting for readers. It costs no memory until it is used.
	initialMap = 256 << 20
)

// ErrInUse is returned by Open when another process has the file open.
var ErrInUse = errors.New("another calltab has it open")

// Store is an open file.
type Store struct {
	db     *bolt.DB
	commit func(*bolt.Tx) error // bbolt's; tests have it fail
	health health

	readers readers
	wiping  sync.Mutex // held by Wipe

	mu      sync.Mutex
	waiting []*update // in the order they came
	leading bool      // an update leads, or has been told to

	// Only the leader touches these; they are kept for their memory.
	batch []*update
	group group
}

// Open opens the file, makes it (for its owner's eyes only) when there is none, and brings an older one up to date.
func Open(path string, o Options) (*Store, error) { return open(path, o, migrations) }

func open(path string, o Options, migrations []migration) (*Store, error) {
	if o.LockTimeout <= 0 {
		o.LockTimeout = defaultLockTimeout
	}
	if err := checkLength(path); err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	db, err := openFile(path, o)
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, fmt.Errorf("store %s: %w; end it first, or give this one a file of its own", path, ErrInUse)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch),
		errors.Is(err, berrors.ErrChecksum):
		return nil, fmt.Errorf("store %s is not a calltab store, or is damaged: %w", path, err)
	case errors.Is(err, errDamaged):
		return nil, fmt.Errorf("store %s is damaged (%w): calltab check says where; put it back from a backup with "+
			"calltab restore", path, err)
	case err != nil:
		return nil, fmt.Errorf("open store: %w", err)
	}
	err = migrate(db, migrations)
	var marked *move.MarkedError
	if errors.As(err, &marked) {
		err = o.marked(marked.Mark)
	}
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", path, errors.Join(err, db.Close()))
	}
	return &Store{db: db, commit: (*bolt.Tx).Commit, health: newHealth()}, nil
}

var errDamaged = errors.New("its pages cannot be read")

// openFile opens a file as bbolt does, which panics where the list of free pages is none.
func openFile(path string, o Options) (db *bolt.DB, err error) {
	if err := checkUnlisted(path, o); err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errDamaged, p)
		}
	}()
	return bolt.Open(path, 0o600, &bolt.Options{
		Timeout:         o.LockTimeout,
		FreelistType:    bolt.FreelistMapType, // the array is slow once a big file has many holes
		NoFreelistSync:  true,                 // see freelist.go
		InitialMmapSize: initialMap,
	})
}

// Close waits for the transactions in hand and closes the file. Calls after it return an error.
func (s *Store) Close() error {
	s.writeFreelist()
	return s.db.Close()
}

// View runs f on a snapshot. It waits for no writer.
func (s *Store) View(ctx context.Context, f func(Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	defer s.readers.begin()()
	btx, err := s.begin(false)
	if err != nil {
		return err
	}
	defer btx.Rollback() // a read transaction has nothing to lose
	t := tx{group: &group{btx: btx}}
	defer t.close()
	if err := f(&t); t.err == nil {
		return err
	}
	return t.err
}
