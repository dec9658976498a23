package admin

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/audit"
)

// archiveFlags say what of the audit trail is moved, and where to.
type archiveFlags struct {
	File   string `arg:"" help:"The file to write."`
	Before string `help:"Move what happened before then: 2026-11-03, or 2026-11-03T14:30:00Z; 400 days ago by default." placeholder:"TIME"`
	storeFlags
}

// archiveDays is how many days of the trail stay in the store where nothing else is said: a year, and time to look
// back over it.
const archiveDays = 400

// Help is what calltab audit archive --help says before the flags.
func (archiveFlags) Help() string {
	return "The whole trail is verified first, and the file is written and read again before the store gives up " +
		"what it has. Cut off anywhere, the same command with the same file goes on. Keep the file: backups of the " +
		"store do not have what is in it. audit verify FILE shows that the store's trail goes on where the file " +
		"ends; history and who had then begin with what is in the store. It works beside a running program."
}

func runArchive(ctx context.Context, f archiveFlags, env func(string) (string, bool), stdout io.Writer) error {
	before := time.Now().AddDate(0, 0, -archiveDays)
	if f.Before != "" {
		var err error
		if before, err = readTime("--before", f.Before); err != nil {
			return &UsageError{err}
		}
	}
	key, err := auditKeyBeside(f.Store, env)
	if err != nil {
		return err
	}
	d, tenant, end, err := f.open(env, revising)
	if err != nil {
		return err
	}
	defer end()
	there, err := ordinary(f.File)
	if err != nil {
		return err
	}
	if !there {
		if err := writeArchive(ctx, d, tenant, before, f.File); err != nil {
			return fmt.Errorf("nothing was archived: %w", err)
		}
	}
	file, err := readTrailFile(f.File, key, nil)
	switch {
	case err != nil && there:
		return fmt.Errorf("there is a file %s already that is no archive of this trail: name another one (%w)", f.File,
			err)
	case err != nil:
		return fmt.Errorf("nothing was taken from the store: what was written is not what was read, check the disk: %w",
			err)
	case !file.last.At.Before(before):
		ends := file.last.At.Format(time.RFC3339)
		return &audit.NotArchived{Why: fmt.Sprintf("there is a file %s already, which ends at %s: name another one",
			f.File, ends)}
	}
	err = d.Archive(ctx, tenant, file.seal, filepath.Base(f.File), file.sha256, stdout)
	if err != nil && !IsMistake(err) {
		err = fmt.Errorf("%w; nothing is lost: give the same command again, and keep %s, which has what the store "+
			"has given up",
			err, f.File)
	}
	return err
}

// ordinary reports whether there is a file of a name, and refuses a link, a folder and the like.
func ordinary(name string) (there bool, err error) {
	info, err := os.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no ordinary file; name another", name)
	}
	return true, err
}

// writeArchive writes the beginning of a trail into a file that is not there yet, and has it on the disk.
func writeArchive(ctx context.Context, d admin, tenant provision.TenantID, before time.Time, name string) error {
	var first bytes.Buffer
	if err := d.Archivable(ctx, tenant, before, &first); err != nil {
		return err
	}
	var seal audit.Seal
	if err := json.Unmarshal(first.Bytes(), &seal); err != nil {
		return err
	}
	err := storefile.WriteBeside(name, func(out io.Writer) error {
		return d.Trail(ctx, tenant, time.Time{}, seal.Head.Count, out)
	})
	if err != nil {
		return err
	}
	return syncDir(name)
}

// trailFile is an exported trail or an archive that was read and verified.
type trailFile struct {
	name   string
	seal   audit.Seal
	last   provision.AuditEvent
	sha256 string
}

// readTrailFile reads and verifies a file of the trail. each gets every link; nil is fine.
func readTrailFile(name string, key []byte, each func(provision.AuditEvent)) (trailFile, error) {
	read := trailFile{name: name}
	file, err := os.Open(name)
	if err != nil {
		return read, err
	}
	defer file.Close()
	sum := sha256.New()
	read.seal, err = audit.VerifyExport(key, linesWithEnds(io.TeeReader(file, sum)), func(e provision.AuditEvent) {
		read.last = e
		if each != nil {
			each(e)
		}
	})
	read.sha256 = hex.EncodeToString(sum.Sum(nil))
	return read, err
}

// auditKeyBeside is the key of the store that a flag or the environment names. The store need not be there.
func auditKeyBeside(store string, env func(string) (string, bool)) ([]byte, error) {
	path, err := storePath(store, env)
	if err != nil {
		return nil, err
	}
	if storefile.IsDatabase(path) {
		key, err := storefile.KeyFrom(env)
		if err != nil {
			return nil, &UsageError{err}
		}
		return key, nil
	}
	key, err := os.ReadFile(path + ".key")
	if err != nil {
		return nil, &UsageError{fmt.Errorf("the audit key beside the store: %w", err)}
	}
	return key, nil
}
