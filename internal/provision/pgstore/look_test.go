package pgstore

import (
	"strings"
	"testing"
	"time"

	"calltab/internal/provision/pgstore/pgtest"
)

// TestLook: what a look shows of a database, from the one that has nothing to the one that a program has, and beside it.
func TestLook(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	schema := schemaOf(t, url)
	role := "looker_" + schema
	guest := strings.Replace(url, "postgres@", role+"@", 1)
	want := State{Newest: newestVersion, User: role}
	looks := func(what string) {
		t.Helper()
		got, err := Look(t.Context(), guest)
		got.Ahead = 0 // as the two clocks have it
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v, want %+v", what, got, err, want)
		}
	}
	pgtest.Run(t, "create role "+role+" login; grant usage on schema "+schema+" to "+role)
	looks("nothing, and not for this user to make")
	pgtest.Run(t, "grant create on schema "+schema+" to "+role)
	want.Writable = true
	looks("nothing")

	first := openAt(t, url, Options{Lease: time.Hour})
	pgtest.Run(t, "grant select on all tables in schema "+schema+" to "+role)
	_, want.Holder, _ = holderOf(t, url)
	want.Made, want.Schema, want.Writable = true, newestVersion, false
	looks("a program has it, and this user only reads")
	pgtest.Run(t, "grant insert, update, delete on all tables in schema "+schema+" to "+role)
	want.Writable = true
	looks("a program has it")
	if err := put(t, first, "k"); err != nil {
		t.Errorf("the program that has it, after the looks: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	want.Holder = ""
	looks("nobody has it")
	pgtest.Run(t, "alter role "+role+" set synchronous_commit = off; alter role "+role+" set default_transaction_read_only = on")
	want.Lax, want.Standby = true, true
	looks("it is set to lose commits, and to take none")

	pgtest.Run(t, "update "+schema+".calltab_state set schema = 1000")
	if _, err := Look(t.Context(), guest); err == nil || !strings.Contains(err.Error(), "newer calltab") {
		t.Errorf("a newer one: %v", err)
	}
	for _, away := range []string{"postgres://calltab:hunter2@127.0.0.1:1/calltab", strings.Replace(url, "/postgres?", "/hunter2?", 1)} {
		state, err := Look(t.Context(), away)
		if err == nil || state.User != "" || strings.Contains(err.Error(), ":hunter2") {
			t.Errorf("nothing there: %+v, %v", state, err)
		}
	}
}

// holderOf is what the database has of its lease.
func holderOf(t *testing.T, url string) (id, who, until string) {
	t.Helper()
	columns := strings.Split(pgtest.Run(t, "select holder, who, until from "+schemaOf(t, url)+".calltab_lease"), "|")
	if len(columns) != 3 {
		t.Fatalf("no lease: %q", columns)
	}
	return columns[0], columns[1], columns[2]
}

// TestRaise: a store of an earlier version is raised at the next start, with all that it has; who only reads leaves it.
func TestRaise(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	first := openAt(t, url, Options{})
	if err := put(t, first, "k"); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	pgtest.Run(t, "update "+schemaOf(t, url)+".calltab_state set schema = 8")
	version := func(want int64) {
		t.Helper()
		if s, err := Look(t.Context(), url); err != nil || s.Schema != want {
			t.Errorf("schema version %d, %v, want %d", s.Schema, err, want)
		}
	}
	if read := openAt(t, url, Options{Reading: true}); !has(t, read, "k") {
		t.Error("who only reads sees nothing")
	}
	version(8)
	if s := openAt(t, url, Options{}); !has(t, s, "k") {
		t.Error("a record is gone")
	}
	version(newestVersion)
}
