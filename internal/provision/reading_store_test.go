package provision_test

import (
	"context"
	"iter"

	"calltab/internal/provision"
)

// reading counts what is read of a store.
type reading struct {
	provision.Store
	counts      bool
	keys, bytes int
	updates     int
}

func (r *reading) Update(ctx context.Context, f func(provision.Tx) error) error {
	r.updates++
	return r.Store.Update(ctx, f)
}

func (r *reading) View(ctx context.Context, f func(provision.Tx) error) error {
	if !r.counts {
		return r.Store.View(ctx, f)
	}
	return r.Store.View(ctx, func(tx provision.Tx) error { return f(readingTx{tx, r}) })
}

type readingTx struct {
	provision.Tx
	r *reading
}

func (t readingTx) Get(table, key string) ([]byte, bool) {
	v, there := t.Tx.Get(table, key)
	t.r.keys++
	t.r.bytes += len(v)
	return v, there
}

func (t readingTx) Scan(table, prefix, from string) iter.Seq2[string, []byte] {
	return t.counted(t.Tx.Scan(table, prefix, from))
}

func (t readingTx) ScanBack(table, prefix, before string) iter.Seq2[string, []byte] {
	return t.counted(t.Tx.ScanBack(table, prefix, before))
}

func (t readingTx) counted(all iter.Seq2[string, []byte]) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		t.r.keys++ // the seek
		for k, v := range all {
			t.r.keys++
			t.r.bytes += len(k) + len(v)
			if !yield(k, v) {
				return
			}
		}
	}
}
