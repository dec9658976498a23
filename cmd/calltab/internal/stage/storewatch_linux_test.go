package stage

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/testlog"
	"calltab/internal/sandbox/chat"
	"calltab/internal/sandbox/fault"
)

// refuseWrites makes every write to a file that this process has open fail, as on a disk that was remounted read-only,
// until the returned function is called.
func refuseWrites(path string) (heal func() error, err error) {
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return nil, err
	}
	for _, e := range all {
		if at, err := os.Readlink("/proc/self/fd/" + e.Name()); err != nil || at != path {
			continue
		}
		fd, err := strconv.Atoi(e.Name())
		if err != nil {
			return nil, err
		}
		saved, err := syscall.Dup(fd)
		if err != nil {
			return nil, err
		}
		readOnly, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer readOnly.Close()
		heal := func() error { return errors.Join(syscall.Dup3(saved, fd, 0), syscall.Close(saved)) }
		return heal, syscall.Dup3(int(readOnly.Fd()), fd, 0)
	}
	return nil, os.ErrNotExist
}

// get reads a page of the program.
func get(t *testing.T, url string) (int, string) {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(body)
}

// TestUnwritableStore has every write of the store refused from the moment at which an order's first notice is posted.
// Nobody is told twice, people are told why nothing can be begun, and with the disk all goes on.
func TestUnwritableStore(t *testing.T) {
	t.Parallel()
	s := &Script{Stage: newTestStage(t), out: testlog.Writer{T: t}}
	s.must(t, "say alice 'add dana seattle unlimited'", "click alice Continue number=+12065550101")
	var once sync.Once
	var heal func() error
	broken := make(chan error, 1)
	s.cloud.Faults().Observe(func(service, method, path string, _ int) {
		if service == fault.Connector && method == http.MethodPost {
			once.Do(func() {
				var err error
				heal, err = refuseWrites(s.Path("calltab.db"))
				broken <- err
			})
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
	if err := <-broken; err != nil {
		t.Fatal(err)
	}
	for s.app.Store.Trouble() == nil && t.Context().Err() == nil {
		pause(t.Context(), time.Millisecond)
	}

	turns, scrapes := s.app.Addresses()
	base, metrics := "http://"+turns.String(), "http://"+scrapes.String()+"/metrics"
	if code, body := get(t, base+"/readyz"); code != http.StatusServiceUnavailable || !strings.Contains(body, "the store cannot be written") {
		t.Errorf("readiness is %d, %q", code, body)
	}
	if _, body := get(t, metrics); !strings.Contains(body, "\ncalltab_store_writable 0\n") {
		t.Error("the metric does not show it")
	}
	posts := s.posts(t)
	for range 3 {
		if _, err := s.cloud.Chat().Say(t.Context(), "bruno", chat.Personal, "status dana"); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.matches("bruno", "I can't write anything down just now"); n != 1 {
		t.Errorf("bruno was told %d times that nothing can be written", n)
	}
	s.app.Runner.Kick()
	for range 2 { // of the real time that probes and records pause
		_ = s.app.Store.Probe(t.Context())
	}
	if n := s.posts(t) - posts; n != 1 {
		t.Errorf("%d messages were sent while nothing could be recorded, want the one to bruno", n)
	}
	if err := heal(); err != nil {
		t.Fatal(err)
	}
	if err := <-over; err != nil {
		t.Fatal(err)
	}
	if code, _ := get(t, base+"/readyz"); code != http.StatusOK {
		t.Errorf("readiness is %d when all is well", code)
	}
	if _, body := get(t, metrics); !strings.Contains(body, "\ncalltab_store_writable 1\n") {
		t.Error("the metric does not show that all is well")
	}
	s.must(t, "order dana done", "graph dana number +12065550101")
	if ready, phone := s.matches("alice", "Dana Reyes can call now"), s.matches("dana", "Your phone is ready"); ready != 1 || phone != 1 {
		t.Errorf("the requester was told %d times, the new user %d times", ready, phone)
	}
}

// posts counts the messages that the bot has sent to the people of the test.
func (s *Script) posts(t *testing.T) (n int) {
	t.Helper()
	for _, who := range []string{"alice", "bruno", "dana"} {
		n += s.matches(who, "")
	}
	return n
}
