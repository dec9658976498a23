package main

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/record"
)

// TestKeyAndStore: a store and its key start together or not at all, and a refusal changes neither.
func TestKeyAndStore(t *testing.T) {
	t.Parallel()
	s := newScript(t)
	s.must(t, "say alice 'add dana seattle unlimited'", "click alice Continue number=+12065550101", "click alice Save")
	if err := s.Halt(); err != nil {
		t.Fatal(err)
	}
	tenant := string(s.Tenant())
	store, key := s.Path("calltab.db"), s.Path("calltab.db.key")
	goodStore, goodKey := mustRead(t, store), mustRead(t, key)
	for _, c := range []struct {
		name string
		harm func() error
		want string
	}{
		{"another key", func() error { return os.WriteFile(key, bytes.Repeat([]byte("k"), 52), 0o600) }, "does not fit link"},
		{"no newest link", func() error { return cutLink(t, store, s.Tenant()) }, "is missing, and its head is at"},
		{"no key", func() error { return os.Remove(key) }, "restore it from the backup"},
		{"no store", func() error { return os.Remove(store) }, "its key"},
		{"an empty store", func() error { return os.Truncate(store, 0) }, "its key"},
		{"half a store", func() error { return os.Truncate(store, 20_000) }, "cut off"},
	} {
		if err := c.harm(); err != nil {
			t.Fatal(err)
		}
		for range 2 { // and not only the first time
			err := s.Boot(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || exitCode(err) == 0 {
				t.Errorf("%s: %v, want %q", c.name, err, c.want)
			}
			_, err = play(t.Context(), map[string]string{"CALLTAB_STORE": store}, "audit", "verify", "--tenant="+tenant)
			if err == nil {
				t.Errorf("%s: audit verify is content", c.name)
			}
			said, err := play(t.Context(), map[string]string{"CALLTAB_STORE": store}, "check")
			if hint := "put back the key"; c.name == "another key" && (err == nil || !strings.Contains(said, hint)) {
				t.Errorf("%s: check does not say %q: %v, %s", c.name, hint, err, said)
			}
		}
		if err := errors.Join(os.WriteFile(store, goodStore, 0o600), os.WriteFile(key, goodKey, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Boot(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.must(t, "advance 1h", "order dana done")
	if _, err := s.App().Service.Audit(t.Context(), s.Tenant()); err != nil {
		t.Error(err)
	}
}

// cutLink takes the newest link out of a trail, and leaves its head.
func cutLink(t *testing.T, store string, tenant provision.TenantID) error {
	db, err := boltstore.Open(store, boltstore.Options{})
	if err != nil {
		return err
	}
	err = db.Update(t.Context(), func(tx provision.Tx) error {
		end, err := audit.TrailEnd(tx, tenant)
		tx.Delete(record.TableAudit, audit.AuditKey(tenant, end))
		return err
	})
	return errors.Join(err, db.Close())
}

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
