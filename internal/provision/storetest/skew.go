package storetest

import (
	"strconv"
	"strings"
	"sync"
	"testing"

	"calltab/internal/provision/job"
)

// testWriteSkew: of two that take something only if the other has not, one at most does. Transactions that are checked
// for what they write alone let both through, since they write different keys.
func testWriteSkew(t *testing.T, open opener) {
	s := open.fresh(t)
	skew(t, s, s)
}

// skew races two handles of one store, which read by key and by scan.
func skew(t *testing.T, handles ...Store) {
	t.Helper()
	taken := func(tx Tx, round, who int, scans bool) bool {
		prefix := "round " + strconv.Itoa(round) + "/"
		if !scans {
			_, taken := tx.Get("t", prefix+strconv.Itoa(1-who))
			return taken
		}
		for range tx.Scan("t", prefix, "") {
			return true
		}
		return false
	}
	for round := range 60 {
		var wg sync.WaitGroup
		took := make([]bool, len(handles))
		for who, s := range handles {
			wg.Go(func() {
				err := s.Update(t.Context(), func(tx Tx) error {
					took[who] = !taken(tx, round, who, round%2 == 1)
					if took[who] {
						tx.Put("t", "round "+strconv.Itoa(round)+"/"+strconv.Itoa(who), nil)
					}
					return nil
				})
				if err != nil {
					t.Errorf("Update: %v", err)
				}
			})
		}
		wg.Wait()
		if took[0] == took[1] {
			t.Fatalf("round %d: the first took it: %v, the second: %v", round, took[0], took[1])
		}
	}
}

// testTwoHandles: what one has committed the other sees at once, and what both add to is added up.
func testTwoHandles(t *testing.T, open, another opener) {
	dir := t.TempDir()
	one, two := open(t, dir), another(t, dir)
	defer one.Close()
	defer two.Close()
	put(t, one, "a", "1")
	want(t, two, "a", "1")
	update(t, two, func(tx Tx) { add(tx, "a") })
	want(t, one, "a", "2")
	update(t, one, func(tx Tx) { add(tx, "a") })
	want(t, two, "a", "3")
	const writers, each = 4, 15
	var wg sync.WaitGroup
	for _, s := range []job.Store{one, two} {
		for range writers {
			wg.Go(func() {
				for range each {
					err := s.Update(t.Context(), func(tx Tx) error {
						add(tx, "shared")
						n := 0
						for range tx.ScanBack("list", "", "") { // each adds to what all have added
							n++
						}
						tx.Put("list", strconv.Itoa(100000+n), nil)
						return nil
					})
					if err != nil {
						t.Errorf("Update: %v", err)
					}
				}
			})
		}
	}
	wg.Wait()
	want(t, one, "shared", strconv.Itoa(2*writers*each))
	view(t, two, func(tx Tx) {
		if _, ok := tx.Get("list", strconv.Itoa(100000+2*writers*each-1)); !ok {
			t.Error("two of the list's entries were given one number")
		}
	})
	skew(t, one, two)
}

// longestKey is how long a key may be in every store.
const longestKey = 2500

// testLongKeys: keys that no two of which can be told apart by their beginning, and that do not get smaller when they
// are compressed.
func testLongKeys(t *testing.T, open opener) {
	s := open.fresh(t)
	long := strings.Repeat(noise(), 1+longestKey/len(noise()))[:longestKey-1]
	put(t, s, long+"a", "1", long+"b", "2", long, "3")
	want(t, s, long+"a", "1")
	want(t, s, long+"b", "2")
	want(t, s, long, "3")
	view(t, s, func(tx Tx) {
		n := 0
		for range tx.Scan("t", long, long+"a") {
			n++
		}
		if n != 2 {
			t.Errorf("a scan from a long key gave %d rows, want 2", n)
		}
	})
	update(t, s, func(tx Tx) { tx.Delete("t", long) })
	want(t, s, long, "-")
}

// noise is bytes without a pattern.
func noise() string {
	var b strings.Builder
	x := uint32(1)
	for range longestKey {
		x = x*1664525 + 1013904223
		b.WriteByte(byte(x >> 24))
	}
	return b.String()
}

// testHistories: what clients read at once can be explained by an order of their transactions.
func testHistories(t *testing.T, open, another opener) {
	dir := t.TempDir()
	one := open(t, dir)
	defer one.Close()
	handles := []job.Store{one}
	if another != nil {
		two := another(t, dir)
		defer two.Close()
		handles = append(handles, two)
	}
	if err := Linearizable(t.Context(), 1, 60, handles...); err != nil {
		t.Error(err)
	}
}
