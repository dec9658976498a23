package pgtest

import (
	"path/filepath"
	"testing"
)

// Stop ends the cluster of this test binary at once: no process of it tidies up, and the next start has to recover. It
// is for tests that have the cluster to themselves.
func Stop(tb testing.TB) {
	tb.Helper()
	control(tb, "-m", "immediate", "stop")
}

// Start starts it again, and returns once it takes connections.
func Start(tb testing.TB) {
	tb.Helper()
	control(tb, "-w", "start")
}

func control(tb testing.TB, args ...string) {
	tb.Helper()
	c, err := start()
	if err != nil {
		tb.Fatal(err)
	}
	data := filepath.Join(c.dir, "data")
	args = append([]string{"-D", data, "-l", filepath.Join(data, "log")}, args...)
	cmd := c.command("pg_ctl", args...)
	if out, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("pg_ctl %v: %v: %s", args, err, out)
	}
}
