package boltstore

import (
	"errors"
	"fmt"
	"strconv"

	bolt "go.etcd.io/bbolt"

	"calltab/internal/provision/move"
)

// A migration takes a file from one schema version to the next, in one transaction with the new version number. The
// schema is what every table's keys mean; records carry versions of their own and need none.
type migration func(*bolt.Tx) error

// migrations[i] leads from version i+1 to i+2, and the last one to provision.SchemaVersion. Append only.
var migrations = []migration{added, beginSealing, added, added, added, added, added, added, added}

// added is for a version that only adds to records: what an older program wrote means the same to this one.
func added(*bolt.Tx) error { return nil }

var (
	metaBucket = []byte(reserved + "calltab")
	versionKey = []byte("schema-version")
)

var errForeign = errors.New("it is a bbolt file, but not a calltab store")

// migrate brings the file to the newest version. After a crash it goes on where it was.
func migrate(db *bolt.DB, migrations []migration) error {
	newest := len(migrations) + 1
	var version int
	var unsealed bool
	err := db.View(func(btx *bolt.Tx) (err error) {
		if btx.Bucket(backupBucket) != nil {
			return ErrBackup
		}
		unsealed = sealing(btx)
		version, err = schemaVersion(btx)
		return err
	})
	if err != nil || version == newest && !unsealed {
		return err
	}
	for {
		var done bool
		err := db.Update(func(btx *bolt.Tx) error {
			version, err := schemaVersion(btx)
			switch {
			case err != nil:
				return err
			case version == 0: // a new file
				done = true
				return setVersion(btx, newest)
			case version > newest:
				return fmt.Errorf("it was written by a newer calltab (schema version %d, this program knows up to "+
					"%d); start that one, or restore a backup from before the upgrade", version, newest)
			case sealing(btx):
				if err := sealMore(btx, mostSealed); err != nil {
					return fmt.Errorf("give its records checksums: %w", err)
				}
				return nil
			case version == newest:
				done = true
				return nil
			}
			if err := migrations[version-1](btx); err != nil {
				return fmt.Errorf("bring it from schema version %d to %d: %w", version, version+1, err)
			}
			return setVersion(btx, version+1)
		})
		if err != nil || done {
			return err
		}
	}
}

// schemaVersion is 0 for a file without anything in it. Its error is a [move.MarkedError] where the store is out of
// use.
func schemaVersion(btx *bolt.Tx) (int, error) {
	meta := btx.Bucket(metaBucket)
	if meta == nil {
		if name, _ := btx.Cursor().First(); name != nil {
			return 0, errForeign
		}
		return 0, nil
	}
	text := meta.Get(versionKey)
	if m, err := move.ReadMark(text); err == nil {
		return 0, &move.MarkedError{Mark: m}
	}
	version, err := strconv.Atoi(string(text))
	if err != nil || version < 1 {
		return 0, fmt.Errorf("its schema version %q is not a number", text)
	}
	return version, nil
}

func setVersion(btx *bolt.Tx, version int) error {
	meta, err := btx.CreateBucketIfNotExists(metaBucket)
	if err != nil {
		return err
	}
	return meta.Put(versionKey, []byte(strconv.Itoa(version)))
}
