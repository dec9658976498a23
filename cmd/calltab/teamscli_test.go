package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestInitTeamsCLI: Microsoft's own Teams CLI takes the commands that init prints for it. make e2e installs it; elsewhere
// the stand-in has to do. Nobody is signed in here, and it checks everything that it was told before it says so: nothing
// is sent.
func TestInitTeamsCLI(t *testing.T) {
	t.Parallel()
	cli, err := filepath.Abs("teamscli/node_modules/@microsoft/teams.cli/dist/index.js")
	if err != nil {
		t.Fatal(err)
	}
	node, err := exec.LookPath("node")
	if _, missing := os.Stat(cli); err != nil || missing != nil {
		t.Skip("the Teams CLI is not here: npm ci --ignore-scripts in cmd/calltab/teamscli")
	}
	w := newClinic(t, "certificate", "")
	w.sh(w.section("### Road A"))
	says := func(args ...string) string {
		cmd := exec.CommandContext(t.Context(), node, append([]string{cli, "--disable-auto-update"}, args...)...)
		cmd.Dir = t.TempDir()
		cmd.Env = []string{"HOME=" + cmd.Dir, "PATH=" + os.Getenv("PATH"), "TEAMS_NO_INTERACTIVE=1"}
		out, _ := cmd.CombinedOutput()
		return string(out)
	}
	checked := 0
	for _, call := range w.calls {
		switch {
		case call[0] != "teams":
			continue
		case call[1] == "login":
			if out := says(append(slices.Clone(call[1:]), "--help")...); !strings.Contains(out, "Usage: teams login") {
				t.Errorf("%q: %s", call, out)
			}
		default:
			if out := says(call[1:]...); !strings.HasPrefix(out, "Not logged in.") {
				t.Errorf("%q: %s", call, out)
			}
			if out := says(append(slices.Clone(call[1:]), "--azurre")...); !strings.Contains(out, "unknown option '--azurre'") {
				t.Errorf("it takes anything: %s", out)
			}
		}
		checked++
	}
	if checked < 2 {
		t.Errorf("only %d commands were checked: %q", checked, w.calls)
	}
}
