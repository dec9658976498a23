package boltstore

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"calltab/internal/provision"
	"calltab/internal/provision/seal"
)

func TestOneProcessOwnsTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openIn(t, dir)
	path := filepath.Join(dir, "calltab.db")
	_, err := Open(path, Options{LockTimeout: time.Millisecond})
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "another calltab") {
		t.Errorf("second Open: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	openIn(t, dir).Close()
}

func TestFileIsPrivate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	defer openIn(t, dir).Close()
	info, err := os.Stat(filepath.Join(dir, "calltab.db"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(path("text"), []byte(strings.Repeat("not a database\n", 2000)), 0o600); err != nil {
		t.Fatal(err)
	}
	withBolt(t, path("foreign"), func(tx *bolt.Tx) error {
		_, err := tx.CreateBucket([]byte("something"))
		return err
	})
	withBolt(t, path("garbled"), func(tx *bolt.Tx) error {
		meta, err := tx.CreateBucket(metaBucket)
		if err != nil {
			return err
		}
		return meta.Put(versionKey, []byte("one"))
	})
	withBolt(t, path("newer"), func(tx *bolt.Tx) error { return setVersion(tx, 1000) })
	rows := []struct{ name, want string }{
		{"text", "is not a calltab store, or is damaged"},
		{"foreign", "not a calltab store"},
		{"garbled", `schema version "one" is not a number`},
		{"newer", "written by a newer calltab (schema version 1000"},
		{"no/such/dir", "no such file"},
		{".", "open store"},
	}
	for _, r := range rows {
		s, err := Open(path(r.name), Options{})
		if err == nil {
			s.Close()
			t.Errorf("%s: opened", r.name)
		} else if !strings.Contains(err.Error(), r.want) || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v, want it to say %q and name the file", r.name, err, r.want)
		}
	}
	// A refused file is left as it was, and unlocked.
	withBolt(t, path("newer"), func(tx *bolt.Tx) error {
		if v, err := schemaVersion(tx); v != 1000 || err != nil {
			t.Errorf("version is now %d, %v", v, err)
		}
		return nil
	})
}

func withBolt(t *testing.T, path string, f func(*bolt.Tx) error) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Update(f); err != nil {
		t.Fatal(err)
	}
}

func TestMigrations(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "calltab.db")
	content := func(m []migration) string {
		s, err := open(path, Options{}, m)
		if err != nil {
			return err.Error()
		}
		defer s.Close()
		var got string
		err = s.View(t.Context(), func(tx Tx) error {
			for k, v := range tx.Scan("t", "", "") {
				got += fmt.Sprintf("%s=%s ", k, v)
			}
			return nil
		})
		if err != nil {
			return err.Error()
		}
		return got
	}
	write := func(key, value string) migration {
		return func(btx *bolt.Tx) error {
			b, err := btx.CreateBucketIfNotExists([]byte("t"))
			if err != nil {
				return err
			}
			old, _ := seal.Open("t", []byte(key), b.Get([]byte(key)))
			return b.Put([]byte(key), seal.Append(nil, "t", []byte(key), append(bytes.Clone(old), value...)))
		}
	}
	boom := errors.New("boom")
	broken := func(btx *bolt.Tx) error { return errors.Join(write("a", "half")(btx), boom) }

	if got := content(nil); got != "" {
		t.Errorf("a new file: %s", got)
	}
	if got := content([]migration{write("a", "2")}); got != "a=2 " {
		t.Errorf("one migration: %s", got)
	}
	if got := content([]migration{write("a", "2")}); got != "a=2 " {
		t.Errorf("the same again: %s", got)
	}
	steps := []migration{write("a", "2"), write("a", "3"), broken, write("a", "5")}
	if got := content(steps); !strings.Contains(got, "from schema version 3 to 4: boom") || !strings.Contains(got, path) {
		t.Errorf("a broken migration: %s", got)
	}
	steps[2] = write("a", "4")
	if got := content(steps); got != "a=2345 " {
		t.Errorf("after the repair: %s", got)
	}
	if got := content(steps[:2]); !strings.Contains(got, "newer calltab (schema version 5, this program knows up to 3)") {
		t.Errorf("an older program: %s", got)
	}
	fresh := filepath.Join(t.TempDir(), "new.db")
	s, err := open(fresh, Options{}, []migration{func(*bolt.Tx) error { return boom }})
	if err != nil {
		t.Fatalf("a new file needs no migration: %v", err)
	}
	s.Close()
}

// TestSchemaVersion: a change of what is stored needs a migration, even one that does nothing.
func TestSchemaVersion(t *testing.T) {
	t.Parallel()
	if newest := len(migrations) + 1; newest != provision.SchemaVersion {
		t.Errorf("the migrations lead to schema version %d, and what is stored has %d", newest, provision.SchemaVersion)
	}
}
