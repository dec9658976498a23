package stage

import (
	"strings"
	"testing"

	"calltab/cmd/calltab/internal/testlog"
)

// TestPresses counts what has to be pressed after a line that says what is wanted.
func TestPresses(t *testing.T) {
	t.Parallel()
	works := []string{"say alice 'add dana seattle metered +12065550144'", "click alice Save", "advance 15m", "order dana done"}
	asks := []string{"open dana", "say dana 'I need a phone'", "click dana 'Send for approval' why=please"}
	for name, c := range map[string]struct {
		before []string
		say    string
		press  []string
		after  []string
		want   int
	}{
		"add": {nil, "add dana", []string{"Save"}, []string{"order dana running"}, 1},
		"add with another number": {nil, "add dana", []string{"'Another number'", "Continue number=+12065550103", "Save"},
			[]string{"order dana running", "number +12065550103 held"}, 3},
		"change plan":   {works, "change plan dana", []string{"Save"}, []string{"advance 15m", "graph dana policy 'Unlimited Calls'"}, 1},
		"change number": {works, "change number dana", []string{"Continue best=+12065550103", "Save"}, []string{"advance 15m", "graph dana number +12065550103"}, 2},
		"release":       {works, "release dana", []string{"Save"}, []string{"advance 15m", "graph dana number none"}, 1},
		"remove":        {works, "remove dana", []string{"Save"}, []string{"advance 15m", "graph dana number none"}, 1},
		"undo":          {works, "undo dana", []string{"Save"}, []string{"advance 15m", "graph dana number none"}, 1},
		"import and phone for one person": {[]string{"say alice sync", "advance 2m"}, "sync gita", []string{"'Give a phone'", "Save"},
			[]string{"order gita running"}, 2},
		"approve": {asks, "approvals", []string{"Approve"}, []string{"order dana running"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &Script{Stage: newTestStage(t), out: testlog.Writer{T: t}}
			s.must(t, c.before...)
			s.led = 0
			who := "alice"
			if name == "approve" {
				who = "carol"
			}
			s.must(t, "say "+who+" '"+c.say+"'")
			for _, p := range c.press {
				s.must(t, "click "+who+" "+p)
			}
			s.must(t, c.after...)
			if got := len(c.press) + s.led; got != c.want {
				t.Errorf("%d presses, want %d: %s", got, c.want, strings.Join(c.press, ", "))
			}
		})
	}
}
