package boltstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// putWords writes values that say a word, and dropWords deletes them.
func putWords(t *testing.T, s *Store, word string, sizes []int) {
	t.Helper()
	for i, size := range sizes {
		err := s.Update(t.Context(), func(tx Tx) error {
			tx.Put("words", fmt.Sprintf("%s-%06d", word, i), []byte(strings.Repeat(word, size)))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func dropWords(t *testing.T, s *Store, word string) {
	t.Helper()
	err := s.Update(t.Context(), func(tx Tx) error {
		var all []string
		for k := range tx.Scan("words", word, "") {
			all = append(all, k)
		}
		for _, k := range all {
			tx.Delete("words", k)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func fileHas(t *testing.T, dir, word string) bool {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "calltab.db"))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Contains(raw, []byte(word))
}

// TestWipe: nothing that was deleted is in the file afterwards, whatever its size was and in whichever order it went,
// and what is there still is.
func TestWipe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openIn(t, dir)
	random := rand.New(rand.NewPCG(1, 2))
	sizes := make([]int, 150)
	for i := range sizes {
		sizes[i] = 1 << random.IntN(11)
	}
	putWords(t, s, "hidden", sizes)
	putWords(t, s, "stays", sizes[:40])
	dropWords(t, s, "hidden")
	if !fileHas(t, dir, "hidden") {
		t.Fatal("a deleted value is not in the file: the test shows nothing")
	}
	before := stat(t, dir)
	if err := s.Wipe(t.Context()); err != nil {
		t.Fatal(err)
	}
	if fileHas(t, dir, "hidden") {
		t.Error("a deleted value is still in the file")
	}
	if after := stat(t, dir); after > before+8<<20 {
		t.Errorf("the file grew from %d to %d bytes", before, after)
	}
	wholeAfterwards(t, s, dir, 40)
}

// wholeAfterwards opens the store again and reads it.
func wholeAfterwards(t *testing.T, s *Store, dir string, want int) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	err := ReadSnapshot(filepath.Join(dir, "calltab.db"), func(snap *Snapshot) error {
		if !snap.CheckPages(func(line string) { t.Error(line) }) {
			return errors.New("pages are damaged")
		}
		_, err := snap.CheckValues(func(table, key string) { t.Error(table, key) })
		if err != nil {
			return err
		}
		return snap.View(func(tx Tx) error {
			n := 0
			for range tx.Scan("words", "stays", "") {
				n++
			}
			if n != want {
				t.Errorf("%d values are there, want %d", n, want)
			}
			return nil
		})
	})
	if err != nil {
		t.Error(err)
	}
}

func stat(t *testing.T, dir string) int64 {
	t.Helper()
	info, err := os.Stat(filepath.Join(dir, "calltab.db"))
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// TestWipeWaitsForReaders: what a reader may see is not touched, and is gone once they have ended.
func TestWipeWaitsForReaders(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openIn(t, dir)
	putWords(t, s, "hidden", []int{100, 500, 900})
	reading, end, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- s.View(context.Background(), func(tx Tx) error {
			close(reading)
			<-end
			if v, there := tx.Get("words", "hidden-000002"); !there || len(v) != 900*len("hidden") {
				return errors.New("the reader lost what it saw")
			}
			return nil
		})
	}()
	<-reading
	dropWords(t, s, "hidden")
	short, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Wipe(short); !errors.Is(err, context.Canceled) {
		t.Errorf("beside a reader: %v", err)
	}
	wiped := make(chan error, 1)
	go func() { wiped <- s.Wipe(context.Background()) }()
	close(end)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := <-wiped; err != nil {
		t.Error(err)
	}
	if fileHas(t, dir, "hidden") {
		t.Error("a deleted value is still in the file")
	}
	s.Close()
}

// TestWipeBesideWriters: turns go on meanwhile.
func TestWipeBesideWriters(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openIn(t, dir)
	putWords(t, s, "hidden", []int{1, 10, 100, 1000, 100, 10, 1, 700, 700, 2})
	dropWords(t, s, "hidden")
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			for i := range 100 {
				err := s.Update(context.Background(), func(tx Tx) error {
					tx.Put("words", fmt.Sprintf("stays-%d-%d", w, i%10), []byte(strings.Repeat("stays", 10*i)))
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 3 {
		if err := s.Wipe(t.Context()); err != nil {
			t.Error(err)
		}
	}
	writers.Wait()
	if fileHas(t, dir, "hidden") {
		t.Error("a deleted value is still in the file")
	}
	wholeAfterwards(t, s, dir, 40)
}

// TestWipeCutOff: a process that dies in the middle leaves a sound store, and the next Wipe does the rest.
func TestWipeCutOff(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openIn(t, dir)
	putWords(t, s, "stays", []int{1, 2, 3})
	putWords(t, s, "hidden", twenty(900))
	dropWords(t, s, "hidden")
	if err := s.putZeros(t.Context(), 0, 3); err != nil { // and no more
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openIn(t, dir)
	if err := s.Wipe(t.Context()); err != nil {
		t.Fatal(err)
	}
	if fileHas(t, dir, "hidden") {
		t.Error("a deleted value is still in the file")
	}
	wholeAfterwards(t, s, dir, 3)
}

func twenty(size int) []int {
	all := make([]int, 20)
	for i := range all {
		all[i] = size
	}
	return all
}
