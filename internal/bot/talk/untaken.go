package talk

import (
	"context"
	"errors"
	"time"

	"calltab/internal/provision"
)

// What people are told while the store cannot record anything, and where it does not say whether it has. The sentences
// are the store's.
const (
	Unwritable = "store-not-writable"
	Unsure     = "store-unsure"
)

// lateTime bounds how long a person is told what became of a turn, once its own time is over.
const lateTime = 5 * time.Second

// Late is a context for that.
func Late(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), lateTime)
}

// Untaken reports whether an error is the store's, which could not record anything, or does not say whether it has.
func Untaken(err error) bool {
	said, _ := provision.SayOf(err)
	return said.ID == Unwritable || said.ID == Unsure
}

// NotBegun is the error of a turn that was not begun, as the store took nothing.
func NotBegun(err error) error {
	return &provision.Error{Op: "begin the turn", Kind: provision.Unavailable, Say: provision.Say(Unwritable), Err: err}
}

// Unnamed takes the other side's words out of errors that are about what a person wrote: they repeat names and numbers.
func Unnamed(err error) error {
	var e *provision.Error
	if errors.As(err, &e) && (e.Kind == provision.Invalid || e.Kind == provision.NotFound ||
		e.Kind == provision.Conflict) {
		return &provision.Error{Op: e.Op, Kind: e.Kind, Say: e.Say, Code: e.Code}
	}
	return err
}
