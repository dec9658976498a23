package record

import (
	"fmt"
	"slices"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/storetest"
)

// lending shows keys and values in memory that it writes over when see returns.
type lending struct{ provision.Tx }

func (l lending) Walk(table, prefix, from string, see func(key, value []byte) bool) {
	for k, value := range l.Scan(table, prefix, from) {
		key := []byte(k)
		more := see(key, value)
		clear(key)
		clear(value)
		if !more {
			return
		}
	}
}

// TestMergeKeepsCopies: what is made of a walk is the same where the store lends its memory, and all keys come in
// order, from any part on.
func TestMergeKeepsCopies(t *testing.T) {
	t.Parallel()
	store := storetest.Memory()
	var want []string
	err := store.Update(t.Context(), func(tx provision.Tx) error {
		for i := range 300 {
			list := fmt.Sprintf("list%d", i%7%5) // some have twice as many
			at := fmt.Sprintf("%04d", i)
			tx.Put(TableOrdersAt, Key("tenant", list, at), []byte(list))
			want = append(want, at+list)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = store.View(t.Context(), func(tx provision.Tx) error {
		for _, reader := range []provision.Tx{tx, lending{tx}} {
			parts := Parts(reader, TableOrdersAt, Key("tenant", ""))
			if !slices.Equal(parts, []string{"list0", "list1", "list2", "list3", "list4"}) {
				t.Errorf("parts are %v", parts)
			}
			prefixes := []string{Key("tenant", "none", "")}
			for _, part := range parts {
				prefixes = append(prefixes, Key("tenant", part, ""))
			}
			for _, from := range []int{0, 1, 137, 299, 300} {
				var got []string
				for at, value := range Merge(reader, TableOrdersAt, prefixes, fmt.Sprintf("%04d", from)) {
					got = append(got, at+value)
				}
				if !slices.Equal(got, want[from:]) {
					t.Errorf("from %d on: %v, want %v", from, got, want[from:])
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
