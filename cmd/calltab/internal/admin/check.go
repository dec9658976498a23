package admin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/bot/outbox"
	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/core"
	"calltab/internal/provision/integrity"
	"calltab/internal/provision/job"
	"calltab/internal/provision/lease"
	"calltab/internal/provision/pauses"
)

// checkFlags say which store is checked.
type checkFlags struct {
	Store string `help:"Database file, or postgres:// URL; CALLTAB_STORE, or calltab.db, by default." placeholder:"FILE"`
}

// Help is what calltab check --help says before the flags.
func (checkFlags) Help() string {
	return "Reads every page and every record, and holds indexes, counts, the audit trail, the stock, orders and " +
		"people against one another. Names what is wrong, a line each, and ends with exit code 1. It changes " +
		"nothing. Beside a running program it looks at one moment; the program goes on, and its file may grow " +
		"meanwhile."
}

// mostFaults is how many things that are wrong a check names.
const mostFaults = 200

// faultsError says that a store is not sound. What is wrong has been said.
type faultsError struct{ count int }

// Error says how much is wrong and what can be done.
func (e *faultsError) Error() string {
	things := "1 thing is"
	if e.count > 1 {
		things = fmt.Sprintf("%d things are", e.count)
	}
	return things + " wrong with the store: stop the program and restore a backup, unless a line above names another " +
		"remedy"
}

func runCheck(ctx context.Context, f checkFlags, env func(string) (string, bool), stdout io.Writer) error {
	path, err := storePath(f.Store, env)
	if err != nil {
		return err
	}
	if storefile.IsDatabase(path) {
		return checkDatabase(ctx, path, env, stdout)
	}
	if m, ok := reach(SocketOf(path)); ok {
		return m.check(ctx, stdout)
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return &UsageError{fmt.Errorf("--store (CALLTAB_STORE): there is no store %s", path)}
	}
	return readAlone(path, func(snap *boltstore.Snapshot) error {
		key, err := os.ReadFile(path + ".key")
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return Check(snap, key, stdout)
	})
}

// storePath is the store that a flag or the environment names: a file, or a database. A flag has no password, which
// every user of the machine could read in the list of its processes.
func storePath(flag string, env func(string) (string, bool)) (string, error) {
	if storefile.HasPassword(flag) {
		return "", &UsageError{errors.New("--store has a password, which other users of this machine can read: set " +
			"CALLTAB_STORE instead, or leave the password to the file that PGPASSFILE names")}
	}
	if v, ok := env("CALLTAB_STORE"); flag == "" && ok {
		flag = strings.TrimSpace(v)
	}
	return cmp.Or(flag, "calltab.db"), nil
}

// Check checks a store and writes what is wrong, or one line that nothing is. The error is a
// faultsError where something is. Nothing is written before all is read: a record that could not be read looks like one
// that is not there.
func Check(snap Snapshot, key []byte, out io.Writer) error {
	var found findings
	read, err := checkSnapshot(snap, key, &found)
	if err != nil {
		return err
	}
	if found.faults == 0 {
		_, err = fmt.Fprintf(out, "The store is sound: %s.\n", holdings(read))
		return err
	}
	if found.faults > mostFaults {
		found.note(fmt.Sprintf("… and %d more", found.faults-mostFaults))
	}
	for _, line := range found.lines {
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	return &faultsError{found.faults}
}

// findings are what a check has found so far.
type findings struct {
	lines  []string // of the first mostFaults faults, and notes
	faults int
}

// fault adds a thing that is wrong.
func (f *findings) fault(line string) {
	f.faults++
	if f.faults <= mostFaults {
		f.lines = append(f.lines, line)
	}
}

// note adds a line about the check itself.
func (f *findings) note(line string) { f.lines = append(f.lines, line) }

// unsound is the error of a store that is not sound, where something else was to be done with it.
func (f *findings) unsound() error {
	return fmt.Errorf("the store is not sound: %s; calltab check names all that is wrong", f.lines[0])
}

// holdings says how much was read.
func holdings(read integrity.Checked) string {
	links := uint64(0)
	for _, head := range read.Trails {
		links += head.Count
	}
	text := fmt.Sprintf("%d orders, %d numbers, %d people, %d links of the audit trail", read.Orders, read.Numbers,
		read.Subscribers, links-read.Archived)
	if read.Archived > 0 {
		text += fmt.Sprintf(" behind %d in archives", read.Archived)
	}
	return text
}

// checkSnapshot checks pages, then records, and finds what is wrong. Records are left out where a page is damaged.
func checkSnapshot(snap Snapshot, key []byte, found *findings) (read integrity.Checked, err error) {
	tell := found.fault
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true)) // a file that is cut off while it is read
	defer func() {
		if p := recover(); p != nil {
			tell(fmt.Sprintf("the store is damaged so that it cannot be read any further: %v", p))
		}
	}()
	if !snap.CheckPages(tell) {
		found.note("the records were not looked at, since pages are damaged")
		return read, nil
	}
	sound, err := snap.CheckValues(func(table, key string) {
		tell(fmt.Sprintf("%s, %q: it is not as it was written", table, key))
	})
	if err != nil {
		return read, err
	}
	if !sound {
		found.note("the records were not held against one another, since some are damaged: restore the store from a " +
			"backup")
		return read, nil
	}
	tables, err := snap.Tables()
	if err != nil {
		return read, err
	}
	known := slices.Concat(integrity.CheckedTables(), job.CheckedTables(), outbox.CheckedTables(),
		[]string{lease.Table, pauses.Table})
	for _, name := range tables {
		if !slices.Contains(known, name) {
			tell(fmt.Sprintf("table %q: this program does not know it", name))
		}
	}
	err = snap.View(func(tx provision.Tx) error {
		place := func(table, key, what string) {
			if key != "" {
				table += ", " + key
			}
			tell(table + ": " + what)
		}
		service := core.New(provision.Config{AuditKey: key})
		if read, err = service.Check(tx, job.Exists, place); err != nil {
			return err
		}
		if key == nil && len(read.Trails) > 0 {
			tell("the audit key is missing beside the store: restore it from a backup")
		}
		job.Check(tx, place)
		outbox.Check(tx, job.Exists, place)
		return nil
	})
	return read, err
}
