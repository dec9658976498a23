package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/admin"
	"calltab/cmd/calltab/internal/stage"
	"calltab/cmd/calltab/internal/testlog"
	cloud "calltab/internal/sandbox"
)

// script plays on a stage of the test's own.
type script struct{ *stage.Script }

func newScript(t *testing.T) *script {
	t.Helper()
	return &script{newStage(t).Script(testlog.Writer{T: t})}
}

func (s *script) must(t *testing.T, lines ...string) {
	t.Helper()
	if err := s.Play(t.Context(), "test", []byte(strings.Join(lines, "\n"))); err != nil {
		t.Fatal(err)
	}
}

// newStage is a cloud and a bot of the test's own.
func newStage(t *testing.T) *stage.Stage {
	t.Helper()
	return newStageOn(t, "", 1)
}

// newStageOn has the records in the database of a URL; an empty one is a file.
func newStageOn(t *testing.T, url string, replicas int) *stage.Stage {
	t.Helper()
	s, err := stage.StartReplicas(context.WithoutCancel(t.Context()), url, replicas, cloud.Config{}, t.TempDir(), testlog.New(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		*s = stage.Stage{} // a test is held until all tests beside it are over, and would hold a whole cloud
	})
	return s
}

func playOn(t *testing.T, s *stage.Stage, name string, text []byte) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
	defer cancel()
	if err := s.Script(testlog.Writer{T: t}).Play(ctx, name, text); err != nil {
		t.Fatal(err)
	}
	if err := s.Agree(ctx, nil); err != nil {
		t.Error(err)
	}
	soundStore(t, s)
}

// playTour plays what the sandbox shows, for a store that has something of everything.
func playTour(t *testing.T, s *stage.Stage) {
	t.Helper()
	text, err := os.ReadFile("internal/stage/tour.txtar")
	if err != nil {
		t.Fatal(err)
	}
	playOn(t, s, "tour", text)
}

// soundStore fails a test whose store is not sound at its end.
func soundStore(t *testing.T, s *stage.Stage) {
	t.Helper()
	var out bytes.Buffer
	err := admin.AtOneMoment(t.Context(), s.App().Store, func(snap admin.Snapshot) error {
		return admin.Check(snap, s.App().Service.AuditKey, &out)
	})
	if err != nil {
		t.Errorf("check of the store: %v\n%s", err, out.String())
	}
}
