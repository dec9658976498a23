package stage

import (
	"strings"
	"testing"

	"calltab/cmd/calltab/internal/testlog"
	"calltab/internal/sandbox/fault"
	"calltab/internal/sandbox/org"
)

// TestGroupsDoNotApprove: a file that newly names a group as approver, or nobody at all, is refused with the line,
// where a program runs that can ask Microsoft. What Microsoft does not say keeps nobody from applying a file.
func TestGroupsDoNotApprove(t *testing.T) {
	t.Parallel()
	s := &Script{Stage: newTestStage(t), out: testlog.Writer{T: t}}
	group, _ := s.cloud.Org().Group(org.LondonHelpdesk)
	list := `["{carol}", "` + group.ID + `"]`
	for _, field := range []string{"approvers", "fallback"} {
		err := playSite(t.Context(), s, []string{"seattle", field, list})
		if err == nil || !strings.Contains(err.Error(), field+": "+group.ID+" is no person in Microsoft 365") || !strings.Contains(err.Error(), "line 3") {
			t.Errorf("%s: %v", field, err)
		}
		delete(s.sites, "seattle")
	}
	if err := playSite(t.Context(), s, []string{"seattle", "approvers", `["{carol}"]`}); err != nil {
		t.Error(err)
	}
	s.cloud.Faults().Add(fault.Rule{Service: "graph", Method: "GET", Path: "users", Status: 503, Times: -1})
	if err := playSite(t.Context(), s, []string{"seattle", "approvers", list}); err != nil {
		t.Errorf("Microsoft is away: %v", err)
	}
	s.cloud.Faults().Clear()
	if err := playSite(t.Context(), s, []string{"boston", "approvers", list}); err != nil {
		t.Errorf("the store has it already: %v", err)
	}
}
