package boltstore

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A store that was cut off anywhere is refused in a sentence, and never read.
func TestCutOff(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openIn(t, dir)
	for _, key := range []string{"a", "b", "c"} {
		if err := put(s, t, key, 300_000); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "calltab.db")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	used, err := usedBytes(f)
	if err != nil || used < 600_000 || used > int64(len(whole)) {
		t.Fatalf("%d bytes are in use, %v; the file has %d", used, err, len(whole))
	}
	for _, length := range []int64{1, 100, 2047, 2048, 4095, 4096, 8191, 8192, 12288, 16384, 100_000, used / 2, used - 4096, used - 1} {
		if err := os.WriteFile(path, whole[:length], 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(path, Options{})
		if err == nil {
			s.Close()
			t.Errorf("with %d of %d bytes it opens", length, used)
			continue
		}
		said := strings.Contains(err.Error(), "restore it from a backup") || strings.Contains(err.Error(), "or is damaged")
		if !said || strings.Contains(err.Error(), "\n") {
			t.Errorf("with %d bytes: %v", length, err)
		}
	}
	if err := os.WriteFile(path, whole[:used], 0o600); err != nil {
		t.Fatal(err)
	}
	s, err = Open(path, Options{})
	if err != nil {
		t.Fatalf("with all that is used: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
