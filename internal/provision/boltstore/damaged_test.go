package boltstore

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPagesOfNothing: a file of which only the heads are left is refused with what to do, and no panic.
func TestPagesOfNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "calltab.db")
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	clear(raw[2*os.Getpagesize():])
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = Open(path, Options{})
	if !errors.Is(err, errDamaged) || !strings.Contains(err.Error(), "calltab restore") {
		t.Errorf("Open = %v", err)
	}
}
