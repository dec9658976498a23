package storefile

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/boltstore"
)

// OpenFile opens the store at path. A key that stands there without its store is refused: a store is made before its
// key, so the store was moved or lost, and a new one in its place would give numbers again that are given already.
func OpenFile(path string) (*boltstore.Store, error) {
	info, err := os.Stat(path)
	gone := errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode().IsRegular() && info.Size() == 0
	if _, err := os.Stat(path + ".key"); err == nil && gone {
		return nil, fmt.Errorf("store %s is missing or empty, but its key %s.key is there: put the store back, or "+
			"restore both from a backup; "+
			"only to begin with nothing, take the key away too", path, path)
	}
	if err := refuseFile(path); err != nil {
		return nil, err
	}
	return boltstore.Open(path, boltstore.Options{})
}

// refuseFile refuses a store or a key that others can change.
func refuseFile(path string) error {
	if err := refuseWritable("store", path); err != nil {
		return err
	}
	return refuseWritable("audit key", path+".key")
}

// FileKey loads the key of an open file, or makes it, and refuses one with which the newest links of the trail were
// not written: what it would add could never be checked.
func FileKey(ctx context.Context, db provision.Store, path string) ([]byte, error) {
	audited, err := audit.Audited(ctx, db)
	if err != nil {
		return nil, err
	}
	key, err := loadAuditKey(path+".key", audited)
	if err != nil {
		return nil, err
	}
	if err := audit.CheckAuditKey(ctx, db, key); err != nil {
		return nil, fmt.Errorf("audit key %s.key: %w", path, err)
	}
	return key, nil
}

// leastKey is how long a key is at least, in bytes.
const leastKey = 32

// loadAuditKey reads the key of the audit trail's MAC, and makes it where there is neither key nor trail yet.
// It stands beside the store and not in it: who can edit the store alone cannot forge the trail. A trail
// without its key is refused, since with a new one it could never be checked again. Call it with the store
// open, whose lock keeps others out.
func loadAuditKey(path string, audited bool) ([]byte, error) {
	key, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !audited {
		key = []byte(rand.Text() + rand.Text())
		err = writeKey(path, key)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = errors.New("it is missing, and the store has an audit trail: restore it from the backup")
	case err == nil && len(key) < leastKey:
		err = errors.New("it is shorter than 32 bytes: restore it from the backup")
	}
	if err != nil {
		return nil, fmt.Errorf("audit key %s: %w", path, err)
	}
	return key, nil
}

// writeKey writes a key whole or not at all: half a key would be taken for the key at the next start.
func writeKey(path string, key []byte) error {
	return WriteBeside(path, func(out io.Writer) error {
		_, err := out.Write(key)
		return err
	})
}

// NewID is a short name for orders and references: unique enough for all that one store will ever hold.
func NewID() string { return strings.ToLower(rand.Text()[:10]) }
