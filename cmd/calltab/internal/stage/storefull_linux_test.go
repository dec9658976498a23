package stage

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/testlog"
	"calltab/internal/sandbox/fault"
)

// TestFullFileSystem takes a process of its own the room for its store in the middle of an order's first notice, and
// gives it back: everybody is told once, and the order ends as if nothing had been.
func TestFullFileSystem(t *testing.T) {
	t.Parallel()
	s := &Script{Stage: newTestStage(t), out: testlog.Writer{T: t}}
	s.must(t, "say alice 'add dana seattle unlimited'", "click alice Continue number=+12065550101")
	if err := s.Halt(); err != nil {
		t.Fatal(err)
	}
	c := s.spawn(t, 1<<30) // more commits than it makes
	ready := "http://" + c.out.Text() + "/readyz"
	s.jobs = c
	var once sync.Once
	full := make(chan error, 1)
	s.cloud.Faults().Observe(func(service, method, _ string, _ int) {
		if service == fault.Connector && method == http.MethodPost {
			once.Do(func() { full <- limitFiles(c.cmd.Process.Pid, 0) })
		}
	})
	press, err := s.newestCard("alice", "Save")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.cloud.Chat().Press(t.Context(), "alice", press.ID, "Save", nil); err != nil {
		t.Fatal(err)
	}
	over := make(chan error, 1)
	go func() { over <- s.advance(t.Context(), time.Hour) }()
	if err := <-full; err != nil {
		t.Fatal(err)
	}
	code, body := get(t, ready)
	for ; code == http.StatusOK && t.Context().Err() == nil; code, body = get(t, ready) {
		pause(t.Context(), time.Millisecond)
	}
	if code != http.StatusServiceUnavailable || !strings.Contains(body, "the store cannot be written") {
		t.Errorf("readiness is %d, %q", code, body)
	}
	if err := limitFiles(c.cmd.Process.Pid, ^uint64(0)); err != nil {
		t.Fatal(err)
	}
	if err := <-over; err != nil {
		t.Fatal(err)
	}
	if code, body := get(t, ready); code != http.StatusOK {
		t.Errorf("readiness is %d, %q when there is room", code, body)
	}
	c.wait(t)
	if err := s.Boot(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	s.end(t)
	if ready, phone := s.matches("alice", "Dana Reyes can call now"), s.matches("dana", "Your phone is ready"); ready != 1 || phone != 1 {
		t.Errorf("the requester was told %d times, the new user %d times", ready, phone)
	}
}
