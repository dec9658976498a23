package boltstore

import (
	"fmt"
	"slices"
	"testing"
)

// TestLooksWithinLooks: looks at a table while it is walked use cursors of their own, and the walk goes on where it
// was; those that come later use the same cursors again, also behind what the transaction has written and deleted.
func TestLooksWithinLooks(t *testing.T) {
	t.Parallel()
	s := openIn(t, t.TempDir())
	t.Cleanup(func() { s.Close() })
	all := make(map[string]string)
	err := s.Update(t.Context(), func(tx Tx) error {
		for i := range 2000 { // several pages
			k := fmt.Sprintf("a/%04d", i)
			all[k] = fmt.Sprint(i)
			tx.Put("t", k, []byte(all[k]))
		}
		tx.Put("t", "b", nil)
		looksWithin(t, tx, all)
		for i := range 1900 { // pages without a key
			k := fmt.Sprintf("a/%04d", i+50)
			delete(all, k)
			tx.Delete("t", k)
			if _, there := tx.Get("t", k); there {
				t.Errorf("%s is there after it was deleted", k)
			}
		}
		looksWithin(t, tx, all)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.View(t.Context(), func(tx Tx) error {
		looksWithin(t, tx, all)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// looksWithin walks what begins with a/, looking at the same table at every twentieth key.
func looksWithin(t *testing.T, tx Tx, all map[string]string) {
	t.Helper()
	walk := tx.(interface {
		Walk(table, prefix, from string, see func(key, value []byte) bool)
	}).Walk
	var seen []string
	walk("t", "a/", "", func(key, value []byte) bool {
		k := string(key)
		seen = append(seen, k)
		if string(value) != all[k] {
			t.Errorf("%s is %q, want %q", k, value, all[k])
		}
		if len(seen)%20 == 1 {
			lookAround(t, tx, k, all[k])
		}
		return true
	})
	want := make([]string, 0, len(all))
	for k := range all {
		want = append(want, k)
	}
	slices.Sort(want)
	if !slices.Equal(seen, want) {
		t.Errorf("walked over %d keys, want %d", len(seen), len(want))
	}
	var first []string
	walk("t", "a/", "a/0003", func(key, _ []byte) bool {
		first = append(first, string(key))
		return len(first) < 2
	})
	if !slices.Equal(first, []string{"a/0003", "a/0004"}) {
		t.Errorf("from a/0003 on: %v", first)
	}
}

// lookAround looks at a key and at those beside it.
func lookAround(t *testing.T, tx Tx, key, value string) {
	t.Helper()
	if v, there := tx.Get("t", key); !there || string(v) != value {
		t.Errorf("Get(%s) = %q, %v, want %q", key, v, there, value)
	}
	if v, there := tx.Get("t", key+"x"); there {
		t.Errorf("Get(%sx) = %q, want none", key, v)
	}
	for k := range tx.Scan("t", "a/", key) {
		if k != key {
			t.Errorf("Scan from %s begins with %s", key, k)
		}
		break
	}
	for k := range tx.ScanBack("t", "", key+"\x00") {
		if k != key {
			t.Errorf("ScanBack from %s begins with %s", key, k)
		}
		break
	}
	if v, there := tx.Get("t", "b"); !there || v == nil || len(v) > 0 {
		t.Errorf("Get(b) = %v, %v, want an empty value", v, there)
	}
}
