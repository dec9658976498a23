package approve

import (
	"errors"
	"testing"

	"calltab/internal/provision"
)

// TestIsGone: only Microsoft's own word for it says that an account is gone; what a proxy answers does not.
func TestIsGone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{errors.New("read person: 404"), false},
		{&provision.Error{Kind: provision.NotFound}, false},
		{&provision.Error{Kind: provision.NotFound, Code: "NotFound"}, false},
		{&provision.Error{Kind: provision.Unavailable, Code: accountGone}, false},
		{&provision.Error{Kind: provision.NotFound, Code: accountGone}, true},
	} {
		if got := isGone(c.err); got != c.want {
			t.Errorf("%v: %t", c.err, got)
		}
	}
}
