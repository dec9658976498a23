package admin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"calltab/cmd/calltab/internal/shared"
	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/boltstore"
)

// admin is where the inventory is kept: in a store that this process opened, or with the program that has it open.
// Apply with dry set only says what it would do.
type admin interface {
	Apply(ctx context.Context, tenant provision.TenantID, text []byte, dry bool, out io.Writer) error
	Export(ctx context.Context, tenant provision.TenantID, out io.Writer) error
	// Trail writes the audit trail since a time and up to a link as JSON Lines, and Verify checks all of it.
	Trail(ctx context.Context, tenant provision.TenantID, since time.Time, upto uint64, out io.Writer) error
	Verify(ctx context.Context, tenant provision.TenantID, earlier provision.Head, out io.Writer) error
	// Archivable writes the seal of the links from before a time in JSON, and Archive takes the links from the
	// store that a file has.
	Archivable(ctx context.Context, tenant provision.TenantID, before time.Time, out io.Writer) error
	Archive(ctx context.Context, tenant provision.TenantID, seal audit.Seal, file, digest string,
		out io.Writer) error
	// Forgettable writes in JSON what forgetting a person would do, and Forget does it.
	Forgettable(ctx context.Context, tenant provision.TenantID, person string, called []string, out io.Writer) error
	Forget(ctx context.Context, tenant provision.TenantID, f forgotten, out io.Writer) error
}

var (
	_ admin = Ops{}
	_ admin = client{}
)

// use is what a store is opened for, which decides what is done where there is none yet.
type use int

const (
	changing use = iota // make it
	looking             // take an empty one
	reading             // it is a mistake
	revising            // it is a mistake; what is there is changed
)

// storeFlags say whose inventory is meant, and where it is.
type storeFlags struct {
	Tenant string `help:"The tenant; CALLTAB_APP_TENANT by default." placeholder:"GUID"`
	Store  string `help:"Database file, or postgres:// URL; CALLTAB_STORE, or calltab.db, by default." placeholder:"FILE"`
}

// open finds where the inventory is kept. Call end when it is done with.
func (f storeFlags) open(env func(string) (string, bool),
	purpose use) (a admin, tenant provision.TenantID, end func(), err error) {
	id := strings.TrimSpace(f.Tenant)
	if v, ok := env("CALLTAB_APP_TENANT"); f.Tenant == "" && ok {
		id = strings.TrimSpace(v)
	}
	if !provision.IsGUID(id) || strings.Trim(id, "0-") == "" {
		return nil, "", nil,
			&UsageError{fmt.Errorf("--tenant (CALLTAB_APP_TENANT) is %q; expected the GUID of the tenant", id)}
	}
	path, err := storePath(strings.TrimSpace(f.Store), env)
	if err != nil {
		return nil, "", nil, err
	}
	a, end, err = adminAt(path, env, purpose)
	if err != nil && end != nil {
		end()
	}
	if ops, ok := a.(Ops); ok {
		tenants, _ := env("CALLTAB_TENANTS")
		ops.several = strings.Contains(strings.Trim(tenants, ", "), ",")
		a = ops
	}
	return a, provision.TenantID(strings.ToLower(id)), end, err
}

func adminAt(path string, env func(string) (string, bool), purpose use) (a admin, end func(), err error) {
	if storefile.IsDatabase(path) {
		return adminOf(path, env, purpose)
	}
	if m, ok := reach(SocketOf(path)); ok {
		return m, func() {}, nil
	}
	_, err = os.Stat(path)
	missing := errors.Is(err, fs.ErrNotExist)
	switch {
	case missing && (purpose == reading || purpose == revising):
		return nil, nil, &UsageError{fmt.Errorf("--store (CALLTAB_STORE): there is no store %s", path)}
	case missing && purpose == looking:
		dir, err := os.MkdirTemp("", "calltab")
		if err != nil {
			return nil, nil, err
		}
		a, end, err := openAdmin(filepath.Join(dir, "empty.db"))
		return a, func() { end(); _ = os.RemoveAll(dir) }, err // what stays there is the system's to clean up
	}
	return openAdmin(path)
}

// unreachable is the error where a program has a store open and cannot be asked.
func unreachable(path string) error {
	return fmt.Errorf("store %s: another calltab has it open and does not answer on %s; if it is just starting or "+
		"stopping, try again in a moment; if not, the log of its start says why it has no socket there",
		path, SocketOf(path))
}

// readAlone reads a store that no program has open.
func readAlone(path string, read func(*boltstore.Snapshot) error) error {
	err := boltstore.ReadSnapshot(path, read)
	if errors.Is(err, boltstore.ErrInUse) {
		return unreachable(path)
	}
	return err
}

// openAdmin opens a store. end is always to be called.
func openAdmin(path string) (a admin, end func(), err error) {
	db, err := storefile.OpenFile(path)
	if errors.Is(err, boltstore.ErrInUse) {
		err = unreachable(path)
	}
	if err != nil {
		return nil, func() {}, err
	}
	key, err := storefile.FileKey(context.Background(), db, path)
	return opsOn(db, key), func() { db.Close() }, err
}

// opsOn does the work on a store that this process has open.
func opsOn(db storefile.Store, key []byte) Ops {
	return Ops{Service: shared.Inventory(db, key, shared.Clock(db)), store: db, turn: shared.Turn(db)}
}
