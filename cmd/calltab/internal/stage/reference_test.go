package stage

import (
	"bytes"
	"cmp"
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"calltab/cmd/calltab/internal/testlog"
	"calltab/internal/provision"
	cloud "calltab/internal/sandbox"
	"calltab/internal/sandbox/chat"
)

// shared is a buffer for a log that several goroutines write.
type shared struct {
	mu sync.Mutex
	bytes.Buffer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Buffer.Write(p)
}

func (s *shared) lines() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Split(s.Buffer.String(), "\n")
}

// TestReferenceLeadsToTheLog: what a card gives as its reference is in the line of the turn that showed it and in those
// of the steps of its work; and none of these lines has a whole number or a name.
func TestReferenceLeadsToTheLog(t *testing.T) {
	t.Parallel()
	var log shared
	stage, err := Start(context.WithoutCancel(t.Context()), cloud.Config{}, t.TempDir(), slog.New(slog.NewJSONHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stage.Close(); err != nil {
			t.Error(err)
		}
	})
	s := &Script{Stage: stage, out: testlog.Writer{T: t}}
	s.must(t, "say alice 'add sven seattle metered +12065550145'", "click alice Save", "advance 15m", "delete sven keeps",
		"say alice 'remove +12065550145'", "click alice Save", "advance 25h", "order sven parked")
	if _, err := s.cloud.Chat().Say(t.Context(), "alice", chat.Personal, "status sven"); err != nil {
		t.Fatal(err)
	}
	card, err := s.newestCard("alice", "Try again")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`Reference\W+([a-z0-9]{10})\b`).FindStringSubmatch(shown(card))
	if m == nil {
		t.Fatalf("the card has no reference: %s", shown(card))
	}
	turns, steps := 0, 0
	for _, line := range log.lines() {
		switch {
		case !strings.Contains(line, m[1]):
			continue
		case strings.Contains(line, `"msg":"turn"`) && strings.Contains(line, `"order":"`+m[1]+`"`):
			turns++
		case strings.Contains(line, `"msg":"step"`) && strings.Contains(line, "/"+m[1]+`"`):
			steps++
		}
		if strings.Contains(line, "2065550145") || strings.Contains(line, "Sven") {
			t.Errorf("it tells too much: %s", line)
		}
	}
	if turns == 0 || steps == 0 {
		t.Errorf("the reference %s is in %d lines of turns and %d of steps", m[1], turns, steps)
	}

	var unreadable atomic.Bool
	stage.seams.Store = func(st provision.Store) provision.Store { return failing{st, &unreadable} }
	again(t, stage)
	s.must(t, "say alice help")
	unreadable.Store(true)
	if _, err := s.cloud.Chat().Say(t.Context(), "alice", chat.Personal, "status"); err != nil {
		t.Fatal(err)
	}
	unreadable.Store(false)
	failed := ""
	for _, l := range log.read(t) {
		if l.Msg == "turn" {
			failed = cmp.Or(l.Reference, failed)
		}
	}
	s.must(t, "see alice 'reference "+failed+"'")
	runbookGreps(t, log.lines(), failed, m[1])
}

// runbookGreps runs the greps of the runbook, with a reference of something that went wrong and with an order's.
func runbookGreps(t *testing.T, lines []string, failed, order string) {
	t.Helper()
	dir := t.TempDir()
	text, err := os.ReadFile("../../../../docs/operation.md")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "calltab.log"), []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	all := regexp.MustCompile("(?m)(?:^|`)(grep .*calltab\\.log)(?:`|$)").FindAllStringSubmatch(string(text), -1)
	if len(all) != 3 {
		t.Fatalf("the runbook has the greps %q", all)
	}
	for _, m := range all {
		line := strings.NewReplacer("1ck2f", failed, "REFERENCE", order).Replace(m[1])
		cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
		cmd.Dir = dir
		out, err := cmd.Output()
		if err != nil || !strings.Contains(string(out), failed) && !strings.Contains(string(out), order) {
			t.Errorf("%s: %v\n%s", line, err, out)
		}
	}
}
