package storetest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// model is a store as one would explain it: table and key to value.
type model map[[2]string]string

var errModel = errors.New("chosen failure")

// testModel does random transactions to a store and to maps, and compares all that can be seen.
func testModel(t *testing.T, open opener) {
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		s := open(t, dir)
		defer func() { s.Close() }()
		m := model{}
		for range rapid.IntRange(1, 12).Draw(rt, "transactions") {
			if rapid.IntRange(0, 9).Draw(rt, "reopen") == 0 {
				if err := s.Close(); err != nil {
					rt.Fatalf("Close: %v", err)
				}
				s = open(t, dir)
			}
			m = m.transact(rt, s)
			err := s.View(t.Context(), func(tx Tx) error { m.compare(rt, tx); return nil })
			if err != nil {
				rt.Fatalf("View: %v", err)
			}
		}
	})
}

var (
	tables = rapid.SampledFrom([]string{"t", "t2", "u"})
	keys   = rapid.StringMatching(`[ab/0]{1,4}`)
	values = rapid.StringMatching(`[xyz]{0,300}`)
)

// transact runs one Update and returns what the store must hold after it.
func (m model) transact(rt *rapid.T, s Store) model {
	type op struct {
		put               bool
		table, key, value string
	}
	ops := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) op {
		return op{rapid.Bool().Draw(rt, "put"), tables.Draw(rt, "table"), keys.Draw(rt, "key"),
			values.Draw(rt, "value")}
	}), 0, 20).Draw(rt, "ops")
	fails := rapid.IntRange(0, 3).Draw(rt, "fails") == 0
	var after model
	err := s.Update(rt.Context(), func(tx Tx) error {
		after = maps.Clone(m) // the function may run more than once
		for _, o := range ops {
			if o.put {
				tx.Put(o.table, o.key, []byte(o.value))
				after[[2]string{o.table, o.key}] = o.value
			} else {
				tx.Delete(o.table, o.key)
				delete(after, [2]string{o.table, o.key})
			}
		}
		after.compare(rt, tx)
		if fails {
			return errModel
		}
		return nil
	})
	if fails {
		if err != errModel {
			rt.Fatalf("Update returned %v, want %v", err, errModel)
		}
		return m
	}
	if err != nil {
		rt.Fatalf("Update: %v", err)
	}
	return after
}

func (m model) compare(rt *rapid.T, tx Tx) {
	for _, table := range []string{"t", "t2", "u"} {
		prefix := rapid.SampledFrom([]string{"", "a", "a/", "b0"}).Draw(rt, "prefix")
		from := rapid.OneOf(rapid.Just(""), keys).Draw(rt, "from")
		var got, want []string
		for k, v := range tx.Scan(table, prefix, from) {
			got = append(got, k+"="+string(v))
			if one, ok := tx.Get(table, k); !ok || string(one) != string(v) {
				rt.Fatalf("Get(%q) = %q, %v, Scan gave %q", k, one, ok, v)
			}
		}
		for k, v := range m {
			if k[0] == table && strings.HasPrefix(k[1], prefix) && k[1] >= from {
				want = append(want, k[1]+"="+v)
			}
		}
		// "=" sorts after "/" and "0", so order by the key alone.
		slices.SortFunc(want, func(a, b string) int {
			return strings.Compare(a[:strings.Index(a, "=")], b[:strings.Index(b, "=")])
		})
		if !slices.Equal(got, want) {
			rt.Fatalf("Scan(%s, %q, %q):\n got %s\nwant %s", table, prefix, from, fmt.Sprint(got), fmt.Sprint(want))
		}
		m.compareBack(rt, tx, table, prefix, from)
		missing := keys.Draw(rt, "missing")
		if _, ok := tx.Get(table, missing); ok != m.has(table, missing) {
			rt.Fatalf("Get(%s, %q) says %v", table, missing, ok)
		}
	}
}

// compareBack compares a scan from the other end.
func (m model) compareBack(rt *rapid.T, tx Tx, table, prefix, before string) {
	var got, want []string
	for k, v := range tx.ScanBack(table, prefix, before) {
		got = append(got, k)
		if m[[2]string{table, k}] != string(v) {
			rt.Fatalf("ScanBack(%s, %q, %q): %q = %q", table, prefix, before, k, v)
		}
	}
	for k := range m {
		if k[0] == table && strings.HasPrefix(k[1], prefix) && (before == "" || k[1] < before) {
			want = append(want, k[1])
		}
	}
	slices.Sort(want)
	slices.Reverse(want)
	if !slices.Equal(got, want) {
		rt.Fatalf("ScanBack(%s, %q, %q):\n got %q\nwant %q", table, prefix, before, got, want)
	}
}

func (m model) has(table, key string) bool {
	_, ok := m[[2]string{table, key}]
	return ok
}
