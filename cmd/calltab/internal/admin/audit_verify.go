package admin

import (
	"cmp"
	"context"
	"crypto/hmac"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
)

type verifyFlags struct {
	Files []string `arg:"" optional:"" name:"file" help:"Exported trails and archives in JSON Lines; the store's own trail by default."`
	Head  string   `help:"A head from the log, COUNT:MAC: the trail must still have what it had then." placeholder:"COUNT:MAC"`
	storeFlags
}

// Help is what calltab audit verify --help says before the flags.
func (verifyFlags) Help() string {
	return "Names the first link or line that is not what was written, and ends with exit code 1. Files must follow " +
		"one another, and where the store is there, its trail must go on where the last one ends. The key stands " +
		"beside the store, in calltab.db.key, or in CALLTAB_AUDIT_KEY. Who can write both store and key can make a " +
		"trail that fits: hold it against a head that was logged elsewhere. That also shows whether a restored " +
		"store has everything that was done."
}

func runVerify(ctx context.Context, f verifyFlags, env func(string) (string, bool), stdout io.Writer) error {
	earlier, err := readHead(f.Head)
	if err != nil {
		return &UsageError{err}
	}
	if len(f.Files) > 0 {
		return verifyFiles(ctx, f, earlier, env, stdout)
	}
	d, tenant, end, err := f.open(env, reading)
	if err != nil {
		return err
	}
	defer end()
	return d.Verify(ctx, tenant, earlier, stdout)
}

// readHead reads what the log says of a trail: how many links, and the MAC of the last one in hexadecimal.
func readHead(text string) (h provision.Head, err error) {
	if text == "" {
		return h, nil
	}
	count, mac, ok := strings.Cut(text, ":")
	if h.Count, err = strconv.ParseUint(count, 10, 64); ok && err == nil {
		h.MAC, err = hex.DecodeString(mac)
	}
	if !ok || err != nil || h.Count == 0 || len(h.MAC) == 0 {
		return h, fmt.Errorf("--head is %q; expected COUNT:MAC, as the log has them under “audit head”", text)
	}
	return h, nil
}

// verifyFiles checks files, that each begins where the one before it ends, and that the store goes on behind the last
// one.
func verifyFiles(ctx context.Context, f verifyFlags, earlier provision.Head, env func(string) (string, bool),
	stdout io.Writer) error {
	key, err := auditKeyBeside(f.Store, env)
	if err != nil {
		return err
	}
	files, err := readTrailFiles(f.Files, key, earlier)
	if err != nil {
		return err
	}
	if first := files[0].seal.From; earlier.Count > 0 && earlier.Count < first {
		return fmt.Errorf("the files begin at link %d, and the earlier head is at %d: name the file that has it, too",
			first, earlier.Count)
	}
	var before trailFile
	for i, file := range files {
		if i > 0 {
			if err := file.follows(before); err != nil {
				return err
			}
		}
		what := "The file"
		if len(files) > 1 {
			what = file.name
		}
		s := file.seal
		_, err := fmt.Fprintf(stdout, "%s is what was written: tenant %s, links %d to %d.\n", what, s.Tenant, s.From,
			s.Head.Count)
		if err != nil {
			return err
		}
		before = file
	}
	if len(files) > 1 {
		if _, err := fmt.Fprintln(stdout, "Each file goes on where the one before it ends."); err != nil {
			return err
		}
	}
	return verifyStoreBehind(ctx, f, env, before, earlier, stdout)
}

// readTrailFiles reads and verifies files, and returns them in the order of their links. The link of an earlier head
// must be as it was.
func readTrailFiles(names []string, key []byte, earlier provision.Head) ([]trailFile, error) {
	var files []trailFile
	for _, name := range names {
		var failed error
		file, err := readTrailFile(name, key, func(e provision.AuditEvent) {
			if e.Seq == earlier.Count && !hmac.Equal(e.MAC, earlier.MAC) {
				failed = fmt.Errorf("link %d is not the one that the head of %d named", e.Seq, earlier.Count)
			}
		})
		if errors.Is(err, fs.ErrNotExist) {
			return nil, &UsageError{err}
		}
		if err == nil {
			err = failed
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		files = append(files, file)
	}
	slices.SortStableFunc(files, func(a, b trailFile) int {
		return cmp.Compare(a.seal.From, b.seal.From)
	})
	return files, nil
}

// follows says why a file does not go on where another one ends; nil where it does.
func (file trailFile) follows(before trailFile) error {
	is, was := file.seal, before.seal
	switch {
	case is.Tenant != was.Tenant:
		return fmt.Errorf("%s is of tenant %s, and %s of tenant %s", before.name, was.Tenant, file.name, is.Tenant)
	case is.From > was.Head.Count+1:
		return fmt.Errorf("links %d to %d are missing between %s and %s: name the file that has them, too",
			was.Head.Count+1, is.From-1, before.name, file.name)
	case is.From <= was.Head.Count:
		return fmt.Errorf("%s and %s both have link %d: name one of them", before.name, file.name, is.From)
	case !hmac.Equal(is.Before, was.Head.MAC):
		return fmt.Errorf("%s does not go on where %s ends: link %d is another one", file.name, before.name,
			was.Head.Count)
	}
	return nil
}

// verifyStoreBehind checks the store's trail, and that it has the last link of a file, where there is a store.
func verifyStoreBehind(ctx context.Context, f verifyFlags, env func(string) (string, bool), last trailFile,
	earlier provision.Head, stdout io.Writer) error {
	path, err := storePath(f.Store, env)
	if err != nil {
		return err
	}
	_, err = os.Stat(path)
	if !storefile.IsDatabase(path) && errors.Is(err, fs.ErrNotExist) {
		if earlier.Count > last.seal.Head.Count {
			return fmt.Errorf("the files end at link %d, and an earlier head was at %d", last.seal.Head.Count,
				earlier.Count)
		}
		return nil
	}
	d, end, err := adminAt(path, env, reading)
	if end != nil {
		defer end()
	}
	if err != nil {
		return err
	}
	if earlier.Count > last.seal.Head.Count {
		if err := d.Verify(ctx, last.seal.Tenant, earlier, io.Discard); err != nil {
			return err
		}
	}
	if err := d.Verify(ctx, last.seal.Tenant, last.seal.Head, stdout); err != nil {
		return fmt.Errorf("the store's trail does not go on where %s ends: %w", last.name, err)
	}
	_, err = fmt.Fprintf(stdout, "The store's trail goes on where %s ends: link %d is the same.\n", last.name,
		last.seal.Head.Count)
	return err
}
