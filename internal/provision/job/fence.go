package job

import "context"

// fence is what holds the work of a context back once another program may do it.
type fence struct {
	alive func() error
	mine  func(tx Tx) error
}

type fenceKey struct{}

// Fence makes a context for work that one program at a time may do. alive is asked by [Alive]. mine is asked in the
// transaction of each Update through [Runner.Store] before the update's own function: where it returns an error
// nothing is written. The steps of a runner that shares its store run in such a context, so that what they write
// besides Commit and Checkpoint is not written by one that has slept over its claim.
func Fence(ctx context.Context, alive func() error, mine func(tx Tx) error) context.Context {
	return context.WithValue(ctx, fenceKey{}, &fence{alive, mine})
}

// Alive reports whether the work of a context may still call anybody: its error says that its claim has ended. The
// context ends then too, but in a program that was stopped meanwhile it may do so a moment after it goes on: who is
// about to do what cannot be taken back asks here first. A context without a fence is always alive.
func Alive(ctx context.Context) error {
	if f := fenceOf(ctx); f != nil {
		return f.alive()
	}
	return nil
}

// fenceOf is the fence of a context; nil where it has none.
func fenceOf(ctx context.Context) *fence {
	f, _ := ctx.Value(fenceKey{}).(*fence)
	return f
}

// before is a transaction's function that writes nothing where the work is in other hands.
func (f *fence) before(write func(Tx) error) func(Tx) error {
	return func(tx Tx) error {
		if err := f.mine(tx); err != nil {
			return err
		}
		return write(tx)
	}
}
