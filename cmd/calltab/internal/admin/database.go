package admin

import (
	"context"
	"errors"
	"fmt"
	"io"

	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/pgstore"
)

// A store in a database has no socket beside it: commands that read do that beside the running program, and commands
// that write have the store for themselves, so that the program has to be stopped.

// Snapshot is a store at one moment, as a check reads it.
type Snapshot interface {
	CheckPages(tell func(string)) bool
	CheckValues(tell func(table, key string)) (sound bool, err error)
	Tables() ([]string, error)
	View(f func(provision.Tx) error) error
}

var (
	_ Snapshot = (*boltstore.Snapshot)(nil)
	_ Snapshot = (*pgstore.Snapshot)(nil)
)

// AtOneMoment holds an open store as it is now, until f returns.
func AtOneMoment(ctx context.Context, db storefile.Store, f func(Snapshot) error) error {
	switch s := db.(type) {
	case *boltstore.Store:
		return s.Snapshot(ctx, func(snap *boltstore.Snapshot) error { return f(snap) })
	case *pgstore.Store:
		return s.Snapshot(ctx, func(snap *pgstore.Snapshot) error { return f(snap) })
	}
	return fmt.Errorf("a %T cannot be checked", db)
}

// adminOf opens a database. end is always to be called.
func adminOf(url string, env func(string) (string, bool), purpose use) (a admin, end func(), err error) {
	key, err := storefile.KeyFrom(env)
	if err != nil {
		return nil, func() {}, &UsageError{err}
	}
	ctx := context.Background()
	how := storefile.Reading
	if purpose == changing || purpose == revising {
		how = storefile.Writing
	}
	db, err := storefile.Open(ctx, url, how)
	if errors.Is(err, pgstore.ErrInUse) {
		err = fmt.Errorf("%w: this command changes the store, which it can do only while no program has it", err)
	}
	if err != nil {
		return nil, func() {}, err
	}
	if key, err = storefile.AuditKey(ctx, db, url, key); err != nil {
		return nil, func() { db.Close() }, err
	}
	return Ops{Service: inventory(db, key)}, func() { db.Close() }, nil
}

// checkDatabase checks a database, beside the program that has it or without one.
func checkDatabase(ctx context.Context, url string, env func(string) (string, bool), stdout io.Writer) error {
	key, err := storefile.KeyFrom(env)
	if err != nil {
		return &UsageError{err}
	}
	db, err := storefile.Open(ctx, url, storefile.Reading)
	if err != nil {
		return err
	}
	defer db.Close()
	return AtOneMoment(ctx, db, func(snap Snapshot) error { return Check(snap, key, stdout) })
}

// onlyFiles refuses a database where a command works on the file of a store.
func onlyFiles(path, instead string) error {
	if !storefile.IsDatabase(path) {
		return nil
	}
	return &UsageError{fmt.Errorf("the store %s is in PostgreSQL, and this command works on the file of a store: %s",
		storefile.Shown(path), instead)}
}
