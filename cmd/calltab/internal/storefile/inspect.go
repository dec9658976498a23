package storefile

import (
	"context"
	"errors"
	"fmt"
	"os"

	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/pgstore"
)

// Inspect says why [Open] and [AuditKey] would refuse a store that is there, and changes nothing. It reads every page.
// Its error is [boltstore.ErrInUse] where a program has the store open.
func Inspect(ctx context.Context, path string) error {
	if err := refuseWritable("store", path); err != nil {
		return err
	}
	if err := refuseWritable("audit key", path+".key"); err != nil {
		return err
	}
	return boltstore.ReadSnapshot(path, func(snap *boltstore.Snapshot) error {
		wrong := ""
		sound := snap.CheckPages(func(line string) {
			if wrong == "" {
				wrong = line
			}
		})
		if !sound {
			return fmt.Errorf("store %s is damaged: %s", path, wrong)
		}
		looked := snapshot{snap}
		audited, err := audit.Audited(ctx, looked)
		if err != nil {
			return err
		}
		key, err := os.ReadFile(path + ".key")
		switch {
		case errors.Is(err, os.ErrNotExist) && !audited: // the first start was cut off; the next one makes it
			return nil
		case errors.Is(err, os.ErrNotExist):
			return fmt.Errorf("audit key %s.key is missing, and the store has an audit trail", path)
		case err != nil:
			return err
		case len(key) < leastKey:
			return fmt.Errorf("audit key %s.key is shorter than %d bytes", path, leastKey)
		}
		if err := audit.CheckAuditKey(ctx, looked, key); err != nil {
			return fmt.Errorf("audit key %s.key: %w", path, err)
		}
		return nil
	})
}

// Look reads a store that no program has open, or a database beside the program that has it, and changes nothing. Of a
// file that is not there, or has nothing, nothing is read.
func Look(ctx context.Context, name string, f func(provision.Tx) error) error {
	if IsDatabase(name) {
		db, err := Open(ctx, name, Reading)
		if err != nil {
			return err
		}
		defer db.Close()
		return db.View(ctx, f)
	}
	info, err := os.Stat(name)
	if errors.Is(err, os.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil
	}
	return boltstore.ReadSnapshot(name, func(snap *boltstore.Snapshot) error { return snap.View(f) })
}

// InspectDatabase looks at a database beside the program that has it, and changes nothing. Its error says why [Open] or
// [AuditKey] would refuse it; what the state shows may keep a program from starting too.
func InspectDatabase(ctx context.Context, url string, key []byte) (pgstore.State, error) {
	state, err := pgstore.Look(ctx, url)
	if err != nil || !state.Made || state.Standby {
		return state, err
	}
	db, err := Open(ctx, url, Reading)
	if err != nil {
		return state, err
	}
	defer db.Close()
	_, err = AuditKey(ctx, db, url, key)
	return state, err
}

// snapshot is a store that is only read.
type snapshot struct{ *boltstore.Snapshot }

func (s snapshot) View(_ context.Context, f func(provision.Tx) error) error {
	return s.Snapshot.View(f)
}

func (snapshot) Update(context.Context, func(provision.Tx) error) error {
	return errors.New("a snapshot is only read")
}
