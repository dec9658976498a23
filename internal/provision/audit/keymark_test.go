package audit

import (
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/record"
)

// TestTwoKeysOnAnEmptyStore: of two programs that begin at once with different keys one is refused, and so is each that
// comes later with another key than the first one's.
func TestTwoKeysOnAnEmptyStore(t *testing.T) {
	t.Parallel()
	s, err := boltstore.Open(filepath.Join(t.TempDir(), "calltab.db"), boltstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	keys := [][]byte{[]byte("the key of one program"), []byte("the key of another one")}
	var refused atomic.Int32
	var wg sync.WaitGroup
	for _, key := range keys {
		wg.Go(func() {
			fresh, err := NoteKey(t.Context(), s, key)
			if errors.Is(err, errOtherKey) {
				refused.Add(1)
			} else if err != nil || !fresh {
				t.Errorf("the first one: %v, and the store is new: %v", err, fresh)
			}
		})
	}
	wg.Wait()
	if refused.Load() != 1 {
		t.Fatalf("%d of two were refused", refused.Load())
	}
	fits := 0
	for _, key := range keys {
		first := CheckAuditKey(t.Context(), s, key)
		fresh, again := NoteKey(t.Context(), s, key)
		if (first == nil) != (again == nil) || fresh {
			t.Errorf("checked: %v; noted again: %v; the store is new: %v", first, again, fresh)
		}
		if first == nil {
			fits++
		}
	}
	if fits != 1 {
		t.Errorf("%d keys fit", fits)
	}
	err = s.View(t.Context(), func(tx provision.Tx) error {
		for _, raw := range tx.Scan(record.TableKeyMark, "", "") {
			for _, key := range keys {
				if string(raw) == string(key) {
					t.Error("the key itself is in the store")
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
