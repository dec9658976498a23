package job

import (
	"context"
	"iter"
)

// Tx is one transaction of a [Store]; an alias, so that packages that cannot import each other mean the same type.
// Its contract stands at provision.Tx.
type Tx = interface {
	Get(table, key string) ([]byte, bool)
	Put(table, key string, value []byte)
	Delete(table, key string)
	Scan(table, prefix, from string) iter.Seq2[string, []byte]
}

// Store keeps jobs. Update commits durably before it returns nil, may run f more than once, and returns f's error as it is.
type Store interface {
	View(ctx context.Context, f func(Tx) error) error
	Update(ctx context.Context, f func(Tx) error) error
}

// noticing passes everything through to a store and tells when a job was made due. It looks at what is written, not at
// who writes, so it also works below other wrappers.
type noticing struct {
	Store
	kick func()
}

func (n noticing) Update(ctx context.Context, f func(Tx) error) error {
	var watch watchingTx
	err := n.Store.Update(ctx, func(tx Tx) error {
		watch = watchingTx{Tx: tx}
		return f(&watch)
	})
	if err == nil && watch.due {
		n.kick()
	}
	return err
}

// watchingTx remembers whether the transaction wrote to the table of due jobs.
type watchingTx struct {
	Tx
	due bool
}

func (w *watchingTx) Put(table, key string, value []byte) {
	if table == tableDue {
		w.due = true
	}
	w.Tx.Put(table, key, value)
}
