package provision_test

import (
	"testing"

	"calltab/internal/provision"
)

// TestHeldFor: who has a number is said in one way, whether inventory or person shows it first.
func TestHeldFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		a     provision.Assignment
		shown bool
		want  provision.NumberHolder
	}{
		"not listed, not shown":         {provision.Assignment{}, false, provision.HeldByNobody},
		"not listed, and the person's":  {provision.Assignment{}, true, provision.HeldByPerson},
		"listed for nobody":             {provision.Assignment{Found: true}, false, provision.HeldByNobody},
		"the person's":                  {provision.Assignment{Found: true, Target: "dana"}, false, provision.HeldByPerson},
		"the person's private line":     {provision.Assignment{Found: true, Target: "dana", Category: "private"}, true, provision.HeldBeside},
		"another account's":             {provision.Assignment{Found: true, Target: "erin"}, false, provision.HeldByOther},
		"another's private line":        {provision.Assignment{Found: true, Target: "erin", Category: "private"}, false, provision.HeldByOther},
		"another's, and still shown":    {provision.Assignment{Found: true, Target: "erin"}, true, provision.HeldByOther},
		"a policy's":                    {provision.Assignment{Found: true, Target: "policy", Status: "policyAssigned"}, false, provision.HeldByPolicy},
		"a policy's with no target yet": {provision.Assignment{Found: true, Status: "policyAssigned"}, false, provision.HeldByNobody},
	} {
		if got := c.a.HeldFor("dana", c.shown); got != c.want {
			t.Errorf("%s: %q, not %q", name, got, c.want)
		}
	}
}
