package boltstore

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"calltab/internal/provision"
	"calltab/internal/provision/seal"
)

// A record with one changed bit, or in the place of another, is an error that names its table, in whatever way it is
// read, and what the same function wrote is not kept.
func TestDamagedRecordIsNoAnswer(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "calltab.db")
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Update(t.Context(), func(tx Tx) error {
		tx.Put("people", "carol/+12065550140", []byte(`1{"name":"Carol"}`))
		tx.Put("people", "dana", []byte(`1{"name":"Carol"}`))
		tx.Put("plans", "dana", nil)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	const key = "carol/+12065550140"
	var good []byte
	withBolt(t, path, func(btx *bolt.Tx) error {
		good = bytes.Clone(btx.Bucket([]byte("people")).Get([]byte(key)))
		return nil
	})
	stored := map[string][]byte{"empty": {}, "cut": good[:3], "of an older program": good[seal.Size:]}
	for i := range 8 * len(good) {
		bad := bytes.Clone(good)
		bad[i/8] ^= 1 << (i % 8)
		stored[fmt.Sprint("bit ", i)] = bad
	}
	withBolt(t, path, func(btx *bolt.Tx) error {
		stored["of another key"] = bytes.Clone(btx.Bucket([]byte("people")).Get([]byte("dana")))
		stored["of another table"] = bytes.Clone(btx.Bucket([]byte("plans")).Get([]byte("dana")))
		return nil
	})
	for name, bad := range stored {
		withBolt(t, path, func(btx *bolt.Tx) error { return btx.Bucket([]byte("people")).Put([]byte(key), bad) })
		s, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		get := s.View(t.Context(), func(tx Tx) error { tx.Get("people", key); return nil })
		scan := s.View(t.Context(), func(tx Tx) error {
			for k, v := range tx.Scan("people", "", "") {
				if k == key {
					t.Errorf("%s: the scan yields %q", name, v)
				}
			}
			return nil
		})
		update := s.Update(t.Context(), func(tx Tx) error {
			v, ok := tx.Get("people", key)
			tx.Put("plans", "basic", fmt.Appendf(nil, "%s %t", v, ok))
			return nil
		})
		for _, err := range []error{get, scan, update} {
			var e *provision.Error
			if !errors.As(err, &e) || e.Kind != provision.Internal || !strings.Contains(err.Error(), "table people") ||
				strings.Contains(err.Error(), "2065550140") {
				t.Errorf("%s: %v", name, err)
			}
		}
		err = s.View(t.Context(), func(tx Tx) error {
			if _, ok := tx.Get("plans", "basic"); ok {
				t.Errorf("%s: something was written after it", name)
			}
			return nil
		})
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

// bareStore writes a file as programs of schema version 2 did.
func bareStore(t *testing.T, path string, tables, keys int) (want map[string]string) {
	t.Helper()
	want = map[string]string{}
	withBolt(t, path, func(btx *bolt.Tx) error {
		for i := range tables {
			table := fmt.Sprintf("table-%d", i)
			b, err := btx.CreateBucket([]byte(table))
			if err != nil {
				return err
			}
			for j := range keys * i { // the first table is empty
				key, value := fmt.Sprintf("key/%04d", j), strings.Repeat("1", j%7*20)
				want[table+" "+key] = value
				if err := b.Put([]byte(key), []byte(value)); err != nil {
					return err
				}
			}
		}
		return setVersion(btx, sealedVersion-1)
	})
	return want
}

func content(t *testing.T, view func(func(Tx) error) error, tables int) map[string]string {
	t.Helper()
	got := map[string]string{}
	err := view(func(tx Tx) error {
		for i := range tables {
			table := fmt.Sprintf("table-%d", i)
			for k, v := range tx.Scan(table, "", "") {
				got[table+" "+k] = string(v)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// A store without seals gets them in many transactions. Cut off after any of them it can be read and checked as a file,
// is refused to older programs, and goes on where it was.
func TestSealingGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	const tables, keys = 4, 20
	commits := 0
	for cut := 0; ; cut++ {
		path := filepath.Join(t.TempDir(), "calltab.db")
		want := bareStore(t, path, tables, keys)
		db, err := bolt.Open(path, 0o600, nil)
		if err != nil {
			t.Fatal(err)
		}
		done := false
		for i := 0; i < cut && !done; i++ {
			err := db.Update(func(btx *bolt.Tx) error {
				if i == 0 {
					return errors.Join(beginSealing(btx), setVersion(btx, sealedVersion))
				}
				if err := sealMore(btx, 400); err != nil {
					return err
				}
				done = !sealing(btx)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			commits = i + 1
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if cut > 0 {
			if _, err := open(path, Options{}, migrations[:1]); err == nil || !strings.Contains(err.Error(), "newer calltab") {
				t.Errorf("cut after %d commits, an older program: %v", cut, err)
			}
		}
		err = ReadSnapshot(path, func(snap *Snapshot) error {
			snap.CheckPages(func(what string) { t.Error(what) })
			sound, err := snap.CheckValues(func(table, key string) { t.Errorf("%s %s", table, key) })
			if !sound || err != nil {
				t.Errorf("cut after %d commits: %t, %v", cut, sound, err)
			}
			if got := content(t, snap.View, tables); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("cut after %d commits: read as a file it has %d records of %d", cut, len(got), len(want))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		s, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := content(t, func(f func(Tx) error) error { return s.View(t.Context(), f) }, tables)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("cut after %d commits: opened, it has %d records of %d", cut, len(got), len(want))
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		withBolt(t, path, func(btx *bolt.Tx) error {
			if sealing(btx) {
				t.Errorf("cut after %d commits: it is never done", cut)
			}
			return nil
		})
		if done {
			break
		}
	}
	if commits < 15 {
		t.Errorf("only %d commits: the test cuts too seldom", commits)
	}
}
