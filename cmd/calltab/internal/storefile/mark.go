package storefile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/move"
	"calltab/internal/provision/pgstore"
)

// OpenMarked opens a store for a move of its records: for this program alone, and also where it is out of use. fresh
// lets a database without tables get them, and a file that is not there be made.
func OpenMarked(ctx context.Context, name string, fresh bool) (Store, error) {
	if IsDatabase(name) {
		return openMarkedDatabase(ctx, name, fresh)
	}
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) && !fresh {
		return nil, fmt.Errorf("there is no store %s", name)
	}
	if err := refuseFile(name); err != nil {
		return nil, err
	}
	return boltstore.Open(name, boltstore.Options{Marked: true})
}

func openMarkedDatabase(ctx context.Context, url string, fresh bool) (Store, error) {
	ctx, cancel := context.WithTimeout(ctx, openTime)
	defer cancel()
	if !fresh {
		db, err := pgstore.Open(ctx, url, pgstore.Options{Reading: true, Marked: true})
		if err != nil {
			return nil, err
		}
		if err := db.Close(); err != nil {
			return nil, err
		}
	}
	return pgstore.Open(ctx, url, pgstore.Options{Marked: true, As: command})
}

// Mark is the mark of a store that is out of use; the zero Mark where it is in use.
func Mark(ctx context.Context, db Store) (move.Mark, error) {
	switch s := db.(type) {
	case *boltstore.Store:
		return s.Mark(ctx)
	case *pgstore.Store:
		return pgstore.Mark(ctx, s)
	}
	return move.Mark{}, fmt.Errorf("a %T has no mark", db)
}

// SetMark puts a store out of use, or with the zero Mark back into use.
func SetMark(ctx context.Context, db Store, m move.Mark) error {
	switch s := db.(type) {
	case *boltstore.Store:
		return s.SetMark(ctx, m)
	case *pgstore.Store:
		return pgstore.SetMark(ctx, s, m)
	}
	return fmt.Errorf("a %T takes no mark", db)
}

// FullName is a store's name as another store's mark has it: without password and settings, and with the whole path of
// a file.
func FullName(name string) (string, error) {
	if IsDatabase(name) {
		return Shown(name), nil
	}
	return filepath.Abs(name)
}

// KeyMayStand refuses a file beside which there is another audit key already.
func KeyMayStand(path string, key []byte) error {
	there, err := os.ReadFile(path + ".key")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !bytes.Equal(there, key):
		return fmt.Errorf("there is another audit key already, %s.key: move it away, or name another file", path)
	}
	return nil
}

// PutKey writes the key of a file that a store was moved into, beside it.
func PutKey(path string, key []byte) error {
	if err := KeyMayStand(path, key); err != nil {
		return err
	}
	return writeKey(path+".key", key)
}
