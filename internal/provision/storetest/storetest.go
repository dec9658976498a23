package storetest

import (
	"context"
	"testing"

	"calltab/internal/provision/job"
)

// Tx is the transaction under test.
type Tx = job.Tx

// Store is what [Run] tests: a store that can be closed and opened again.
type Store interface {
	job.Store
	Close() error
}

// Run runs the suite. open opens the store kept in dir, making it at the first call; each test has a dir of its own
// and closes what it opens. another opens a second handle beside the first one; nil is for a store that belongs to one
// process.
func Run(t *testing.T, open, another func(t *testing.T, dir string) Store) {
	suite := []struct {
		name string
		test func(*testing.T, opener)
	}{
		{"values", testValues},
		{"copies", testCopies},
		{"scan", testScan},
		{"scan back", testScanBackOfDeleted},
		{"own writes", testOwnWrites},
		{"error undoes", testErrorUndoes},
		{"panic undoes", testPanicUndoes},
		{"failure is sticky", testSticky},
		{"cancelled context", testCancelled},
		{"snapshot", testSnapshot},
		{"concurrent increments", testIncrements},
		{"failures harm nobody", testNeighbours},
		{"durable", testDurable},
		{"write skew", testWriteSkew},
		{"long keys", testLongKeys},
		{"like a map", testModel},
		{"histories", func(t *testing.T, open opener) { testHistories(t, open, another) }},
		{"three runners", func(t *testing.T, open opener) { testRunners(t, open, another) }},
		{"paused runner", func(t *testing.T, open opener) { testPaused(t, open, another) }},
		{"two handles", func(t *testing.T, open opener) {
			if another == nil {
				t.Skip("the store belongs to one process, which has one handle")
			}
			testTwoHandles(t, open, another)
		}},
	}
	for _, c := range suite {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.test(t, open)
		})
	}
}

type opener func(t *testing.T, dir string) Store

// fresh opens an empty store that is closed when the test ends.
func (o opener) fresh(t *testing.T) Store {
	t.Helper()
	s := o(t, t.TempDir())
	t.Cleanup(func() { s.Close() })
	return s
}

func update(t *testing.T, s job.Store, f func(Tx)) {
	t.Helper()
	err := s.Update(t.Context(), func(tx Tx) error { f(tx); return nil })
	if err != nil {
		t.Fatalf("Update: %v", err)
	}
}

func view(t *testing.T, s job.Store, f func(Tx)) {
	t.Helper()
	err := s.View(t.Context(), func(tx Tx) error { f(tx); return nil })
	if err != nil {
		t.Fatalf("View: %v", err)
	}
}

// put writes pairs of key and value to the table "t".
func put(t *testing.T, s job.Store, pairs ...string) {
	t.Helper()
	update(t, s, func(tx Tx) {
		for i := 0; i < len(pairs); i += 2 {
			tx.Put("t", pairs[i], []byte(pairs[i+1]))
		}
	})
}

// want checks that the table "t" holds key with the value; "-" means that it is not there.
func want(t *testing.T, s job.Store, key, value string) {
	t.Helper()
	var got []byte
	var ok bool
	err := s.View(context.WithoutCancel(t.Context()), func(tx Tx) error {
		got, ok = tx.Get("t", key)
		return nil
	})
	switch {
	case err != nil:
		t.Errorf("View: %v", err)
	case !ok && value != "-":
		t.Errorf("%q is missing, want %q", key, value)
	case ok && string(got) != value:
		t.Errorf("%q = %q, want %q", key, got, value)
	}
}
