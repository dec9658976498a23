package stage

import (
	"context"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/testlog"
	cloud "calltab/internal/sandbox"
)

// TestTour plays what make run shows.
func TestTour(t *testing.T) {
	t.Parallel()
	playOn(t, newTestStage(t), "tour", tour)
}

func playOn(t *testing.T, s *Stage, name string, text []byte) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
	defer cancel()
	if err := (&Script{Stage: s, out: testlog.Writer{T: t}}).Play(ctx, name, text); err != nil {
		t.Fatal(err)
	}
	if err := s.Agree(ctx, nil); err != nil {
		t.Error(err)
	}
	soundStore(t, s)
}

// newTestStage is a cloud and a bot of the test's own.
func newTestStage(t *testing.T) *Stage {
	t.Helper()
	return newTestStageOn(t, cloud.Config{})
}

func newTestStageOn(t testing.TB, cfg cloud.Config) *Stage {
	t.Helper()
	s, err := Start(context.WithoutCancel(t.Context()), cfg, t.TempDir(), testlog.New(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		*s = Stage{} // a test is held until all tests beside it are over, and would hold a whole cloud
	})
	return s
}
