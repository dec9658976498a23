package pgstore

import (
	"errors"
	"testing"
	"time"

	"calltab/internal/provision/pgstore/bounds"
	"calltab/internal/provision/pgstore/pgtest"
)

// TestCommitsAreKept: a database that is set to answer before a commit is on the disk waits for those of Calltab.
func TestCommitsAreKept(t *testing.T) {
	t.Parallel()
	s := openAt(t, pgtest.URL(t), Options{})
	for set, want := range map[string]string{"off": "on", "local": "local", "on": "on"} {
		conn, err := s.pool.Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		answers, err := ask(t.Context(), conn.Conn(), sql("begin"), sql("set local synchronous_commit = "+set), sql(bounds.Writing),
			sql("select current_setting('synchronous_commit')"), sql("rollback"))
		conn.Release()
		if err != nil {
			t.Fatal(err)
		}
		if got := string(answers[3][0][0]); got != want {
			t.Errorf("%s becomes %s, want %s", set, got, want)
		}
	}
}

// TestLeaseIsGone: where the row of the lease is missing, nobody is said to have taken the store over.
func TestLeaseIsGone(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := openAt(t, url, Options{Lease: time.Hour})
	conn, err := s.pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = ask(t.Context(), conn.Conn(), sql("delete from calltab_lease"))
	conn.Release()
	if err != nil {
		t.Fatal(err)
	}
	s.renew(t.Context(), nil).Close(t.Context())
	if err := s.Trouble(); !errors.Is(err, errKeptLost) {
		t.Errorf("Trouble: %v", err)
	}
	if _, err := Open(t.Context(), url, Options{}); !errors.Is(err, errKeptLost) {
		t.Errorf("Open: %v", err)
	}
}
