package pgstore

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"calltab/internal/provision/pgstore/pgtest"
	"calltab/internal/provision/report"
)

// TestOwnersAtOnce: those who make tables and views, and grant rights, at once wait for each other, on a database that
// has nothing and on one that has everything.
func TestOwnersAtOnce(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	schema := schemaOf(t, url)
	server, reader := "at_once_"+schema, "at_once_reader_"+schema
	pgtest.Run(t, "create role "+server+" login; create role "+reader+" login")
	const owners = 4
	for range 2 {
		done := make(chan error)
		for range owners {
			go func() {
				_, err := Raise(t.Context(), url, Owned{Views: report.Views, Names: report.Names, Serve: []string{server},
					Report: []string{reader}})
				done <- err
			}()
		}
		for range owners {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	}
	s := openAt(t, strings.Replace(url, "postgres@", server+"@", 1), Options{})
	if err := put(t, s, "k"); err != nil {
		t.Error(err)
	}
}

// TestOwnerWhileOthersRead: who reads a report keeps the owner from making its view anew. What to do is said, nothing is
// changed, and once the reader has gone it works.
func TestOwnerWhileOthersRead(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	schema := schemaOf(t, url)
	owned := Owned{Views: report.Views, Names: report.Names}
	if _, err := Raise(t.Context(), url, owned); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if _, err := ask(t.Context(), conn, sql("begin"), sql("select order_id from calltab_orders")); err != nil {
		t.Fatal(err)
	}
	pgtest.Run(t, "create function "+schema+".set_config(name text, value text, local boolean) returns text language sql as "+
		"$$ select pg_catalog.set_config(name, case when (name, value) = ('lock_timeout', '8s') then '20ms' else value end, local) $$")
	impatient := url + ",pg_catalog" // its function stands before PostgreSQL's, and makes a wait of 8 seconds a short one
	_, err = Raise(t.Context(), impatient, owned)
	const want = ": nothing was changed: another program has what Calltab needs locked, and has not let it go within lock_timeout, " +
		"which is 8 seconds where Calltab writes: where tables are changed, a report, a backup of the database or another calltab schema; " +
		"else changes by hand, or a calltab that is stuck; pg_locks and pg_stat_activity say which (canceling statement due to lock timeout)"
	if err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("while a report is read: %v", err)
	}
	if _, err := ask(t.Context(), conn, sql("rollback")); err != nil {
		t.Fatal(err)
	}
	if _, err := Raise(t.Context(), url, owned); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// TestRefusalsSayWhatToDo: a user without rights, and a database that takes no writes.
func TestRefusalsSayWhatToDo(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	schema := schemaOf(t, url)
	role := "barred_" + schema
	as := strings.Replace(url, "postgres@", role+"@", 1)
	if err := openAt(t, url, Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	pgtest.Run(t, "create role "+role+" login; grant usage on schema "+schema+" to "+role)
	says := func(err error, want string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "SQLSTATE") {
			t.Errorf("%v, want %q", err, want)
		}
	}
	opening := func() error {
		s, err := Open(t.Context(), as, Options{})
		if err == nil {
			s.Close()
		}
		return err
	}
	const rights = ": this user may not use Calltab's tables: have calltab schema --serve ROLE let it, with its name as " +
		"ROLE, as the owner of the tables (permission denied for table calltab_state)"
	says(opening(), rights)
	_, err := Look(t.Context(), as)
	says(err, rights)
	_, err = Raise(t.Context(), as, Owned{})
	says(err, rights)
	pgtest.Run(t, "grant select, insert, update, delete on all tables in schema "+schema+" to "+role)
	s := openAt(t, as, Options{})
	pgtest.Run(t, "revoke select on "+schema+".kv from "+role)
	says(s.View(t.Context(), func(tx Tx) error {
		tx.Get("t", "k")
		return nil
	}), "let it, with its name as ROLE, as the owner of the tables (permission denied for table kv)")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	pgtest.Run(t, "grant select on "+schema+".kv to "+role+"; alter role "+role+" set default_transaction_read_only = on")
	says(opening(), ": the database takes no writes: it is a standby, or default_transaction_read_only is on for it or "+
		"this user; name the primary, or set that to off (cannot execute SELECT FOR UPDATE in a read-only transaction)")
}
