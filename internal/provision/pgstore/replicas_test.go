package pgstore

import (
	"errors"
	"strings"
	"testing"
	"time"

	"calltab/internal/provision/pgstore/pgtest"
)

// TestReplicas: several have the lease together, and keep out one that wants the store for itself; that one keeps them
// out in the same way.
func TestReplicas(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	one := openAt(t, url, Options{Shared: true, Lease: time.Hour})
	two := openAt(t, url, Options{Shared: true, Lease: time.Hour})
	if err := errors.Join(put(t, one, "a"), put(t, two, "b"), put(t, one, "c")); err != nil {
		t.Fatal(err)
	}
	if !has(t, one, "b") || !has(t, two, "c") {
		t.Error("they do not see what the other writes")
	}
	if had, _, _, err := tryAlone(t, url); had || err != nil {
		t.Errorf("one has the store for itself beside them: %v", err)
	}
	if err := one.Close(); err != nil {
		t.Error(err)
	}
	if err := put(t, two, "d"); err != nil {
		t.Errorf("after the other's end: %v", err)
	}
	schema := schemaOf(t, url)
	pgtest.Run(t, "update "+schema+".calltab_lease set until = clock_timestamp() - interval '1 second'")
	alone := openAt(t, url, Options{Lease: time.Hour})
	if err := put(t, two, "e"); err == nil {
		t.Error("one writes beside the one that has the store for itself")
	}
	if err := put(t, alone, "f"); err != nil {
		t.Error(err)
	}
}

// TestRefusalNamesWhoLives: of several that have the lease together, the one that was the last to come has died. Who is
// refused reads the name of one that has renewed it since.
func TestRefusalNamesWhoLives(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	lives := openAt(t, url, Options{Shared: true, Lease: time.Hour, As: "the first, "})
	openAt(t, url, Options{Shared: true, Lease: time.Hour, As: "the last, "}) // it does not renew in this hour
	if _, who, _, err := tryAlone(t, url); err != nil || !strings.HasPrefix(who, "the last, process ") {
		t.Fatalf("at first it is had by %q, %v", who, err)
	}
	refused := make(chan error)
	go func() {
		_, err := Open(t.Context(), url, Options{Lease: 15 * time.Millisecond})
		refused <- err
	}()
	var err error
	for answered := false; !answered; {
		select {
		case err = <-refused:
			answered = true
		default:
			renewed(t, lives)
		}
	}
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), "(the first, process ") {
		t.Errorf("refused by: %v", err)
	}
}

// renewed has a store renew its lease once.
func renewed(t *testing.T, s *Store) {
	t.Helper()
	conn := s.renew(t.Context(), nil)
	if conn == nil {
		t.Fatal("the lease is not renewed")
	}
	if err := conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestJoining: who can do both has the store together with those that share it, who stay named as those that have it, and
// for itself where there are none; one that has it alone keeps it out.
func TestJoining(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	who := func() string {
		return pgtest.Run(t, "select holder || ' ' || who from "+schemaOf(t, url)+".calltab_lease")
	}
	alone := openAt(t, url, Options{Joining: true, Lease: 5 * time.Second}) // a machine at work may stand still for some
	if Shared(alone) {
		t.Error("it shares the store with nobody")
	}
	if had, _, _, err := tryAlone(t, url); had || err != nil {
		t.Errorf("another one has it beside it: %v", err)
	}
	if _, err := Open(t.Context(), url, Options{Joining: true, Lease: 150 * time.Millisecond}); !errors.Is(err, ErrInUse) {
		t.Errorf("beside one that has it alone: %v", err)
	}
	if err := alone.Close(); err != nil {
		t.Fatal(err)
	}
	one := openAt(t, url, Options{Shared: true, Lease: time.Hour})
	pgtest.Run(t, "update "+schemaOf(t, url)+".calltab_lease set who = 'the first one'")
	joined := openAt(t, url, Options{Joining: true, Lease: time.Hour})
	if err := errors.Join(put(t, one, "a"), put(t, joined, "b"), put(t, one, "c")); err != nil {
		t.Error(err)
	}
	renewed(t, joined)
	if got := who(); !Shared(joined) || got != "replicas the first one" {
		t.Errorf("it is had by %s", got)
	}
}

// tryAlone tries once to have the store for one process.
func tryAlone(t *testing.T, url string) (had bool, who, until string, err error) {
	t.Helper()
	s := openAt(t, url, Options{Reading: true})
	conn, err := s.pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	return s.tryLease(t.Context(), conn.Conn(), false)
}
