package pgstore

import (
	"testing"
	"time"

	"calltab/internal/provision/pgstore/pgtest"
)

// TestClock: it is the database's, from the moment when the store is open.
func TestClock(t *testing.T) {
	t.Parallel()
	s := openAt(t, pgtest.URL(t), Options{})
	before := time.Now().Add(-time.Second) // the database is on this machine
	if now := s.Clock(); now.Before(before) || now.After(time.Now().Add(time.Second)) {
		t.Errorf("it is %v", now)
	}
}
