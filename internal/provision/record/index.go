package record

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"calltab/internal/provision"
)

// Index finds the records of a table by something else than their keys. The one place that writes a record writes its
// entries with it, in the same transaction ([PutEntries], behind [Index.Begin]).
//
// A store that an older program wrote has records without entries. [Index.Complete] adds these, some records in each
// transaction, while the program runs. A process that dies goes on behind the last transaction. A record that is
// written meanwhile gets its entries from its writer, before or after: adding an entry twice is adding it once.
//
// A look-up asks [Index.Whole] in its own transaction, and says that the list is still being made where it is not.
type Index struct {
	Name  string // persisted: never rename one
	Table string // of the records
	// Entries are those of a record; an error says that it cannot be read.
	Entries func(key string, raw []byte) ([]Entry, error)
	// Former are the keys that an older program gave to a record, and that have no use any more; nil: there are none.
	Former func(key string, raw []byte) ([]Entry, error)
}

// Entry is one key in a table of an index, with what a look-up needs of the record.
type Entry struct{ Table, Key, Value string }

// Whole reports whether the index has the entries of every record.
func (x Index) Whole(tx provision.Tx) bool {
	if from, begun := tx.Get(TableIndexes, x.Name); begun {
		return len(from) == 0
	}
	for range tx.Scan(x.Table, "", "") {
		return false
	}
	return true
}

// Begin goes before a new record is written: where it is the first one, the index has every record that there is.
func (x Index) Begin(tx provision.Tx) {
	if _, begun := tx.Get(TableIndexes, x.Name); !begun && x.Whole(tx) {
		tx.Put(TableIndexes, x.Name, nil)
	}
}

// PutEntries changes the entries of a record: before are those that it had, none for a new one, and after those that it
// has from now on, none for one that goes.
func PutEntries(tx provision.Tx, before, after []Entry) {
	for _, e := range after {
		if !slices.Contains(before, e) {
			tx.Put(e.Table, e.Key, []byte(e.Value))
		}
	}
	for _, e := range before {
		kept := slices.ContainsFunc(after, func(a Entry) bool { return a.Table == e.Table && a.Key == e.Key })
		if !kept {
			tx.Delete(e.Table, e.Key)
		}
	}
}

// One transaction looks at mostIndexed records at most, and changes not many more than mostChanged keys: other stores
// than the embedded one allow about a hundred.
const (
	mostIndexed = 250
	mostChanged = 100
)

// Complete gives entries to all records that have none yet. Called again after an error or a crash it goes on where it
// was. Where the index is whole it only looks.
func (x Index) Complete(ctx context.Context, store provision.Store) error {
	whole := false
	err := store.View(ctx, func(tx provision.Tx) error {
		whole = x.Whole(tx)
		return nil
	})
	for !whole && err == nil && ctx.Err() == nil {
		err = store.Update(ctx, func(tx provision.Tx) (err error) {
			whole, err = x.completeSome(tx)
			return err
		})
	}
	if err != nil {
		err = fmt.Errorf("complete index %q: %w", x.Name, err)
	}
	return errors.Join(err, ctx.Err())
}

// completeSome gives some records their entries, and reports whether they were the last ones.
func (x Index) completeSome(tx provision.Tx) (whole bool, err error) {
	if x.Whole(tx) {
		return true, nil
	}
	from, _ := tx.Get(TableIndexes, x.Name)
	var add, drop []Entry
	n, next := 0, ""
	for k, raw := range tx.Scan(x.Table, "", string(from)) {
		if n == mostIndexed || len(add)+len(drop) >= mostChanged {
			next = k
			break
		}
		missing, stale, err := x.changes(tx, k, raw)
		if err != nil {
			return false, err
		}
		add = append(add, missing...)
		drop = append(drop, stale...)
		n++
	}
	PutEntries(tx, drop, add)
	tx.Put(TableIndexes, x.Name, []byte(next))
	return next == "", nil
}

// changes are the entries of a record that are not there yet, and those of an older program that still are.
func (x Index) changes(tx provision.Tx, key string, raw []byte) (missing, stale []Entry, err error) {
	all, err := x.Entries(key, raw)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range all {
		value, there := tx.Get(e.Table, e.Key)
		if !there || string(value) != e.Value {
			missing = append(missing, e)
		}
	}
	if x.Former == nil {
		return missing, nil, nil
	}
	all, err = x.Former(key, raw)
	for _, e := range all {
		if _, there := tx.Get(e.Table, e.Key); there {
			stale = append(stale, e)
		}
	}
	return missing, stale, err
}

// Parts are what stands between a prefix and the next slash in the keys of a table, in order and each once. Each is one
// seek, however many keys have it.
func Parts(tx provision.Tx, table, prefix string) []string {
	var all []string
	for from, more := prefix, true; more; {
		more = false
		Walk(tx, table, prefix, from, func(key, _ []byte) bool {
			part, _, _ := bytes.Cut(key[len(prefix):], []byte("/"))
			all = append(all, string(part))
			from = prefix + string(part) + "0" // the sign behind the slash
			more = true
			return false
		})
	}
	return all
}
