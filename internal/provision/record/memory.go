package record

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"sync"

	"calltab/internal/provision"
)

// Some records are read in every turn and hardly ever change: locations, plans and access policies. Others are read
// several times in one turn: orders. What was decoded of their bytes is remembered beside the bytes. A reader still
// reads the bytes in its own transaction, and gets what is remembered only where they are the same, so it is never old:
// not in a transaction that has just written, not behind one that came to nothing, and not where another process
// writes.
//
// What [Recall] and [RecallAll] return is shared by all who read it, in all goroutines: to change a list in it, or what
// a pointer in it leads to, is to change it for everybody. The value itself and the list of [RecallAll] are the
// caller's own, and appending to a list in a value makes a new one.
var remembered = memory{known: make(map[place]decoded), most: mostRemembered}

// lately is for records of which there are very many, so that one who reads them all makes nobody forget the others.
var lately = memory{known: make(map[place]decoded), most: mostRemembered / 4}

// mostRemembered bounds the memory, in bytes as weight counts them. Where there is more, it begins anew.
const mostRemembered = 1 << 20

type memory struct {
	mu     sync.RWMutex
	known  map[place]decoded
	weight int
	most   int
}

type place struct{ table, key string }

// decoded is a value and the bytes of which it was made. Both never change.
type decoded struct {
	raw   []byte
	value any
}

// entryWeight stands for what an entry takes beside its bytes, twice of which count: those of the value are about as
// many.
const entryWeight = 256

func weight(at place, raw []byte) int { return entryWeight + len(at.table) + len(at.key) + 2*len(raw) }

// Recall is [Load] of a record that is read far more often than it is written. What it returns is shared: do not change
// the lists in it.
func Recall[T any](tx provision.Tx, table, key string) (v T, ok bool, err error) {
	raw, ok := tx.Get(table, key)
	if !ok {
		return v, false, nil
	}
	v, err = recall[T](&remembered, place{table, key}, raw)
	return v, true, err
}

// RecallLately is [Recall] of one of very many records, of which a turn and its jobs read a few several times.
func RecallLately[T any](tx provision.Tx, table, key string) (v T, ok bool, err error) {
	raw, ok := tx.Get(table, key)
	if !ok {
		return v, false, nil
	}
	v, err = recall[T](&lately, place{table, key}, raw)
	return v, true, err
}

// RecallAll is [All] of records that are read far more often than they are written. The list is the caller's own, what
// it holds is shared: do not change the lists in it.
func RecallAll[T any](tx provision.Tx, table, prefix string) ([]T, error) {
	var all []T
	var err error
	Walk(tx, table, prefix, "", func(key, raw []byte) bool {
		var v T
		if v, err = recall[T](&remembered, place{table, string(key)}, raw); err != nil {
			return false
		}
		all = append(all, v)
		return true
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

func recall[T any](m *memory, at place, raw []byte) (v T, err error) {
	if d, ok := m.find(at); ok && bytes.Equal(d.raw, raw) {
		if v, ok := d.value.(T); ok {
			return v, nil
		}
	}
	if err := Decode(at.table, at.key, raw, &v); err != nil {
		return v, err
	}
	clip(reflect.ValueOf(&v))
	m.keep(at, decoded{bytes.Clone(raw), v})
	return v, nil
}

func (m *memory) find(at place) (decoded, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	d, ok := m.known[at]
	return d, ok
}

// keep remembers a value in the place of the one before.
func (m *memory) keep(at place, d decoded) {
	added := weight(at, d.raw)
	if added > m.most {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if before, ok := m.known[at]; ok {
		m.weight -= weight(at, before.raw)
	}
	if m.weight+added > m.most {
		clear(m.known)
		m.weight = 0
	}
	m.known[at] = d
	m.weight += added
}

// clip takes the room behind the lists in a value, which two who append would both write into.
func clip(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			clip(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				clip(f)
			}
		}
	case reflect.Slice:
		v.SetCap(v.Len())
		for i := range v.Len() {
			clip(v.Index(i))
		}
	}
}

// Altered is nil as long as no reader changed what it was given by [Recall] or [RecallAll]. It decodes everything that
// is remembered once more: it is for the end of tests.
func Altered() error { return errors.Join(remembered.altered(), lately.altered()) }

func (m *memory) altered() error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for at, d := range m.known {
		again := reflect.New(reflect.TypeOf(d.value))
		if err := Decode(at.table, at.key, d.raw, again.Interface()); err != nil {
			return err
		}
		if !reflect.DeepEqual(again.Elem().Interface(), d.value) {
			return fmt.Errorf("a reader changed what is shared of %s, %s", at.table, logged(at.key))
		}
	}
	return nil
}
