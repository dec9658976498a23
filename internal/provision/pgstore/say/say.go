// Package say puts sentences for people to errors of a database: that nothing can be written at the moment, or that it
// is not known whether something was. The error itself is for the log. It also says how a process is named to people.
package say

import (
	"context"
	"errors"
	"fmt"
	"os"

	"calltab/internal/provision"
)

// Unwritable is the error of a database that takes nothing at the moment, with a sentence for people.
func Unwritable(err error) error {
	return &provision.Error{Op: "use the store", Kind: provision.Unavailable,
		Say: provision.Say("store-not-writable"), Err: err}
}

// Unsure is the error of a commit of which it is not known whether it was made, with a sentence for people.
func Unsure(err error) error {
	return &provision.Error{Op: "use the store", Kind: provision.Unavailable,
		Say: provision.Say("store-unsure"), Err: err}
}

// Waited is the error of a caller whose time was over before the database had answered, with a sentence for people.
// Nothing was written then.
func Waited(ctx context.Context, err error) error {
	if _, said := provision.SayOf(err); said {
		return err
	}
	if errors.Is(err, context.DeadlineExceeded) && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return Unwritable(fmt.Errorf("wait for the database: %w", err))
	}
	return err
}

// Process is the name of this process.
func Process() string {
	host, err := os.Hostname()
	if err != nil {
		host = "a machine without a name"
	}
	return fmt.Sprintf("process %d on %s", os.Getpid(), host)
}
