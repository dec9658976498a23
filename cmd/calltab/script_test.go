package main

import (
	"bytes"
	"context"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	cloud "calltab/internal/sandbox"
)

// TestScripts plays every conversation of testdata: they are the specification.
func TestScripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	all := flag.Lookup("test.run").Value.String() == ""
	for i, file := range files {
		if all && i%scriptStride != 0 { // who names one has it played
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			playOn(t, newTestStage(t), file, text)
		})
	}
}

// TestTour plays what make run shows.
func TestTour(t *testing.T) {
	t.Parallel()
	playOn(t, newTestStage(t), "tour", tour)
}

func playOn(t *testing.T, s *stage, name string, text []byte) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
	defer cancel()
	if err := (&script{stage: s, out: testLog{t}}).play(ctx, name, text); err != nil {
		t.Fatal(err)
	}
	if err := s.agree(ctx, nil); err != nil {
		t.Error(err)
	}
	soundStore(t, s)
}

// newTestStage is a cloud and a bot of the test's own.
func newTestStage(t *testing.T) *stage {
	t.Helper()
	return newTestStageOn(t, cloud.Config{})
}

func newTestStageOn(t *testing.T, cfg cloud.Config) *stage {
	t.Helper()
	kept := &keptLog{}
	t.Cleanup(func() { kept.tell(t) })
	log := slog.New(slog.NewTextHandler(kept, &slog.HandlerOptions{Level: slog.LevelInfo}))
	s, err := newStageOn(context.WithoutCancel(t.Context()), cfg, t.TempDir(), log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
		*s = stage{} // a test is held until all tests beside it are over, and would hold a whole cloud
	})
	return s
}

// keptLog is what the program logs in a test, which only one that fails shows.
type keptLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *keptLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *keptLog) tell(t *testing.T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t.Failed() {
		t.Logf("the program logs:\n%s", l.text.String())
	}
	l.text = bytes.Buffer{}
}

// testLog shows what the program logs where the test fails.
type testLog struct{ t *testing.T }

func (l testLog) Write(b []byte) (int, error) {
	l.t.Helper()
	l.t.Log(strings.TrimRight(string(b), "\n"))
	return len(b), nil
}
