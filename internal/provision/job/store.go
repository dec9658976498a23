package job

import (
	"context"
	"iter"

	"calltab/internal/provision/fence"
)

// Tx is one transaction of a [Store]; an alias, so that packages that cannot import each other mean the same type.
// Its contract stands at provision.Tx.
type Tx = interface {
	Get(table, key string) ([]byte, bool)
	Put(table, key string, value []byte)
	Delete(table, key string)
	Scan(table, prefix, from string) iter.Seq2[string, []byte]
	ScanBack(table, prefix, before string) iter.Seq2[string, []byte]
}

// Store keeps jobs. Update commits durably before it returns nil, may run f more than once, and
// returns f's error as it is.
type Store interface {
	View(ctx context.Context, f func(Tx) error) error
	Update(ctx context.Context, f func(Tx) error) error
}

// noticing passes everything through to a store and tells when a job was made due. It looks at what is written, not at
// who writes, so it also works below other wrappers. What the context of a step writes that another runner has by now
// is refused.
type noticing struct {
	Store
	tracer Tracer // nil: none
	kick   func()
}

// MostKeys is that of the store beneath; 0 where it does not say.
func (n noticing) MostKeys() int {
	if beneath, says := n.Store.(interface{ MostKeys() int }); says {
		return beneath.MostKeys()
	}
	return 0
}

func (n noticing) View(ctx context.Context, f func(Tx) error) error {
	var own ownError
	return own.of(n.Store.View(ctx, func(tx Tx) error { return own.keep(f, tx) }))
}

func (n noticing) Update(ctx context.Context, f func(Tx) error) error {
	var watch watchingTx
	var own ownError
	cause := causeOf(ctx, n.tracer)
	f = fence.Before(ctx, f)
	err := own.of(n.Store.Update(ctx, func(tx Tx) error {
		watch = watchingTx{Tx: tx, cause: cause}
		return own.keep(f, &watch)
	}))
	if err == nil && watch.due {
		due(ctx, n.kick)
	}
	return err
}

// causeOf is the cause of what is added in ctx.
func causeOf(ctx context.Context, t Tracer) string {
	if t == nil {
		return ""
	}
	return t.Cause(ctx)
}

// watchingTx remembers whether the transaction wrote to the table of due jobs, and what it is a part of.
type watchingTx struct {
	Tx
	due   bool
	cause string
}

// caused is the transaction of a step, which knows that it is one.
func (run *Run) caused(ctx context.Context, tx Tx) Tx {
	cause := causeOf(ctx, run.runner.tracer)
	if cause == "" {
		return tx
	}
	return &watchingTx{Tx: tx, cause: cause}
}

func (w *watchingTx) Put(table, key string, value []byte) {
	if table == tableDue {
		w.due = true
	}
	w.Tx.Put(table, key, value)
}

// ownError parts the error of a transaction's function from that of its store.
type ownError struct {
	began, ended bool
	err          error
}

func (o *ownError) keep(f func(Tx) error, tx Tx) error {
	o.began, o.ended = true, false
	o.err = f(tx)
	o.ended = true
	return o.err
}

// of says of the error of a whole transaction whether it is an outage of the store. A function that has
// panicked is to blame itself.
func (o *ownError) of(err error) error {
	panicked := o.began && !o.ended
	if err == nil || panicked || o.err != nil {
		return err
	}
	return Weather(err)
}
