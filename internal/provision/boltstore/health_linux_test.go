package boltstore

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	bolt "go.etcd.io/bbolt"

	"calltab/internal/provision"
)

// refuseWrites makes every write to an open file of this process fail, as a disk does that was remounted read-only,
// until the returned function is called.
func refuseWrites(t *testing.T, path string) (heal func()) {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if at, err := os.Readlink("/proc/self/fd/" + e.Name()); err != nil || at != path {
			continue
		}
		fd, err := strconv.Atoi(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		saved, err := syscall.Dup(fd)
		if err != nil {
			t.Fatal(err)
		}
		readOnly, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := syscall.Dup3(int(readOnly.Fd()), fd, 0); err != nil {
			t.Fatal(err)
		}
		readOnly.Close()
		return func() {
			t.Helper()
			if err := errors.Join(syscall.Dup3(saved, fd, 0), syscall.Close(saved)); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Fatalf("%s is not open", path)
	return nil
}

func put(s *Store, t *testing.T, key string, size int) error {
	return s.Update(t.Context(), func(tx Tx) error { tx.Put("t", key, make([]byte, size)); return nil })
}

func has(s *Store, t *testing.T, key string) (found bool) {
	t.Helper()
	if err := s.View(t.Context(), func(tx Tx) error { _, found = tx.Get("t", key); return nil }); err != nil {
		t.Fatal(err)
	}
	return found
}

// whole has bbolt check every page.
func whole(t *testing.T, s *Store) {
	t.Helper()
	err := s.db.View(func(btx *bolt.Tx) error {
		for err := range btx.Check() {
			return err
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// A disk that refuses writes loses what it refused and nothing else, and is written again when it lets.
func TestRefusedWrites(t *testing.T) {
	dir := t.TempDir()
	s := openIn(t, dir)
	if err := put(s, t, "before", 10); err != nil {
		t.Fatal(err)
	}
	for round := range 3 {
		heal := refuseWrites(t, filepath.Join(dir, "calltab.db"))
		for i := range 20 {
			err := put(s, t, "refused", 100+i*5000)
			if said, _ := provision.SayOf(err); said.ID != "store-not-writable" || provision.KindOf(err) != provision.Unavailable {
				t.Fatalf("a refused commit says %v", err)
			}
		}
		if s.Trouble() == nil || s.Probe(t.Context()) == nil || len(s.Failed()) != 1 {
			t.Error("it shows no trouble")
		}
		<-s.Failed()
		if has(s, t, "refused") || !has(s, t, "before") {
			t.Error("it is not as before")
		}
		heal()
		if err := s.Probe(t.Context()); err != nil || s.Trouble() != nil {
			t.Errorf("healed: %v, %v", err, s.Trouble())
		}
		for i := range 20 {
			if err := put(s, t, fmt.Sprintf("after %d %d", round, i), 100+i*5000); err != nil {
				t.Fatal(err)
			}
		}
		whole(t, s)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openIn(t, dir)
	defer s.Close()
	whole(t, s)
	if has(s, t, "refused") || !has(s, t, "before") || !has(s, t, "after 2 19") {
		t.Error("it is not as it was after a restart")
	}
}

// Nobody knows what is on the disk that has not confirmed a commit: the store does nothing more.
func TestUnconfirmedCommit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openIn(t, dir)
	if err := put(s, t, "before", 10); err != nil {
		t.Fatal(err)
	}
	s.commit = func(btx *bolt.Tx) error {
		if err := btx.Commit(); err != nil {
			return err
		}
		return syscall.EIO // as fdatasync returns it
	}
	if err := put(s, t, "lost", 10); !errors.Is(err, syscall.EIO) {
		t.Errorf("it says %v", err)
	}
	s.commit = (*bolt.Tx).Commit
	select {
	case <-s.Broken():
	default:
		t.Error("it is not broken")
	}
	if err := put(s, t, "more", 10); !errors.Is(err, syscall.EIO) {
		t.Errorf("a write says %v", err)
	}
	if err := s.View(t.Context(), func(Tx) error { return nil }); !errors.Is(err, syscall.EIO) {
		t.Errorf("a read says %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openIn(t, dir)
	defer s.Close()
	if !has(s, t, "before") || has(s, t, "more") {
		t.Error("it is not as it was")
	}
}
