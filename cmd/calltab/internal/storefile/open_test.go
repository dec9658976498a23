package storefile

import (
	"bytes"
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

// TestFirstStartCutShort: a program that died before it committed anything locks nobody out.
func TestFirstStartCutShort(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "calltab.db")
	for _, step := range []string{"the store is made", "the key is made", "nothing more"} {
		db, err := OpenFile(path)
		if err != nil {
			t.Fatalf("%s: %v", step, err)
		}
		if step != "the store is made" {
			if _, err := FileKey(t.Context(), db, path); err != nil {
				t.Fatalf("%s: %v", step, err)
			}
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
