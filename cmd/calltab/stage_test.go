package main

import (
	"context"
	"log/slog"
	"testing"
	"time"

	cloud "calltab/internal/sandbox"
)

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
