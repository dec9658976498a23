package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAuditKey: made once, and never quietly made anew.
func TestAuditKey(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "calltab.db.key")
	first, err := loadAuditKey(path, false)
	if err != nil || len(first) < 32 {
		t.Fatalf("first start: %d bytes, %v", len(first), err)
	}
	for _, audited := range []bool{false, true} {
		if again, err := loadAuditKey(path, audited); err != nil || !bytes.Equal(again, first) {
			t.Errorf("with a trail: %t: %v", audited, err)
		}
	}
	if err := os.WriteFile(path, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := loadAuditKey(path, true); err == nil || !strings.Contains(err.Error(), "shorter than 32 bytes") {
		t.Errorf("a short key: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := loadAuditKey(path, true); err == nil || !strings.Contains(err.Error(), "restore it from the backup") {
		t.Errorf("a trail without its key: %v", err)
	}
}

// TestKeyAndStore: a store and its key start together or not at all, and a refusal changes neither.
func TestKeyAndStore(t *testing.T) {
	t.Parallel()
	s := &script{stage: newTestStage(t), out: testLog{t}}
	s.must(t, "say alice 'add dana seattle unlimited'", "click alice Continue number=+12065550101", "click alice Save")
	if err := s.halt(); err != nil {
		t.Fatal(err)
	}
	tenant := string(s.tenant())
	store, key := s.path("calltab.db"), s.path("calltab.db.key")
	goodStore, goodKey := mustRead(t, store), mustRead(t, key)
	for _, c := range []struct {
		name string
		harm func() error
		want string
	}{
		{"another key", func() error { return os.WriteFile(key, bytes.Repeat([]byte("k"), 52), 0o600) }, "does not fit link"},
		{"no key", func() error { return os.Remove(key) }, "restore it from the backup"},
		{"no store", func() error { return os.Remove(store) }, "its key"},
		{"an empty store", func() error { return os.Truncate(store, 0) }, "its key"},
		{"half a store", func() error { return os.Truncate(store, 20_000) }, "cut off"},
	} {
		if err := c.harm(); err != nil {
			t.Fatal(err)
		}
		for range 2 { // and not only the first time
			err := s.boot(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || exitCode(err) == 0 {
				t.Errorf("%s: %v, want %q", c.name, err, c.want)
			}
			settings := s.settings()
			_, err = play(t.Context(), map[string]string{"CALLTAB_STORE": settings["CALLTAB_STORE"]}, "audit", "verify", "--tenant="+tenant)
			if err == nil {
				t.Errorf("%s: audit verify is content", c.name)
			}
		}
		if err := errors.Join(os.WriteFile(store, goodStore, 0o600), os.WriteFile(key, goodKey, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.boot(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.must(t, "advance 1h", "order dana done")
	if _, err := s.app.service.Audit(t.Context(), s.tenant()); err != nil {
		t.Error(err)
	}
}

// TestFirstStartCutShort: a program that died before it committed anything locks nobody out.
func TestFirstStartCutShort(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "calltab.db")
	for _, step := range []string{"the store is made", "the key is made", "nothing more"} {
		db, err := openStore(path)
		if err != nil {
			t.Fatalf("%s: %v", step, err)
		}
		if step != "the store is made" {
			if _, err := auditKeyOf(t.Context(), db, path); err != nil {
				t.Fatalf("%s: %v", step, err)
			}
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
