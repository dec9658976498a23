package joint

import (
	"testing"

	"calltab/internal/provision"
)

// TestIsNumber: digits of a line are held against the number that a person has, however they are written.
func TestIsNumber(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		said string
		n    provision.E164
		want bool
	}{
		{"0144", "+12065550144", true},
		{"+1 206-555-0144", "+12065550144", true},
		{"(206) 555 0144", "+12065550144", true},
		{"020 7946 0144", "+442079460144", true},
		{"+44 (0)20 7946 0144", "+442079460144", true},
		{"0144", "+12065559144", false},
		{"0199", "+12065550144", false},
		{"+1 425-555-0144", "+12065550144", false},
		{"", "+12065550144", false},
		{"0144", "", false},
	} {
		if got := isNumber(c.said, c.n); got != c.want {
			t.Errorf("%q is %q: %t", c.said, c.n, got)
		}
	}
}
