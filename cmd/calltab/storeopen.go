package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
)

// openStore opens the store at path. A key that stands there without its store is refused: a store is made before its
// key, so the store was moved or lost, and a new one in its place would give numbers again that are given already.
func openStore(path string) (*boltstore.Store, error) {
	info, err := os.Stat(path)
	gone := errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode().IsRegular() && info.Size() == 0
	if _, err := os.Stat(path + ".key"); err == nil && gone {
		return nil, fmt.Errorf("store %s is missing or empty, but its key %s.key is there: put the store back, or "+
			"restore both from a backup; "+
			"only to begin with nothing, take the key away too", path, path)
	}
	if err := refuseWritable("store", path); err != nil {
		return nil, err
	}
	if err := refuseWritable("audit key", path+".key"); err != nil {
		return nil, err
	}
	return boltstore.Open(path, boltstore.Options{})
}

// auditKeyOf loads the key of an open store, or makes it, and refuses one with which the newest links of the trail were
// not written: what it would add could never be checked.
func auditKeyOf(ctx context.Context, db provision.Store, path string) ([]byte, error) {
	audited, err := provision.Audited(ctx, db)
	if err != nil {
		return nil, err
	}
	key, err := loadAuditKey(path+".key", audited)
	if err != nil {
		return nil, err
	}
	if err := provision.CheckAuditKey(ctx, db, key); err != nil {
		return nil, fmt.Errorf("audit key %s.key: %w", path, err)
	}
	return key, nil
}
