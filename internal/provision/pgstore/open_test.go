package pgstore

import (
	"strings"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/pgstore/pgtest"
)

// TestSchemaVersion: a release that raises the version says here what that means for the tables.
func TestSchemaVersion(t *testing.T) {
	t.Parallel()
	if newest := firstVersion + len(migrations); newest != provision.SchemaVersion {
		t.Errorf("the migrations lead to version %d, and stores are of version %d: append one, which may be empty",
			newest, provision.SchemaVersion)
	}
}

// TestOpenRefuses: a newer store, one that was never written, one whose user may not make tables, and nothing at all.
func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	refused := func(url string, o Options, want string) {
		t.Helper()
		s, err := Open(t.Context(), url, o)
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", url, err, want)
		}
	}
	url := pgtest.URL(t)
	refused(url, Options{Reading: true}, "has nothing of Calltab in it")
	if err := openAt(t, url, Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	pgtest.Run(t, "update "+schemaOf(t, url)+".calltab_state set schema = 1000")
	refused(url, Options{}, "it was written by a newer calltab (schema version 1000, this program knows up to")
	pgtest.Run(t, "update "+schemaOf(t, url)+".calltab_state set schema = 3")
	refused(url, Options{}, "its schema version 3 is not one")

	other := pgtest.URL(t)
	schema := schemaOf(t, other)
	pgtest.Run(t, "create role guest_"+schema+" login; grant usage on schema "+schema+" to guest_"+schema)
	guest := strings.Replace(other, "postgres@", "guest_"+schema+"@", 1)
	refused(guest, Options{}, "this user may not make them")
	if err := openAt(t, other, Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	pgtest.Run(t, "grant select, insert, update, delete on all tables in schema "+schema+" to guest_"+schema)
	s := openAt(t, guest, Options{})
	if err := put(t, s, "k"); err != nil {
		t.Errorf("a user who may read and write, and no more: %v", err)
	}
}
