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

// TestURLs: what each means for the protection of the connection, and that no password is shown.
func TestURLs(t *testing.T) {
	for _, row := range []struct{ url, tls string }{
		{"postgres://calltab@db.example.com/calltab", "verified"},
		{"postgres://calltab@db.example.com:5433,127.0.0.1/calltab", "verified"},
		{"postgresql://calltab:hun%20ter2@10.0.0.1/calltab", "verified"},
		{"postgres://calltab@db.example.com/calltab?sslmode=require", "any"},
		{"postgres://calltab@db.example.com/calltab?sslmode=disable", "none"},
		{"postgres://calltab@127.0.0.1/calltab", "any"},
		{"postgres://calltab@localhost/calltab", "any"},
		{"postgres://calltab@[::1]/calltab", "any"},
		{"postgres:///calltab?host=/var/run/postgresql", "none"},
	} {
		cfg, err := parse(row.url)
		if err != nil {
			t.Errorf("%s: %v", row.url, err)
			continue
		}
		tls := "none"
		if c := cfg.ConnConfig.TLSConfig; c != nil {
			tls = "verified"
			if c.InsecureSkipVerify {
				tls = "any"
			}
		}
		if tls != row.tls {
			t.Errorf("%s: %s, want %s", row.url, tls, row.tls)
		}
	}
	for _, bad := range []string{"postgres://a:hunter2@db:no/x", "postgres://a:hunter2@db/x?sslmode=hunter2",
		"postgres://a:hunt%er2@db/x", "postgres://a:hunter2@db/x?sslrootcert=/missing"} {
		err := Check(bad)
		if err == nil || strings.Contains(err.Error(), "hunt") && !strings.Contains(bad, "=hunter2") {
			t.Errorf("%s: %v", bad, err)
		}
	}
	for url, want := range map[string]string{
		"postgres://calltab:hunter2@db.example.com/calltab?sslmode=require": "postgres://calltab:xxxxx@db.example.com/calltab",
		"postgres://calltab@db/calltab?password=hunter2":                    "postgres://calltab@db/calltab",
		"postgres://calltab:hunt%er2@db/calltab":                            "postgres://…",
	} {
		if got := Shown(url); got != want {
			t.Errorf("%s is shown as %s, want %s", url, got, want)
		}
		if !HasPassword(url) {
			t.Errorf("%s has a password: %v", url, HasPassword(url))
		}
	}
	if Is("calltab.db") || Is("/var/lib/postgres://x") || !Is("postgres://x") || !Is("postgresql://x") {
		t.Error("Is does not tell files from databases")
	}
	for _, bad := range []string{"postgres://calltab:hunter2?x@db/calltab", "postgres://a:p@ss:w/hunter2#1%?@db/x",
		"postgres://a:w/hunter2#1?@db/x", "postgres://a:%zzhunter2@db/x", "Postgres://a:hunter2@db/x",
		"postgres:/a:hunter2@db/x", "host=db password=hunter2"} {
		err := Check(bad)
		if !Is(bad) || err == nil || strings.Contains(err.Error(), "hunt") || strings.Contains(Shown(bad), "hunt") {
			t.Errorf("%s is shown as %s: %v", bad, Shown(bad), err)
		}
	}
}
