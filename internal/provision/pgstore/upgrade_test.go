package pgstore

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"calltab/internal/provision/pgstore/pgtest"
)

// setSchema has the tables be of a version.
func setSchema(t *testing.T, schema string, version int64) {
	t.Helper()
	pgtest.Run(t, "update "+schema+".calltab_state set schema = "+strconv.FormatInt(version, 10))
}

// TestRaisedUnderAProgram: a program whose tables a newer one has raised writes and reads nothing more, whichever of the
// two it tries first, and also where it tries neither.
func TestRaisedUnderAProgram(t *testing.T) {
	t.Parallel()
	for name, tries := range map[string]func(*testing.T, *Store) error{
		"write": func(t *testing.T, s *Store) error { return put(t, s, "after") },
		"read":  func(t *testing.T, s *Store) error { return s.View(t.Context(), func(Tx) error { return nil }) },
		"lease": func(t *testing.T, s *Store) error {
			s.renew(t.Context(), nil).Close(t.Context())
			return s.Trouble()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := pgtest.URL(t)
			s := openAt(t, url, Options{Shared: true, Lease: time.Hour})
			if err := put(t, s, "before"); err != nil {
				t.Fatal(err)
			}
			setSchema(t, schemaOf(t, url), newestVersion+1)
			if err := tries(t, s); !errors.Is(err, ErrNewer) {
				t.Errorf("it says %v", err)
			}
			<-s.Broken()
			setSchema(t, schemaOf(t, url), newestVersion)
			if err := put(t, s, "after"); err == nil {
				t.Error("it goes on")
			}
		})
	}
}

// TestRaisedWhenNobodyHasIt: a newer program does not raise tables that others use, one alone or several together, and
// says so. Once they have gone it does, and its own kind beside it may have them at once.
func TestRaisedWhenNobodyHasIt(t *testing.T) {
	t.Parallel()
	const lease = 3 * time.Second // an attempt to have them waits for a part of its own
	for _, shared := range []bool{false, true} {
		url := pgtest.URL(t)
		schema := schemaOf(t, url)
		old := openAt(t, url, Options{Shared: shared, Lease: lease})
		setSchema(t, schema, firstVersion)
		_, err := Open(t.Context(), url, Options{Shared: true, Lease: lease})
		if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), "with schema version 8: stop it, and each replica beside it") {
			t.Errorf("beside one that runs: %v", err)
		}
		if err := put(t, old, "still"); err != nil {
			t.Errorf("the one that runs: %v", err)
		}
		if got := pgtest.Run(t, "select schema from "+schema+".calltab_state"); got != "8" {
			t.Errorf("it was raised to %s under a program", got)
		}
		if _, err := Raise(t.Context(), url, Owned{Views: "select 1"}); err == nil || !strings.Contains(err.Error(), "stop it before it is raised") {
			t.Errorf("their owner: %v", err)
		}
		if err := old.Close(); err != nil {
			t.Fatal(err)
		}
		one := openAt(t, url, Options{Shared: true, Lease: lease})
		two := openAt(t, url, Options{Shared: true, Lease: lease})
		if err := errors.Join(put(t, one, "a"), put(t, two, "b")); err != nil {
			t.Error(err)
		}
		if got := pgtest.Run(t, "select schema from "+schema+".calltab_state"); got != strconv.FormatInt(newestVersion, 10) {
			t.Errorf("the schema is %s", got)
		}
	}
}
