package storetest

import (
	"context"
	"iter"
	"slices"
	"strings"
	"sync"

	"calltab/internal/provision/job"
)

// Memory returns an empty store that forgets, for tests that make many thousands of commits, each of which waits for
// the disk in a real one.
func Memory() job.Store { return &memory{tables: map[string]map[string][]byte{}} }

type memory struct {
	mu     sync.RWMutex
	tables map[string]map[string][]byte
}

func (m *memory) View(ctx context.Context, f func(job.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	return f(&memoryTx{m: m})
}

func (m *memory) Update(ctx context.Context, f func(job.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	tx := &memoryTx{m: m}
	committed := false
	defer func() {
		for i := len(tx.undo) - 1; i >= 0 && !committed; i-- {
			tx.undo[i]()
		}
	}()
	err := f(tx)
	committed = err == nil
	return err
}

type memoryTx struct {
	m    *memory
	undo []func()
}

func (t *memoryTx) Get(table, key string) ([]byte, bool) {
	v, ok := t.m.tables[table][key]
	return slices.Clone(v), ok
}

func (t *memoryTx) Put(table, key string, value []byte) {
	t.save(table, key)
	if t.m.tables[table] == nil {
		t.m.tables[table] = map[string][]byte{}
	}
	t.m.tables[table][key] = slices.Clone(value)
}

func (t *memoryTx) Delete(table, key string) {
	t.save(table, key)
	delete(t.m.tables[table], key)
}

func (t *memoryTx) save(table, key string) {
	v, ok := t.m.tables[table][key]
	t.undo = append(t.undo, func() {
		if ok {
			t.m.tables[table][key] = v
		} else {
			delete(t.m.tables[table], key)
		}
	})
}

func (t *memoryTx) Scan(table, prefix, from string) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for _, k := range t.keys(table, prefix) {
			if k >= from && !yield(k, slices.Clone(t.m.tables[table][k])) {
				return
			}
		}
	}
}

func (t *memoryTx) ScanBack(table, prefix, before string) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for _, k := range slices.Backward(t.keys(table, prefix)) {
			below := before == "" || k < before
			if below && !yield(k, slices.Clone(t.m.tables[table][k])) {
				return
			}
		}
	}
}

// keys are those of a table that begin with a prefix, in order.
func (t *memoryTx) keys(table, prefix string) []string {
	var keys []string
	for k := range t.m.tables[table] {
		if strings.HasPrefix(k, prefix) {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}
