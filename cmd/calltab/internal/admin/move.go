package admin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"calltab/cmd/calltab/internal/shared"
	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/move"
	"calltab/internal/provision/pgstore"
)

// moveFlags say what is moved, and where to.
type moveFlags struct {
	From  string `help:"Where the records are: a file, or a postgres:// URL; CALLTAB_STORE, or calltab.db, by default." placeholder:"STORE"`
	To    string `help:"Where they go: a file that is not there, or the URL of a database without records." placeholder:"STORE"`
	Undo  bool   `help:"Take a move back: the store that --from names is used again, as long as nothing was recorded in the other."`
	Force bool   `help:"With --undo, also where the other store is lost: all numbers are then compared with Microsoft's first."`
}

// Help is what calltab move --help says before the flags.
func (moveFlags) Help() string {
	return "Stop the program first. Copies every record, counts and compares all of them afterwards, and checks the " +
		"audit trail in the new place. Only then is the store that --from names put out of use: a program that is " +
		"started on it says where everything went, as two programs on two copies would give a number twice. Until " +
		"then it is not changed. Cut off, the new place is used by no program; the same command again goes on. The " +
		"audit key goes along: beside a file it is written, and for a database it is in CALLTAB_AUDIT_KEY or " +
		"CALLTAB_AUDIT_KEY_FILE, the same key as before. A password stands in the file that PGPASSFILE names, or " +
		"in CALLTAB_STORE."
}

// place is a store of a move.
type place struct {
	name string // as it is opened
	full string // as a mark names it
	db   storefile.Store
	mark move.Mark
}

// mover is a move under way.
type mover struct {
	from, to place
	key      []byte
	out      io.Writer
	failed   error // of out
}

func (m *mover) say(format string, args ...any) {
	if _, err := fmt.Fprintf(m.out, format+"\n", args...); err != nil && m.failed == nil {
		m.failed = err
	}
}

func runMove(ctx context.Context, f moveFlags, env func(string) (string, bool), stdout io.Writer) (err error) {
	m, err := newMover(f, env, stdout)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.close()) }()
	if f.Undo {
		return m.undo(ctx, f.Force)
	}
	if err := m.openFrom(ctx, env); err != nil {
		return err
	}
	if err := m.openTo(ctx, env); err != nil {
		return err
	}
	if err := m.copy(ctx); err != nil {
		return fmt.Errorf("%s is as it was, and %s has only a part of it and is used by no program; run this "+
			"again: %w", m.from.full, m.to.full, err)
	}
	if m.failed != nil {
		return m.failed
	}
	if err := m.finish(ctx); err != nil {
		return fmt.Errorf("everything is copied, but neither store may be used yet; run this again: %w", err)
	}
	return m.failed
}

func newMover(f moveFlags, env func(string) (string, bool), stdout io.Writer) (*mover, error) {
	m := &mover{out: stdout}
	to := strings.TrimSpace(f.To)
	switch {
	case f.Force && !f.Undo:
		return nil, &UsageError{errors.New("--force is for --undo")}
	case to == "" && !(f.Undo && f.Force):
		return nil, &UsageError{errors.New("--to: where to? Name a file that is not there, or the URL of a database")}
	case storefile.HasPassword(to):
		return nil, &UsageError{errors.New("--to has a password, which other users of this machine can read: leave " +
			"it to the file that PGPASSFILE names")}
	}
	from, err := storePath(strings.TrimSpace(f.From), env)
	if err != nil {
		return nil, err
	}
	m.from.name, m.to.name = from, to
	if m.from.full, err = storefile.FullName(from); err != nil {
		return nil, err
	}
	if to == "" {
		return m, nil
	}
	if m.to.full, err = storefile.FullName(to); err != nil {
		return nil, err
	}
	if from == to || !storefile.IsDatabase(from) && m.from.full == m.to.full {
		return nil, &UsageError{errors.New("--from and --to are the same store")}
	}
	return m, nil
}

// close closes what is open.
func (m *mover) close() error {
	var failed error
	for _, p := range []*place{&m.from, &m.to} {
		if p.db != nil {
			failed = errors.Join(failed, p.db.Close())
			p.db = nil
		}
	}
	return failed
}

// open opens one of the stores for this program alone.
func (p *place) open(ctx context.Context, fresh bool) error {
	db, err := storefile.OpenMarked(ctx, p.name, fresh)
	if errors.Is(err, boltstore.ErrInUse) || errors.Is(err, pgstore.ErrInUse) {
		return fmt.Errorf("a calltab has %s open: stop it first, and each replica beside it (%w)", p.full, err)
	}
	if err != nil {
		return err
	}
	p.db = db
	p.mark, err = storefile.Mark(ctx, db)
	return err
}

// tables are the names of the tables that a store has.
func (p *place) tables(ctx context.Context) (names []string, err error) {
	err = AtOneMoment(ctx, p.db, func(snap Snapshot) error {
		names, err = snap.Tables()
		return err
	})
	return names, err
}

// openFrom opens the store that is moved, with its key.
func (m *mover) openFrom(ctx context.Context, env func(string) (string, bool)) error {
	if err := m.from.open(ctx, false); err != nil {
		return err
	}
	mark := m.from.mark
	if mark.FilledFrom != "" || mark.Set() && mark.MovedTo != m.to.full {
		return fmt.Errorf("store %s: %w", m.from.full, &move.MarkedError{Mark: mark})
	}
	var given []byte
	if storefile.IsDatabase(m.from.name) {
		var err error
		if given, err = storefile.KeyFrom(env); err != nil {
			return &UsageError{err}
		}
	}
	key, err := storefile.AuditKey(ctx, m.from.db, m.from.name, given)
	m.key = key
	return err
}

// openTo opens the store that is filled, and gives it its mark. One with anything in it is refused, but what a move
// from the same store has left.
func (m *mover) openTo(ctx context.Context, env func(string) (string, bool)) error {
	if err := m.fitsKey(env); err != nil {
		return err
	}
	if err := m.to.open(ctx, true); err != nil {
		return err
	}
	mark := m.to.mark
	if mark.MovedTo != "" || mark.Set() && mark.FilledFrom != m.from.full {
		return fmt.Errorf("store %s: %w", m.to.full, &move.MarkedError{Mark: mark})
	}
	tables, err := m.to.tables(ctx)
	switch {
	case err != nil:
		return err
	case !mark.Set() && len(tables) > 0 && m.from.mark.Set():
		return fmt.Errorf("%s has been moved to %s already: start Calltab on that one", m.from.full, m.to.full)
	case !mark.Set() && len(tables) > 0:
		return fmt.Errorf("%s has records already: name a file that is not there, or an empty database", m.to.full)
	case mark.Set():
		m.say("A move to %s was begun on %s and goes on.", m.to.full, mark.At.UTC().Format(time.RFC3339))
	}
	m.to.mark = move.Mark{FilledFrom: m.from.full, At: time.Now()}
	return storefile.SetMark(ctx, m.to.db, m.to.mark)
}

// fitsKey refuses a place that has another audit key, or can have none like this one.
func (m *mover) fitsKey(env func(string) (string, bool)) error {
	if !storefile.IsDatabase(m.to.name) {
		return storefile.KeyMayStand(m.to.name, m.key)
	}
	if bytes.HasSuffix(m.key, []byte("\n")) || bytes.HasSuffix(m.key, []byte("\r")) {
		return fmt.Errorf("the audit key of %s ends with a line break, and %s_FILE is read without one: this store "+
			"can be moved to a file only", m.from.full, storefile.KeySetting)
	}
	value, _ := env(storefile.KeySetting)
	file, _ := env(storefile.KeySetting + "_FILE")
	if value == "" && file == "" {
		return nil
	}
	key, err := storefile.KeyFrom(env)
	if err != nil {
		return &UsageError{err}
	}
	if !bytes.Equal(key, m.key) {
		return &UsageError{fmt.Errorf("%s is not the key of %s, with which its audit trail is signed: it goes along, "+
			"and stays the same", storefile.KeySetting, m.from.full)}
	}
	return nil
}

// copy copies everything and holds it against what it was copied from.
func (m *mover) copy(ctx context.Context) error {
	m.say("Copying %s to %s.", m.from.full, m.to.full)
	has, err := m.to.tables(ctx)
	if err != nil {
		return err
	}
	err = AtOneMoment(ctx, m.from.db, func(snap Snapshot) error {
		return move.Copy(ctx, snap, m.to.db, has, func(line string) { m.say("  %s", line) })
	})
	if err != nil {
		return err
	}
	sums, err := m.compare(ctx)
	if err != nil {
		return err
	}
	rows := 0
	for _, s := range sums {
		rows += s.Rows
	}
	m.say("Compared: %d records in %d tables are the same in both.", rows, len(sums))
	return m.verify(ctx)
}

// compare reads all of both stores. Its error says in what they differ.
func (m *mover) compare(ctx context.Context) ([]move.Sum, error) {
	sums := make([][]move.Sum, 2)
	failed := make([]error, 2)
	done := make(chan struct{})
	read := func(i int, p place) {
		failed[i] = AtOneMoment(ctx, p.db, func(snap Snapshot) (err error) {
			sums[i], err = move.Sums(snap)
			return err
		})
	}
	go func() {
		defer close(done)
		read(1, m.to)
	}()
	read(0, m.from)
	<-done
	if err := errors.Join(failed...); err != nil {
		return nil, err
	}
	return sums[0], move.Same(sums[0], sums[1])
}

// verify checks every audit trail in its new place, with the key.
func (m *mover) verify(ctx context.Context) error {
	service := shared.Inventory(m.to.db, m.key, time.Now)
	tenants, err := audit.Tenants(ctx, m.to.db)
	if err != nil {
		return err
	}
	for _, tenant := range tenants {
		head, err := service.Verify(ctx, tenant, provision.Head{})
		if err != nil {
			return fmt.Errorf("the audit trail of tenant %s: %w", tenant, err)
		}
		m.say("The audit trail of tenant %s is whole: %d links, up to %x.", tenant, head.Count, head.MAC)
	}
	return nil
}

// finish changes over. Cut off anywhere it leaves one store that may be used, or none: the old one is put out of use
// before the new one is put into use.
func (m *mover) finish(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	if !m.from.mark.Set() {
		mark := move.Mark{MovedTo: m.to.full, At: time.Now()}
		if err := storefile.SetMark(ctx, m.from.db, mark); err != nil {
			return err
		}
	}
	if !storefile.IsDatabase(m.to.name) {
		if err := storefile.PutKey(m.to.name, m.key); err != nil {
			return err
		}
	}
	if err := storefile.SetMark(ctx, m.to.db, move.Mark{}); err != nil {
		return err
	}
	m.say("Moved. %s is out of use; start Calltab on %s.", m.from.full, m.to.full)
	switch file := !storefile.IsDatabase(m.from.name); {
	case !storefile.IsDatabase(m.to.name):
		m.say("The audit key is %s.key: keep a copy elsewhere.", m.to.full)
	case file:
		m.say("The audit key goes along: start it with CALLTAB_AUDIT_KEY_FILE=%s.key, or with a copy of that file.",
			m.from.full)
	default:
		m.say("The audit key stays the same.")
	}
	return nil
}
