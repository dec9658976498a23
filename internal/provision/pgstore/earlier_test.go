package pgstore

import (
	"errors"
	"testing"
	"time"

	"calltab/internal/provision/pgstore/pgtest"
)

// TestEarlierState: a database that goes back to an earlier state under its program is given up before anything is
// written to it, also where another program had it then. The next one takes what is there.
func TestEarlierState(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	before := openAt(t, url, Options{Lease: 50 * time.Millisecond}) // the next one does not wait for long
	if err := put(t, before, "before"); err != nil {
		t.Fatal(err)
	}
	back := pgtest.Keep(t, url)
	if err := before.Close(); err != nil {
		t.Fatal(err)
	}
	s := openAt(t, url, Options{})
	if err := put(t, s, "since"); err != nil {
		t.Fatal(err)
	}
	back()
	if err := put(t, s, "after"); !errors.Is(err, ErrEarlierState) {
		t.Errorf("Update: %v", err)
	}
	<-s.Broken()
	if err := s.View(t.Context(), func(Tx) error { return nil }); err == nil || s.Trouble() == nil {
		t.Error("it goes on")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	next := openAt(t, url, Options{})
	if !has(t, next, "before") || has(t, next, "since") || has(t, next, "after") {
		t.Error("the next one does not have what was put back")
	}
	if err := put(t, next, "later"); err != nil {
		t.Error(err)
	}
}

// TestEarlierStateWithoutCommits: who writes nothing finds it as the lease is renewed.
func TestEarlierStateWithoutCommits(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := openAt(t, url, Options{Lease: time.Hour})
	back := pgtest.Keep(t, url)
	if err := put(t, s, "since"); err != nil {
		t.Fatal(err)
	}
	s.renew(t.Context(), nil).Close(t.Context())
	if err := s.Trouble(); err != nil {
		t.Errorf("before: %v", err)
	}
	back()
	s.renew(t.Context(), nil).Close(t.Context())
	if err := s.Trouble(); !errors.Is(err, ErrEarlierState) {
		t.Errorf("Trouble: %v", err)
	}
}
