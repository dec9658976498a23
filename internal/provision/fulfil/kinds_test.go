package fulfil

import (
	"strings"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// TestLacking: a kind of order whose work is not there, or is not what its card lists, is named.
func TestLacking(t *testing.T) {
	t.Parallel()
	steps := func(names ...string) (all []job.Step) {
		for _, name := range names {
			all = append(all, job.Step{Name: name})
		}
		return all
	}
	whole := steps("check-eligibility", "tell-carrier", "assign-policies", "verify")
	for name, c := range map[string]struct {
		jobs []job.Kind
		want string
	}{
		"whole":      {[]job.Kind{{Name: "change-plan", Steps: whole}}, ""},
		"no job":     {[]job.Kind{{Name: "add", Steps: whole}}, `order kind change-plan: there is no job "change-plan"`},
		"no step":    {[]job.Kind{{Name: "change-plan", Steps: whole[:3]}}, `order kind change-plan: job "change-plan" does`},
		"wrong step": {[]job.Kind{{Name: "change-plan", Steps: append(whole[:3:3], steps("cool-number")...)}}, "order kind change-plan"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := lacking(provision.ChangePlan, c.jobs)
			if !strings.HasPrefix(got, c.want) || (got == "") != (c.want == "") {
				t.Errorf("%q, not %q", got, c.want)
			}
		})
	}
}
