package reach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// TestPasses tells weather from what stays until it is mended.
func TestPasses(t *testing.T) {
	t.Parallel()
	said := func(code string) error { return &pgconn.PgError{Code: code, Message: "no"} }
	for _, row := range []struct {
		err  error
		want bool
	}{
		{said("57014"), true},  // a statement's time is over
		{said("57P01"), true},  // an operator ends the connection
		{said("25P03"), true},  // a pause in a transaction was too long
		{said("53100"), true},  // the disk is full
		{said("55P03"), true},  // a lock was not had
		{said("25006"), false}, // it is read-only
		{said("42501"), false}, // the user may not
		{said("42P01"), false}, // there is no such table
		{said("XX001"), false}, // a page is damaged
		{said(""), false},
		{context.DeadlineExceeded, true},
		{&net.OpError{Op: "read", Err: errors.New("reset")}, true},
		{io.ErrUnexpectedEOF, true},
		{errors.New("it was written by a newer calltab"), false},
	} {
		err := Plain(fmt.Errorf("read the store: %w", row.err))
		if got := Passes(err); got != row.want {
			t.Errorf("%v passes: %v, want %v", err, got, row.want)
		}
	}
}
