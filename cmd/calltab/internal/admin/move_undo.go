package admin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/move"
	"calltab/internal/provision/pgstore"
)

// undo puts a store into use again that was moved away.
func (m *mover) undo(ctx context.Context, lost bool) error {
	if err := m.from.open(ctx, false); err != nil {
		return err
	}
	switch mark := m.from.mark; {
	case mark.FilledFrom != "":
		return fmt.Errorf("store %s: %w", m.from.full, &move.MarkedError{Mark: mark})
	case mark.MovedTo == "":
		return fmt.Errorf("%s is in use: there is no move to take back", m.from.full)
	case m.to.name != "" && mark.MovedTo != m.to.full:
		return &UsageError{fmt.Errorf("%s has been moved to %s: name that one with --to", m.from.full, mark.MovedTo)}
	}
	if lost {
		if err := m.keepFrom(ctx); err != nil {
			return err
		}
		return m.undoAlone(ctx)
	}
	if err := m.retire(ctx); err != nil {
		return err
	}
	if err := storefile.SetMark(ctx, m.from.db, move.Mark{}); err != nil {
		return fmt.Errorf("neither store may be used yet; run this again: %w", err)
	}
	m.say("The move is taken back. %s is out of use; start Calltab on %s.", m.to.full, m.from.full)
	return m.failed
}

// retire puts the store that was filled out of use, where it has nothing that the other one lacks.
func (m *mover) retire(ctx context.Context) error {
	err := m.to.open(ctx, false)
	if used(err) {
		return err
	}
	if err != nil && storefile.Lost(ctx, m.to.name, err) {
		return fmt.Errorf("whether anything was recorded in %s since cannot be seen; only where it is lost for good, "+
			"calltab move --undo --force takes the move back without: %w", m.to.full, err)
	}
	if err != nil {
		return err
	}
	switch mark := m.to.mark; {
	case mark.FilledFrom != "": // the move was cut off at its end, and nobody uses it
		return nil
	case mark.MovedTo == m.from.full: // this was cut off
		return nil
	case mark.Set():
		return fmt.Errorf("store %s: %w", m.to.full, &move.MarkedError{Mark: mark})
	}
	read, err := m.compare(ctx)
	if err != nil && read == nil {
		return err
	}
	if err != nil {
		return fmt.Errorf("%s was used since, and %s does not have what was recorded there: move everything back "+
			"to a new place instead, with calltab move --from %s --to STORE (%w)",
			m.to.full, m.from.full, m.to.full, err)
	}
	return storefile.SetMark(ctx, m.to.db, move.Mark{MovedTo: m.from.full, At: time.Now()})
}

// used reports whether a store cannot be opened because a program has it, or a newer one, which may run.
func used(err error) bool {
	return errors.Is(err, boltstore.ErrInUse) || errors.Is(err, pgstore.ErrInUse) || errors.Is(err, pgstore.ErrNewer)
}

// keepFrom opens the store that was filled, where it is still there, and keeps it from programs until this command
// ends. It refuses one that a program has, or may have: two programs would give the same numbers.
func (m *mover) keepFrom(ctx context.Context) error {
	if m.to.name == "" {
		if storefile.IsDatabase(m.from.mark.MovedTo) { // the mark has neither its password nor its settings
			return &UsageError{fmt.Errorf("%s has been moved to %s: name that one with --to, so that it can be seen "+
				"whether a program has it", m.from.full, m.from.mark.MovedTo)}
		}
		m.to.name, m.to.full = m.from.mark.MovedTo, m.from.mark.MovedTo
	}
	err := m.to.open(ctx, false)
	switch {
	case used(err):
		return err
	case err != nil && storefile.Lost(ctx, m.to.name, err):
		return ctx.Err()
	case err != nil:
		return fmt.Errorf("%s is there, and cannot be opened here, so that a program may have it: name it with --to "+
			"as Calltab has it, with all of its settings and as a user who may use it (%w)", m.to.full, err)
	}
	mark := m.to.mark
	if mark.MovedTo != "" && mark.MovedTo != m.from.full { // a program may have what it was moved to
		return fmt.Errorf("store %s: %w", m.to.full, &move.MarkedError{Mark: mark})
	}
	return nil
}

// undoAlone puts a store into use again as one that is older than the world, and the one that was filled out of use,
// whatever was recorded in it. It is marked as restored first: cut off after that, an undo takes nothing for
// compared.
func (m *mover) undoAlone(ctx context.Context) error {
	asOf, err := MarkRestored(ctx, m.from.db, time.Now())
	if err == nil && m.to.db != nil && !m.to.mark.Set() {
		err = storefile.SetMark(ctx, m.to.db, move.Mark{MovedTo: m.from.full, At: time.Now()})
	}
	if err == nil {
		err = storefile.SetMark(ctx, m.from.db, move.Mark{})
	}
	if err != nil {
		return fmt.Errorf("the move is not taken back: %w", err)
	}
	m.say("The move is taken back without a look at %s, which no program may use again. %s is marked as restored, as "+
		"of %s.\n%s", m.from.mark.MovedTo, m.from.full, asOf.Format(time.RFC3339), comparesNext)
	return m.failed
}
