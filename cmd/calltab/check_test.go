package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calltab/cmd/calltab/internal/admin"
	"calltab/cmd/calltab/internal/stage"
	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
)

// Check answers beside the running program, on the file alone, and of a file that is damaged.
func TestCheckCommand(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	playTour(t, s)
	path := s.Path("calltab.db")
	check := func() (string, error) {
		var out bytes.Buffer
		err := run(t.Context(), []string{"check", "--store", path}, func(string) (string, bool) { return "", false }, nil, &out, &out)
		return out.String(), err
	}
	if out, err := check(); err != nil || !strings.HasPrefix(out, "The store is sound: ") {
		t.Errorf("beside the program: %q, %v", out, err)
	}
	if err := s.Halt(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Boot(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	if out, err := check(); err != nil || !strings.HasPrefix(out, "The store is sound: ") {
		t.Errorf("on the file: %q, %v", out, err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, int64(8*os.Getpagesize())); err != nil {
		t.Fatal(err)
	}
	if out, err := check(); exitCode(err) != exitFailure || !strings.Contains(out, "its end is missing") {
		t.Errorf("on what is left of the file: %q, %v", out, err)
	}
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A page that is lost, overwritten, changed in one byte, put in the place of another or left as it was before must not
// go unseen where it changes anything that a command reads.
func TestDamagedPagesAreFound(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	early, late := filepath.Join(t.TempDir(), "early.db"), filepath.Join(t.TempDir(), "late.db")
	copyStore(t, s, early)
	playTour(t, s)
	copyStore(t, s, late)
	good, err := os.ReadFile(late)
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(early)
	if err != nil {
		t.Fatal(err)
	}
	key := s.App().Service.AuditKey
	want, faults := readAll(t, late, key)
	if faults > 0 {
		t.Fatalf("the undamaged store has %d faults", faults)
	}
	pageSize := os.Getpagesize()
	random := rand.New(rand.NewPCG(1, 2))
	found := map[string]int{}
	for i := range damaged {
		at := random.IntN(len(good)/pageSize) * pageSize
		for name, page := range damages(random, good, before, at, pageSize) {
			bad := bytes.Clone(good)
			copy(bad[at:], page)
			path := filepath.Join(t.TempDir(), "bad.db")
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			got, faults := readAll(t, path, key)
			switch {
			case faults > 0:
				found[name+", found"]++
			case got == want:
				found[name+", of no effect"]++
			default:
				t.Errorf("%s at page %d (try %d): the store tells something else, and check finds nothing", name, at/pageSize, i)
			}
		}
	}
	t.Log(found)
}

// A changed letter within a record is found wherever it is: a name, a plan or a date may read as well as before.
func TestChangedLettersAreFound(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	playTour(t, s)
	late := filepath.Join(t.TempDir(), "late.db")
	copyStore(t, s, late)
	key := s.App().Service.AuditKey
	var places []string // of every record, its value as it stands in the file
	err := boltstore.ReadSnapshot(late, func(snap *boltstore.Snapshot) error {
		tables, err := snap.Tables()
		if err != nil {
			return err
		}
		return snap.View(func(tx provision.Tx) error {
			for _, table := range tables {
				for _, v := range tx.Scan(table, "", "") {
					if len(v) > 0 {
						places = append(places, string(v))
					}
				}
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	good := readFile(t, late)
	want, faults := readAll(t, late, key)
	if faults > 0 {
		t.Fatalf("the undamaged store has %d faults", faults)
	}
	random := rand.New(rand.NewPCG(3, 4))
	found, changed := 0, 0
	for changed < 100 {
		value := places[random.IntN(len(places))]
		at := bytes.LastIndex(good, []byte(value)) // an earlier copy may be on a page that is free by now
		if at < 0 {
			continue
		}
		bad := bytes.Clone(good)
		bad[at+random.IntN(len(value))] ^= byte(1 << random.IntN(8))
		path := filepath.Join(t.TempDir(), "bad.db")
		writeFile(t, path, bad)
		got, faults := readAll(t, path, key)
		if faults == 0 && got == want {
			continue // on a free page after all
		}
		changed++
		if faults > 0 {
			found++
		}
	}
	if found != changed {
		t.Errorf("of %d changes that a command would read, check finds %d", changed, found)
	}
}

// damages are the ways in which a page may be lost.
func damages(random *rand.Rand, good, before []byte, at, pageSize int) map[string][]byte {
	noise := make([]byte, pageSize)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	other := random.IntN(len(good)/pageSize) * pageSize
	half := bytes.Clone(good[at : at+pageSize])
	clear(half[pageSize/2:])
	all := map[string][]byte{
		"zeroes": make([]byte, pageSize), "noise": noise, "another page": good[other : other+pageSize], "half a page": half,
		"a changed byte": bytes.Clone(good[at : at+pageSize]),
	}
	all["a changed byte"][random.IntN(pageSize)] ^= byte(1 + random.IntN(255))
	if at+pageSize <= len(before) {
		all["an older page"] = before[at : at+pageSize]
	}
	return all
}

func copyStore(t *testing.T, s *stage.Stage, path string) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := s.App().File().Snapshot(t.Context(), func(snap *boltstore.Snapshot) error { return snap.Copy(file) }); err != nil {
		t.Fatal(err)
	}
}

// readAll checks a file, and names everything that can be read in it where its pages are whole.
func readAll(t *testing.T, path string, key []byte) (content string, faults int) {
	t.Helper()
	sum := sha256.New()
	err := boltstore.ReadSnapshot(path, func(snap *boltstore.Snapshot) error {
		if err := admin.Check(snap, key, io.Discard); err != nil {
			return err
		}
		tables, err := snap.Tables()
		if err != nil {
			return err
		}
		return snap.View(func(tx provision.Tx) error {
			for _, table := range tables {
				for k, v := range tx.Scan(table, "", "") {
					fmt.Fprintf(sum, "%q %q %q\n", table, k, v)
				}
			}
			return nil
		})
	})
	if err != nil {
		faults++
	}
	return fmt.Sprintf("%x", sum.Sum(nil)), faults
}
