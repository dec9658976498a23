package admin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/pgstore"
	"calltab/internal/provision/stock"
)

// A store in a database has no socket beside it. Commands that read do that beside the programs that run; commands that
// change something do so as one more of several replicas, or where no program has the store.

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

// openDatabase opens a database, with the key that belongs to it.
func openDatabase(ctx context.Context, url string, env func(string) (string, bool),
	how storefile.Purpose) (storefile.Store, []byte, error) {
	key, err := storefile.KeyFrom(env)
	if err != nil {
		return nil, nil, &UsageError{err}
	}
	db, err := storefile.Open(ctx, url, how)
	if errors.Is(err, pgstore.ErrInUse) {
		err = fmt.Errorf("this command changes the store, which it can do only while no program has it: stop the one "+
			"that has it, and each replica beside that: %w", err)
	}
	if err != nil {
		return nil, nil, err
	}
	if key, err = storefile.AuditKey(ctx, db, url, key); err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return db, key, nil
}

// adminOf opens a database. end is always to be called.
func adminOf(url string, env func(string) (string, bool), purpose use) (a admin, end func(), err error) {
	how := storefile.Reading
	if purpose == changing || purpose == revising {
		how = storefile.Joining
	}
	db, key, err := openDatabase(context.Background(), url, env, how)
	if err != nil {
		return nil, func() {}, err
	}
	return opsOn(db, key), func() { db.Close() }, nil
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

// MarkRestored marks a database that was put back to an earlier state with tools of its own, and returns the moment of
// the last event that it has; now where it has none.
func MarkRestored(ctx context.Context, db provision.Store, now time.Time) (asOf time.Time, err error) {
	err = db.Update(ctx, func(tx provision.Tx) (err error) {
		if asOf, err = audit.NewestAt(tx); err != nil {
			return err
		}
		if asOf.IsZero() {
			asOf = now
		}
		stock.MarkRestored(tx, asOf, now)
		return nil
	})
	return asOf, err
}

// markDatabase has the next start compare all numbers of a database that was put back.
func markDatabase(ctx context.Context, url string, env func(string) (string, bool), stdout io.Writer) error {
	db, _, err := openDatabase(ctx, url, env, storefile.Briefly)
	if err != nil {
		return err
	}
	asOf, err := MarkRestored(ctx, db, time.Now())
	if err = errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("mark %s as restored: %w", storefile.Shown(url), err)
	}
	_, err = fmt.Fprintf(stdout, "Marked %s as restored, as of %s.\n%s\n", storefile.Shown(url),
		asOf.Format(time.RFC3339), comparesNext)
	return err
}

// onlyFiles refuses a database where a command works on the file of a store.
func onlyFiles(path, instead string) error {
	if !storefile.IsDatabase(path) {
		return nil
	}
	return &UsageError{fmt.Errorf("the store %s is in PostgreSQL, and this command works on the file of a store: %s",
		storefile.Shown(path), instead)}
}
