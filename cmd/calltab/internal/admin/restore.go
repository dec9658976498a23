package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"calltab/cmd/calltab/internal/sealedkey"
	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/stock"
)

// restoreFlags say which backup is put back, and where to.
type restoreFlags struct {
	File  string `arg:"" optional:"" help:"The backup; none where the store is in PostgreSQL."`
	Force bool   `help:"Move a store and a key aside that are there."`
	Store string `help:"Database file, or postgres:// URL; CALLTAB_STORE, or calltab.db, by default." placeholder:"FILE"`
}

// comparesNext says what a mark of a restored store means.
const comparesNext = "At its next start Calltab compares all numbers with Microsoft's. Until then it offers and " +
	"changes none."

// Help is what calltab restore --help says before the flags.
func (restoreFlags) Help() string {
	return "Stop the program first. All of the backup is checked before anything is changed. What the store does " +
		"not know yet, such as numbers that were given since, the program finds out at its next start: it compares " +
		"all numbers with Microsoft's, and until that is done it offers and changes none. The passphrase comes from " +
		"CALLTAB_BACKUP_PASSPHRASE or CALLTAB_BACKUP_PASSPHRASE_FILE. A store in PostgreSQL is put back with the " +
		"database's own tools; then calltab restore, without a backup, has the next start do all that too."
}

func runRestore(ctx context.Context, f restoreFlags, env func(string) (string, bool), stdout io.Writer) error {
	path, err := storePath(f.Store, env)
	if err != nil {
		return err
	}
	if storefile.IsDatabase(path) && f.File == "" {
		return markDatabase(ctx, path, env, stdout)
	}
	if err := onlyFiles(path, "put it back with the database's own tools, such as pg_restore, and then have calltab "+
		"restore, without a backup, mark it"); err != nil {
		return err
	}
	if f.File == "" {
		return &UsageError{errors.New("which backup? calltab restore FILE")}
	}
	if _, ok := reach(SocketOf(path)); ok || boltstore.InUse(path) {
		return fmt.Errorf("a calltab has the store %s open: stop it first", path)
	}
	m, key, inside, err := readBackup(f.File, path+".key", env)
	if err != nil {
		return fmt.Errorf("backup %s: %w", f.File, err)
	}
	old, err := inTheWay(path, key, f.Force)
	if err != nil {
		return err
	}
	if err := prepare(ctx, f.File, path, m); err != nil {
		_ = os.Remove(path + ".new") // it may not even be there
		return fmt.Errorf("nothing was restored: %w", err)
	}
	if err := putBack(path, key, inside, old, stdout); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout,
		"Restored %s, as of %s: %s.\n%s\n", path, m.At.Format(time.RFC3339), m.holds(), comparesNext)
	return err
}

// readBackup checks a backup and returns the audit key that belongs to it: its own, or the one beside the
// store where it has none.
func readBackup(file, beside string, env func(string) (string, bool)) (m backedUp, key []byte, inside bool, err error) {
	var parts map[string][]byte
	err = boltstore.ReadSnapshot(file, func(snap *boltstore.Snapshot) (err error) {
		var found findings
		if !snap.CheckPages(found.fault) {
			return fmt.Errorf("it is damaged: %s", found.lines[0])
		}
		parts, err = snap.Parts()
		return err
	})
	if err != nil {
		return m, nil, false, err
	}
	if parts == nil {
		return m, nil, false, errors.New("it is no backup that calltab backup wrote")
	}
	if err := json.Unmarshal(parts[manifestPart], &m); err != nil {
		return m, nil, false, fmt.Errorf("it is damaged: what it says of itself cannot be read: %w", err)
	}
	if m.Schema > provision.SchemaVersion {
		return m, nil, false, fmt.Errorf("a newer calltab wrote it (schema version %d, this one knows up to %d): "+
			"restore it with that one", m.Schema, provision.SchemaVersion)
	}
	sealed, inside := parts[keyPart]
	if inside {
		phrase, err := sealedkey.Passphrase(env)
		if err != nil {
			return m, nil, inside, err
		}
		if key, err = sealedkey.Open(sealed, phrase); err != nil {
			return m, nil, inside, err
		}
	} else if key, err = os.ReadFile(beside); errors.Is(err, fs.ErrNotExist) {
		return m, nil, inside, fmt.Errorf("it has no audit key in it: put the key back first, as %s", beside)
	} else if err != nil {
		return m, nil, inside, err
	}
	return m, key, inside, verifyBackup(file, key, m)
}

// verifyBackup compares all that a backup has with what it says of itself, and checks the trail with the key.
func verifyBackup(file string, key []byte, said backedUp) error {
	read := backedUp{At: said.At}
	if err := describe(file, key, &read); err != nil {
		return err
	}
	if read.SHA256 != said.SHA256 {
		return errors.New("it is damaged: its records are not those that were backed up")
	}
	return nil
}

// inTheWay names what has to be moved aside. Without force there may be nothing, but the key that
// belongs to the backup.
func inTheWay(store string, key []byte, force bool) (old []string, err error) {
	if _, err := os.Lstat(store); err == nil {
		old = append(old, store)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	there, err := os.ReadFile(store + ".key")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err == nil && !bytes.Equal(there, key) {
		old = append(old, store+".key")
	}
	if len(old) > 0 && !force {
		return nil, fmt.Errorf("there is a file %s already: restore to another place with --store, or move it aside "+
			"with --force", old[0])
	}
	return old, nil
}

// prepare makes a store of the backup, under another name.
func prepare(ctx context.Context, file, store string, m backedUp) error {
	from, err := os.Open(file)
	if err != nil {
		return err
	}
	defer from.Close()
	part := store + ".new"
	err = intoNew(part, func(out io.Writer) error {
		_, err := io.Copy(out, from)
		return err
	})
	if err != nil {
		return err
	}
	if err := boltstore.Unseal(part); err != nil {
		return err
	}
	db, err := boltstore.Open(part, boltstore.Options{})
	if err != nil {
		return err
	}
	err = db.Update(ctx, func(tx provision.Tx) error {
		stock.MarkRestored(tx, m.At, time.Now())
		return nil
	})
	return errors.Join(err, db.Close())
}

// aside stands between the name of a file that was moved aside and when that was.
const aside = ".before-"

// putBack gives store and key their names, the key first. Cut off anywhere it leaves all as it was, all as it shall be,
// or a key that does not fit the store or has none, with which no program starts.
func putBack(store string, key []byte, inside bool, old []string, stdout io.Writer) error {
	stamp := time.Now().UTC().Format("20060102T150405Z")
	for _, name := range old {
		kept := name + aside + stamp
		if err := os.Link(name, kept); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(stdout, "Kept what was %s as %s.\n", name, kept); err != nil {
			return err
		}
	}
	if inside {
		if err := writeNew(store+".key.new", key); err != nil {
			return err
		}
		if err := os.Rename(store+".key.new", store+".key"); err != nil {
			return err
		}
	}
	if err := os.Rename(store+".new", store); err != nil {
		return err
	}
	return syncDir(store)
}
