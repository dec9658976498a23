// Package fence holds the work of a context back once another program may do it: a step of a job, a turn. A program
// that was paused for longer than its claim lasts goes on where it was, and must neither call anybody nor write over
// what its successor has done.
//
// It decides nothing: who has a claim sets it up around the work ([Around]), who sends asks [Alive], and who writes
// passes its function through [Before]. That is done where all calls leave the program and where all writes meet, so
// that what works between them need not know of it.
package fence

import (
	"context"
	"iter"
)

// Tx is one transaction of a store; an alias, so that packages that cannot import each other mean the same type. Its
// contract stands at provision.Tx.
type Tx = interface {
	Get(table, key string) ([]byte, bool)
	Put(table, key string, value []byte)
	Delete(table, key string)
	Scan(table, prefix, from string) iter.Seq2[string, []byte]
	ScanBack(table, prefix, before string) iter.Seq2[string, []byte]
}

// fence is what a claim says of itself.
type fence struct {
	alive func() error
	mine  func(Tx) error
}

type key struct{}

// Around makes a context for work that one program at a time may do. alive returns an error once the work may call
// nobody any more, and mine, asked within a transaction, once another program has the work.
func Around(ctx context.Context, alive func() error, mine func(Tx) error) context.Context {
	return context.WithValue(ctx, key{}, &fence{alive, mine})
}

// of is the fence of a context; nil where it has none.
func of(ctx context.Context) *fence {
	f, _ := ctx.Value(key{}).(*fence)
	return f
}

// Alive reports whether the work of a context may still call anybody: its error says that the claim has ended. The
// context may end then too, but in a program that was stopped meanwhile it does so a moment after that goes on: who is
// about to do what cannot be taken back asks here first. A context without a fence is always alive.
func Alive(ctx context.Context) error {
	if f := of(ctx); f != nil {
		return f.alive()
	}
	return nil
}

// Before makes of a transaction's function one that does nothing where another program has the work of the context by
// now. Where the context has no fence it is the function itself.
func Before(ctx context.Context, write func(Tx) error) func(Tx) error {
	f := of(ctx)
	if f == nil {
		return write
	}
	return func(tx Tx) error {
		if err := f.mine(tx); err != nil {
			return err
		}
		return write(tx)
	}
}
