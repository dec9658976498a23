package boltstore

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calltab/internal/provision"
)

// filled is a store with free pages, still open.
func filled(t *testing.T, dir string) *Store {
	t.Helper()
	s := openIn(t, dir)
	for _, length := range []int{4000, 10} { // what the second one replaces is free afterwards
		err := s.Update(t.Context(), func(tx Tx) error {
			for i := range 60 {
				tx.Put("table", fmt.Sprint("key", i), bytes.Repeat([]byte{'v'}, length))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	putOne(t, s, "last", "one")
	return s
}

func putOne(t *testing.T, s *Store, key, value string) {
	t.Helper()
	err := s.Update(t.Context(), func(tx Tx) error {
		tx.Put("table", key, []byte(value))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func headOf(t *testing.T, path string) head {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	h, odd, err := heads(file)
	if odd != "" || err != nil {
		t.Fatal(odd, err)
	}
	return h
}

// killed is a copy of a store as it would be after the program's death.
func killed(t *testing.T, from string) string {
	t.Helper()
	raw, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "calltab.db")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestListOfFreePages: no commit writes it, closing does, and a store without it has as many free pages.
func TestListOfFreePages(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "calltab.db")
	s := filled(t, dir)
	if headOf(t, path).freelist != noFreelist {
		t.Error("a commit wrote the list")
	}
	copied := killed(t, path)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if headOf(t, path).freelist == noFreelist {
		t.Error("closing did not write the list")
	}
	var free []int
	for _, p := range []string{path, copied} {
		again, err := Open(p, Options{})
		if err != nil {
			t.Fatal(err)
		}
		putOne(t, again, "last", "two") // bbolt counts with the first commit
		stats := again.db.Stats()
		free = append(free, stats.FreePageN+stats.PendingPageN)
		if err := again.Close(); err != nil {
			t.Fatal(err)
		}
		pagesAreSound(t, p)
	}
	// The copy has the page of the list itself beside them, and those of the commit that wrote it.
	if free[0] < 50 || free[1] < free[0]-4 || free[1] > free[0]+4 {
		t.Errorf("%d free pages after closing, %d after a death", free[0], free[1])
	}
}

func pagesAreSound(t *testing.T, path string) {
	t.Helper()
	err := ReadSnapshot(path, func(s *Snapshot) error {
		s.CheckPages(func(line string) { t.Error(line) })
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestDamagedWithoutList: bbolt reads all pages of a file without a list, and a damaged one of them would end the
// program. Whatever is damaged, the file is refused or opened; here, every page in turn loses its first bytes.
func TestDamagedWithoutList(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := filled(t, dir)
	path := killed(t, filepath.Join(dir, "calltab.db"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	refused, page := 0, os.Getpagesize()
	raw = raw[:int(headOf(t, path).high)*page] // behind them is only room to grow
	for at := 2 * page; at < len(raw); at += page {
		broken := bytes.Clone(raw)
		clear(broken[at : at+32])
		if err := os.WriteFile(path, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		again, err := Open(path, Options{})
		if err == nil { // the page was free
			again.Close()
			continue
		}
		refused++
		if !errors.Is(err, errDamaged) || !strings.Contains(err.Error(), "calltab restore") {
			t.Fatalf("page %d: %v", at/page, err)
		}
	}
	if refused < 3 {
		t.Errorf("only %d pages were missed", refused)
	}
}

// BenchmarkOpenUnlisted opens a store that was not closed.
func BenchmarkOpenUnlisted(b *testing.B) {
	path := os.Getenv("CALLTAB_BENCH_STORE")
	if path == "" {
		b.Skip("CALLTAB_BENCH_STORE names no store")
	}
	for b.Loop() {
		s, err := Open(path, Options{})
		if err != nil {
			b.Fatal(err)
		}
		err = s.Update(b.Context(), func(tx provision.Tx) error {
			tx.Put("bench", "key", []byte("value"))
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		s.db.Close() // as a death leaves it
	}
}
