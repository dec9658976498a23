package admin

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"calltab/cmd/calltab/internal/sealedkey"
	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
)

// backupFlags say what is backed up, and where to.
type backupFlags struct {
	File       string `arg:"" help:"The file to write."`
	WithoutKey bool   `help:"Leave the audit key out: keep it elsewhere."`
	Force      bool   `help:"Take the place of a file that is there."`
	Store      string `help:"Database file; CALLTAB_STORE, or calltab.db, by default." placeholder:"FILE"`
}

// Help is what calltab backup --help says before the flags.
func (backupFlags) Help() string {
	return "The audit key is encrypted with the passphrase in CALLTAB_BACKUP_PASSPHRASE, or in the file that " +
		"CALLTAB_BACKUP_PASSPHRASE_FILE names. The rest is not encrypted: only its owner can read the file. Beside " +
		"a running program it shows one moment, and the program goes on. A file of that name appears only once the " +
		"backup is whole and has been checked."
}

// The parts of what a backup says of itself. The names are persisted.
const (
	manifestPart = "manifest"
	keyPart      = "audit-key.age"
)

// backedUp is what a backup says it has.
type backedUp struct {
	Schema int       `json:"schema"`
	At     time.Time `json:"at"` // the store as it was then, or a moment later
	Orders int       `json:"orders"`
	Stock  int       `json:"numbers"`
	People int       `json:"people"`
	Links  uint64    `json:"links"` // of the audit trail
	SHA256 string    `json:"sha256"`
}

func (m backedUp) holds() string {
	return fmt.Sprintf("%d orders, %d numbers, %d people, %d links of the audit trail", m.Orders, m.Stock,
		m.People, m.Links)
}

func runBackup(ctx context.Context, f backupFlags, env func(string) (string, bool), stdout io.Writer) error {
	path, err := storePath(f.Store, env)
	if err != nil {
		return err
	}
	if err := onlyFiles(path, "back it up with the database's own tools, such as pg_dump, and keep a copy of the "+
		"audit key elsewhere"); err != nil {
		return err
	}
	if err := mayWrite(f, path); err != nil {
		return err
	}
	key, err := os.ReadFile(path + ".key")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if key == nil && !f.WithoutKey {
		return fmt.Errorf("there is no audit key %s.key: put it back, or leave it out with --without-key", path)
	}
	parts := map[string][]byte{}
	if !f.WithoutKey {
		phrase, err := sealedkey.Passphrase(env)
		if err != nil {
			return err
		}
		if parts[keyPart], err = sealedkey.Seal(key, phrase); err != nil {
			return err
		}
	}
	part := f.File + ".new"
	m, err := writeBackup(ctx, part, path, key, parts)
	if err == nil {
		err = os.Rename(part, f.File)
	}
	if err != nil {
		_ = os.Remove(part) // it may not even be there
		return fmt.Errorf("no backup was written: %w", err)
	}
	if err := syncDir(f.File); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "Backup %s, as of %s: %s.\n", f.File, m.At.Format(time.RFC3339), m.holds())
	if err != nil {
		return err
	}
	with := "The audit key is in it, encrypted with the passphrase."
	if f.WithoutKey {
		with = "The audit key is not in it: keep a copy of " + path +
			".key elsewhere, without which it cannot be restored."
	}
	_, err = fmt.Fprintln(stdout, with)
	return err
}

// mayWrite refuses to write a backup over the store or its key, and without --force over any file.
func mayWrite(f backupFlags, store string) error {
	there, err := os.Lstat(f.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, own := range []string{store, store + ".key"} {
		if info, err := os.Stat(own); err == nil && os.SameFile(info, there) {
			return fmt.Errorf("%s is the store itself, or its key: name another file", f.File)
		}
	}
	if !f.Force || !there.Mode().IsRegular() {
		return fmt.Errorf("there is a file %s already: name another one, or replace it with --force", f.File)
	}
	return nil
}

// writeBackup writes a backup under a name that is not its last one, and reads all of it again.
func writeBackup(ctx context.Context, part, store string, key []byte, parts map[string][]byte) (m backedUp, err error) {
	m.At = time.Now().UTC()
	if err := intoNew(part, func(out io.Writer) error { return copyStoreTo(ctx, store, out) }); err != nil {
		return m, err
	}
	if err := describe(part, key, &m); err != nil {
		return m, err
	}
	if parts[manifestPart], err = json.Marshal(m); err != nil {
		return m, err
	}
	if err := boltstore.Seal(part, parts); err != nil {
		return m, err
	}
	again := backedUp{At: m.At}
	if err := describe(part, key, &again); err != nil {
		return m, err
	}
	if again != m {
		return m, errors.New("what was written is not what was read: try again, and check the disk")
	}
	return m, nil
}

// copyStoreTo copies the store as it is now, through the program that has it open, or from the file.
func copyStoreTo(ctx context.Context, path string, out io.Writer) error {
	if m, ok := reach(SocketOf(path)); ok {
		return m.backup(ctx, out)
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no store %s", path)
	}
	return readAlone(path, func(snap *boltstore.Snapshot) error {
		var found findings
		if !snap.CheckPages(found.fault) {
			return found.unsound()
		}
		return snap.Copy(out)
	})
}

// describe checks all of a file and says what it has.
func describe(path string, key []byte, m *backedUp) error {
	return boltstore.ReadSnapshot(path, func(snap *boltstore.Snapshot) error {
		var found findings
		read, err := checkSnapshot(snap, key, &found)
		if err != nil {
			return err
		}
		if found.faults > 0 {
			return found.unsound()
		}
		sum, err := snap.Sum()
		if err != nil {
			return err
		}
		m.Schema, m.SHA256 = provision.SchemaVersion, hex.EncodeToString(sum)
		m.Orders = read.Orders
		m.Stock = read.Numbers
		m.People = read.Subscribers
		m.Links = 0
		for _, head := range read.Trails {
			m.Links += head.Count
		}
		m.Links -= read.Archived
		return nil
	})
}

// intoNew writes a new file for its owner only, and has it on the disk before it returns.
func intoNew(path string, write func(io.Writer) error) error {
	// what an earlier try left, perhaps readable by others
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = write(file)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// writeNew is intoNew for what is in memory.
func writeNew(path string, content []byte) error {
	return intoNew(path, func(out io.Writer) error {
		_, err := io.Copy(out, bytes.NewReader(content))
		return err
	})
}

// syncDir has the names in the directory of a file on the disk.
func syncDir(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	synced := dir.Sync()
	closed := dir.Close()
	return errors.Join(synced, closed)
}
