package turns

import (
	"flag"
	"path/filepath"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/storetest/shape"
)

var update = flag.Bool("update", false, "write the golden files")

// TestStored: what is stored has the form that belongs to its schema version.
func TestStored(t *testing.T) {
	t.Parallel()
	shape.Check(t, provision.SchemaVersion, *update, within{})
}

// TestCountBeside: two programs count the turns of a person together, and begin anew with each minute.
func TestCountBeside(t *testing.T) {
	t.Parallel()
	s, err := boltstore.Open(filepath.Join(t.TempDir(), "turns.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var here, there Count
	for i, c := range []*Count{&here, &there, &there, &here} {
		if err := s.Update(t.Context(), c.Beside("one/dana", now)); err != nil {
			t.Fatal(err)
		}
		if got := c.Add("one/dana", now).N; got != i+1 {
			t.Errorf("turn %d is counted as %d", i+1, got)
		}
	}
	later := now.Add(time.Minute)
	if err := s.Update(t.Context(), there.Beside("one/dana", later)); err != nil {
		t.Fatal(err)
	}
	if got := there.Add("one/dana", later).N; got != 1 {
		t.Errorf("the first one of the next minute is counted as %d", got)
	}
}
