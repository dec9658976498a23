package pgstore

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"calltab/internal/provision/pgstore/pgtest"
)

// TestUnsureIsNotLost: what the causes of an unsure commit are says nothing about whether it was made.
func TestUnsureIsNotLost(t *testing.T) {
	t.Parallel()
	refused := &askError{3, true, errors.New("the lock was not had")}
	err := error(unsureError{errors.Join(&askError{4, false, errors.New("no answer")}, refused, lostError{refused})})
	if errors.As(err, new(*askError)) || errors.As(err, new(lostError)) || errors.Is(err, refused) {
		t.Errorf("%v is taken for a commit that was not made", err)
	}
	if !errors.As(fmt.Errorf("commit: %w", err), new(unsureError)) {
		t.Errorf("%v is not taken for unsure", err)
	}
}

// TestOwnCommitsLost: a database that lacks a commit of this handle is found on the next connection, also where others
// have committed so much there since that the number of the last commit does not show it.
func TestOwnCommitsLost(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	one, two := openAt(t, address, replica), openAt(t, address, replica)
	if err := errors.Join(put(t, one, "a"), put(t, two, "a")); err != nil {
		t.Fatal(err)
	}
	back := pgtest.Keep(t, address)
	if err := put(t, one, "lost"); err != nil {
		t.Fatal(err)
	}
	back()
	for _, key := range []string{"b", "c", "d"} {
		if err := put(t, two, key); err != nil {
			t.Fatal(err)
		}
	}
	one.drop(t.Context()) // as the end of its server does
	err := put(t, one, "after")
	if !errors.Is(err, ErrEarlierState) || !strings.Contains(err.Error(), "has 1 commits of this program, which has made 2") {
		t.Errorf("a handle whose commit was lost: %v", err)
	}
	two.drop(t.Context())
	if err := put(t, two, "after"); err != nil || has(t, two, "lost") {
		t.Errorf("a handle that has lost nothing: %v", err)
	}
}
