package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
)

// storeFlags say whose inventory is meant, and where it is.
type storeFlags struct {
	Tenant string `help:"The tenant; CALLTAB_APP_TENANT by default." placeholder:"GUID"`
	Store  string `help:"Database file; CALLTAB_STORE, or calltab.db, by default." placeholder:"FILE"`
}

// applyFlags are those of calltab apply.
type applyFlags struct {
	File   string `short:"f" help:"The organisation file; - reads standard input." placeholder:"FILE"`
	DryRun bool   `help:"Only print the difference."`
	storeFlags
}

// Help is what calltab apply --help says before the flags.
func (applyFlags) Help() string {
	return "Prints how the inventory differs from the file, and brings it up to the file: what is new is added, what changed is " +
		"changed, and what the file does not name is removed, unless somebody uses it. Beside a running serve it goes through it."
}

// exportFlags are those of calltab export.
type exportFlags struct {
	File string `arg:"" optional:"" help:"The file to write; standard output by default."`
	storeFlags
}

// desk is where the inventory is kept: in a store that this process opened, or with the program that has it open.
type desk interface {
	apply(ctx context.Context, tenant provision.TenantID, text []byte, dry bool, out io.Writer) error
	export(ctx context.Context, tenant provision.TenantID, out io.Writer) error
}

var (
	_ desk = clerk{}
	_ desk = messenger{}
)

func (f storeFlags) open(env func(string) (string, bool)) (d desk, tenant provision.TenantID, end func(), err error) {
	get := func(flag, name, def string) string {
		if v, ok := env(name); flag == "" && ok {
			flag = v
		}
		return or(strings.TrimSpace(flag), def)
	}
	id := get(f.Tenant, "CALLTAB_APP_TENANT", "")
	if !isGUID(id) {
		return nil, "", nil, &usageError{fmt.Errorf("--tenant (CALLTAB_APP_TENANT) is %q; expected the GUID of the tenant", id)}
	}
	path := get(f.Store, "CALLTAB_STORE", "calltab.db")
	tenant = provision.TenantID(strings.ToLower(id))
	if m, ok := reach(socketOf(path)); ok {
		return m, tenant, func() {}, nil
	}
	db, err := boltstore.Open(path, boltstore.Options{})
	if err != nil {
		return nil, "", nil, fmt.Errorf("%w; no program answers on %s either", err, socketOf(path))
	}
	service, err := inventoryOf(db, path)
	if err != nil {
		return nil, "", nil, errors.Join(err, db.Close())
	}
	return clerk{service}, tenant, func() { db.Close() }, nil
}

// inventoryOf is a service that knows no Microsoft and no people: it keeps inventories.
func inventoryOf(db provision.Store, path string) (*provision.Service, error) {
	audited, err := provision.Audited(context.Background(), db)
	if err != nil {
		return nil, err
	}
	key, err := loadAuditKey(path+".key", audited)
	if err != nil {
		return nil, err
	}
	return provision.New(provision.Config{Store: db, AuditKey: key, Now: time.Now, NewID: newID}), nil
}

func runApply(ctx context.Context, f applyFlags, env func(string) (string, bool), stdin io.Reader, stdout io.Writer) error {
	if f.File == "" {
		return &usageError{errors.New("expected --file FILE, the organisation file")}
	}
	text, err := readInput(f.File, stdin)
	if err != nil {
		return err
	}
	d, tenant, end, err := f.open(env)
	if err != nil {
		return err
	}
	defer end()
	return d.apply(ctx, tenant, text, f.DryRun, stdout)
}

func readInput(name string, stdin io.Reader) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(stdin)
	}
	return os.ReadFile(name)
}

func runExport(ctx context.Context, f exportFlags, env func(string) (string, bool), stdout io.Writer) error {
	d, tenant, end, err := f.open(env)
	if err != nil {
		return err
	}
	defer end()
	var text bytes.Buffer
	if err := d.export(ctx, tenant, &text); err != nil {
		return err
	}
	if f.File == "" {
		_, err := stdout.Write(text.Bytes())
		return err
	}
	// Whole or not at all: an export that was cut off must not be taken for the inventory.
	part := filepath.Join(filepath.Dir(f.File), "."+filepath.Base(f.File)+".part")
	if err := os.WriteFile(part, text.Bytes(), 0o644); err != nil {
		return err
	}
	return os.Rename(part, f.File)
}
