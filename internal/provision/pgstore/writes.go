package pgstore

import (
	"cmp"
	"iter"
	"slices"
	"sort"
)

// writes is what functions have written and nobody has committed yet. The zero value is not ready: use newWrites.
type writes struct {
	tables  map[string]*tableWrites
	probing int // bytes that are to be written, and deleted again
}

type tableWrites struct {
	stored map[string][]byte // nil: deleted
	keys   []string          // of stored, in order where sorted is set
	sorted bool
}

func newWrites() *writes { return &writes{tables: map[string]*tableWrites{}} }

// put notes what is stored at a place; nil deletes.
func (w *writes) put(at place, stored []byte) {
	t := w.tables[at.table]
	if t == nil {
		t = &tableWrites{stored: map[string][]byte{}, sorted: true}
		w.tables[at.table] = t
	}
	if _, there := t.stored[at.key]; !there {
		t.sorted = t.sorted && (len(t.keys) == 0 || t.keys[len(t.keys)-1] < at.key)
		t.keys = append(t.keys, at.key)
	}
	t.stored[at.key] = stored
}

// get reports whether the place was written, and what.
func (w *writes) get(at place) (stored []byte, written bool) {
	if t := w.tables[at.table]; t != nil {
		stored, written = t.stored[at.key]
	}
	return stored, written
}

// add has everything that another one has.
func (w *writes) add(other *writes) {
	for table, t := range other.tables {
		for _, k := range t.keys {
			w.put(place{table, k}, t.stored[k])
		}
	}
}

// in are the keys of a span that were written, in order.
func (w *writes) in(at span) []string {
	t := w.tables[at.table]
	if t == nil {
		return nil
	}
	return within(t.order(), at)
}

func (t *tableWrites) order() []string {
	if !t.sorted {
		slices.Sort(t.keys)
		t.sorted = true
	}
	return t.keys
}

// within are those of sorted keys that are in a span.
func within(keys []string, at span) []string {
	from := sort.SearchStrings(keys, at.from)
	to := len(keys)
	if at.to != "" {
		to = sort.SearchStrings(keys, at.to)
	}
	return keys[from:max(from, to)]
}

// over reads what was written, and what lies below it.
type over struct {
	written *writes
	below   source
}

func (o over) get(at place) ([]byte, error) {
	if stored, written := o.written.get(at); written {
		return stored, nil
	}
	return o.below.get(at)
}

func (o over) rows(at span, back bool) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		mine := o.written.in(at)
		if len(mine) == 0 {
			o.below.rows(at, back)(yield)
			return
		}
		mine = slices.Clone(mine) // a write to the table after the scan may sort them anew
		if back {
			slices.Reverse(mine)
		}
		// before yields what was written before a key, in the direction of the scan.
		before := func(key string, end bool) bool {
			for len(mine) > 0 && (end || order(mine[0], key, back) < 0) {
				r := row{mine[0], o.written.tables[at.table].stored[mine[0]]}
				mine = mine[1:]
				if r.stored != nil && !yield(r, nil) {
					return false
				}
			}
			return true
		}
		for r, err := range o.below.rows(at, back) {
			if err != nil {
				yield(row{}, err)
				return
			}
			if !before(r.key, false) {
				return
			}
			if len(mine) > 0 && mine[0] == r.key {
				continue // what was written in its place follows
			}
			if !yield(r, nil) {
				return
			}
		}
		before("", true)
	}
}

// order compares keys in the direction of a scan.
func order(a, b string, back bool) int {
	if back {
		return cmp.Compare(b, a)
	}
	return cmp.Compare(a, b)
}
