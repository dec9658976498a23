package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
)

func testValues(t *testing.T, open opener) {
	s := open.fresh(t)
	view(t, s, func(tx Tx) {
		if v, ok := tx.Get("never written", "k"); ok || v != nil {
			t.Errorf("Get in a table that was never written = %q, %v", v, ok)
		}
		for k := range tx.Scan("never written", "", "") {
			t.Errorf("Scan of a table that was never written gave %q", k)
		}
		for k := range tx.ScanBack("never written", "", "") {
			t.Errorf("ScanBack of a table that was never written gave %q", k)
		}
	})
	update(t, s, func(tx Tx) {
		tx.Delete("never written", "k")
		tx.Put("t", "empty", []byte{})
		tx.Put("t", "nil", nil)
		tx.Put("t", "a/b c\x00ü", []byte("\x00\xff"))
		tx.Put("u", "k", []byte("another table"))
	})
	want(t, s, "empty", "")
	want(t, s, "nil", "")
	want(t, s, "a/b c\x00ü", "\x00\xff")
	want(t, s, "k", "-")
	put(t, s, "empty", "full", "nil", "")
	want(t, s, "empty", "full")
	update(t, s, func(tx Tx) {
		tx.Delete("t", "empty")
		tx.Delete("t", "not there")
	})
	want(t, s, "empty", "-")
	want(t, s, "nil", "")
}

func testCopies(t *testing.T, open opener) {
	s := open.fresh(t)
	mine := []byte("one")
	var got, scanned []byte
	update(t, s, func(tx Tx) {
		copy(mine, "one")
		tx.Put("t", "k", mine)
		copy(mine, "XXX") // a store that kept the slice commits this
		got, _ = tx.Get("t", "k")
		copy(got, "YYY") // one that hands out its own is changed by this
	})
	want(t, s, "k", "one")
	view(t, s, func(tx Tx) {
		got, _ = tx.Get("t", "k")
		for _, v := range tx.Scan("t", "", "") {
			scanned = v
		}
	})
	put(t, s, "k", "two")
	for i := range 100 { // reuse whatever the old value lay in
		put(t, s, "k", fmt.Sprint(i), "l", fmt.Sprint(-i))
	}
	if string(got) != "one" || string(scanned) != "one" {
		t.Errorf("kept values became %q and %q, want one", got, scanned)
	}
}

func testScan(t *testing.T, open opener) {
	s := open.fresh(t)
	keys := []string{"", "a", "a/", "a/1", "a/10", "a/2", "a0", "ab", "b/1", "ä", "\xff", "\xff\xff"}
	update(t, s, func(tx Tx) {
		for _, k := range slices.Backward(keys[1:]) {
			tx.Put("t", k, []byte("v"+k))
		}
		tx.Put("s", "a/1", nil) // neighbours by name
		tx.Put("tt", "a/1", nil)
	})
	rows := []struct {
		prefix, from string
		want         []string
	}{
		{"", "", keys[1:]},
		{"a", "", []string{"a", "a/", "a/1", "a/10", "a/2", "a0", "ab"}},
		{"a/", "", []string{"a/", "a/1", "a/10", "a/2"}},
		{"a/", "a/1", []string{"a/1", "a/10", "a/2"}},
		{"a/", "a/1\x00", []string{"a/10", "a/2"}},
		{"a/", "a", []string{"a/", "a/1", "a/10", "a/2"}},
		{"a/", "a/9", nil},
		{"a/", "b", nil},
		{"c", "", nil},
		{"", "b", []string{"b/1", "ä", "\xff", "\xff\xff"}},
		{"\xff", "", []string{"\xff", "\xff\xff"}},
		{"\xff", "\xff\x00", []string{"\xff\xff"}},
	}
	for _, row := range rows {
		check := func(tx Tx) {
			var got []string
			for k, v := range tx.Scan("t", row.prefix, row.from) {
				got = append(got, k)
				if string(v) != "v"+k {
					t.Errorf("Scan(%q, %q): %q = %q", row.prefix, row.from, k, v)
				}
			}
			if !slices.Equal(got, row.want) {
				t.Errorf("Scan(%q, %q) = %q, want %q", row.prefix, row.from, got, row.want)
			}
			checkBack(t, tx, row.prefix, row.from)
		}
		view(t, s, check)
		update(t, s, check)
	}
	view(t, s, func(tx Tx) { scanAgain(t, tx) })
}

// scanAgain ends a scan early, and runs one again within itself.
func scanAgain(t *testing.T, tx Tx) {
	t.Helper()
	n := 0
	for range tx.Scan("t", "", "") {
		if n++; n == 2 {
			break
		}
	}
	seq := tx.Scan("t", "b", "")
	for range 2 { // a scan can be run again, and within another
		for k := range seq {
			for l := range seq {
				if k != "b/1" || l != k {
					t.Errorf("nested scans gave %q and %q", k, l)
				}
			}
		}
	}
}

// testScanBackOfDeleted: many keys of which a transaction has deleted some in a row, or all, are read from the end as
// from the beginning. Stores keep keys in pages, and such a page may be empty.
func testScanBackOfDeleted(t *testing.T, open opener) {
	s := open.fresh(t)
	const count = 900
	key := func(i int) string { return fmt.Sprintf("a/%04d", i) }
	update(t, s, func(tx Tx) {
		for i := range count {
			tx.Put("t", key(i), []byte("v"+key(i)))
		}
	})
	for _, gone := range [][2]int{{0, 0}, {0, 300}, {300, 600}, {600, count}, {1, count}, {0, count - 1}, {0, count}} {
		err := s.Update(t.Context(), func(tx Tx) error {
			for i := gone[0]; i < gone[1]; i++ {
				tx.Delete("t", key(i))
			}
			for _, before := range []string{"", key(0), key(1), key(450), key(899), "b", "a"} {
				checkBack(t, tx, "a/", before)
				checkBack(t, tx, "", before)
			}
			return errModel // the next one finds all of them again
		})
		if !errors.Is(err, errModel) {
			t.Fatal(err)
		}
	}
}

// checkBack holds ScanBack against Scan of the same prefix.
func checkBack(t *testing.T, tx Tx, prefix, before string) {
	t.Helper()
	var want []string
	for k := range tx.Scan("t", prefix, "") {
		if before == "" || k < before {
			want = append(want, k)
		}
	}
	slices.Reverse(want)
	var got []string
	for k, v := range tx.ScanBack("t", prefix, before) {
		got = append(got, k)
		if string(v) != "v"+k {
			t.Errorf("ScanBack(%q, %q): %q = %q", prefix, before, k, v)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("ScanBack(%q, %q) = %q, want %q", prefix, before, got, want)
	}
}

func testOwnWrites(t *testing.T, open opener) {
	s := open.fresh(t)
	put(t, s, "a", "1", "b", "1", "c", "1")
	update(t, s, func(tx Tx) {
		tx.Put("t", "b", []byte("2"))
		tx.Put("t", "bb", []byte("2"))
		tx.Delete("t", "c")
		tx.Put("new", "k", []byte("2"))
		if v, ok := tx.Get("t", "b"); !ok || string(v) != "2" {
			t.Errorf("own overwrite: %q, %v", v, ok)
		}
		if _, ok := tx.Get("t", "c"); ok {
			t.Error("own deletion is not seen")
		}
		if _, ok := tx.Get("new", "k"); !ok {
			t.Error("own new table is not seen")
		}
		var got string
		for k, v := range tx.Scan("t", "", "") {
			got += k + "=" + string(v) + " "
		}
		if got != "a=1 b=2 bb=2 " {
			t.Errorf("scan of own writes: %q", got)
		}
		for k := range tx.Scan("t", "", "") {
			tx.Put("other", k, nil) // another table may be written meanwhile
		}
	})
	view(t, s, func(tx Tx) {
		if _, ok := tx.Get("other", "bb"); !ok {
			t.Error("a write during a scan of another table is lost")
		}
	})
}

func testErrorUndoes(t *testing.T, open opener) {
	s := open.fresh(t)
	put(t, s, "a", "1", "b", "1")
	mine := errors.New("mine")
	err := s.Update(t.Context(), func(tx Tx) error {
		tx.Put("t", "a", []byte("2"))
		tx.Delete("t", "b")
		tx.Put("new", "k", nil)
		return mine
	})
	if err != mine {
		t.Errorf("Update returned %v, want f's error as it is", err)
	}
	want(t, s, "a", "1")
	want(t, s, "b", "1")
	view(t, s, func(tx Tx) {
		if _, ok := tx.Get("new", "k"); ok {
			t.Error("a failed Update left a table")
		}
	})
	if err := s.View(t.Context(), func(Tx) error { return mine }); err != mine {
		t.Errorf("View returned %v, want f's error as it is", err)
	}
	put(t, s, "a", "3")
	want(t, s, "a", "3")
}

func testPanicUndoes(t *testing.T, open opener) {
	s := open.fresh(t)
	put(t, s, "a", "1")
	panics := func(f func()) (panicked bool) {
		defer func() { panicked = recover() != nil }()
		f()
		return false
	}
	if !panics(func() {
		s.Update(t.Context(), func(tx Tx) error {
			tx.Put("t", "a", []byte("2"))
			panic("in f")
		})
	}) {
		t.Error("Update swallowed a panic")
	}
	if !panics(func() { s.View(t.Context(), func(Tx) error { panic("in f") }) }) {
		t.Error("View swallowed a panic")
	}
	if !panics(func() { s.View(t.Context(), func(tx Tx) error { tx.Put("t", "a", nil); return nil }) }) {
		t.Error("a write in a View did not panic")
	}
	want(t, s, "a", "1")
	put(t, s, "a", "3")
	want(t, s, "a", "3")
}

func testSticky(t *testing.T, open opener) {
	s := open.fresh(t)
	put(t, s, "a", "1")
	mine := errors.New("mine")
	for _, returned := range []error{nil, mine} {
		err := s.Update(t.Context(), func(tx Tx) error {
			tx.Put("t", "a", []byte("2"))
			tx.Put("t", "", []byte("keys are not empty"))
			if v, ok := tx.Get("t", "a"); ok {
				t.Errorf("after a failed write Get sees %q", v)
			}
			for k := range tx.Scan("t", "", "") {
				t.Errorf("after a failed write Scan sees %q", k)
			}
			for k := range tx.ScanBack("t", "", "") {
				t.Errorf("after a failed write ScanBack sees %q", k)
			}
			tx.Put("t", "b", nil)
			return returned
		})
		if err == nil || err == mine {
			t.Errorf("Update returned %v, want the failed write", err)
		}
	}
	want(t, s, "a", "1")
	want(t, s, "b", "-")
}
