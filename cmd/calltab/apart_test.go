package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// screen is what a terminal has shown.
type screen struct {
	mu    sync.Mutex
	shown bytes.Buffer
	more  chan struct{} // holds a value where something has been shown since
}

func newScreen() *screen { return &screen{more: make(chan struct{}, 1)} }

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.more <- struct{}{}:
	default:
	}
	return s.shown.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown.String()
}

// waits returns once the terminal has shown some words.
func (s *screen) waits(t *testing.T, words string) {
	t.Helper()
	s.waitsFor(t, words, 1)
}

// waitsFor is waits for words that have been shown so often.
func (s *screen) waitsFor(t *testing.T, words string, times int) {
	t.Helper()
	for strings.Count(s.String(), words) < times {
		select {
		case <-s.more:
		case <-t.Context().Done():
			t.Fatalf("it never shows %q:\n%s", words, s)
		}
	}
}

// TestSetUpOnTheSandbox: what the sandbox and then setup.md print, a shell takes as it stands; the doctor finds nothing
// wrong, and a greeting comes into the first terminal and is answered there.
func TestSetUpOnTheSandbox(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("there is no openssl here, which the commands need")
	}
	at := freeAddress(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	first, keyboard := io.Pipe()
	shown, ended := newScreen(), make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"sandbox", "--cloud", "--bot", "http://" + at + "/api/messages"}, environment(nil), first, shown, shown)
	}()
	shown.waits(t, "alice> ")
	types := func(line string) { fmt.Fprintln(keyboard, line) }
	types("help")
	shown.waits(t, "your bot does not answer yet")
	types("/advance 5m")
	shown.waits(t, "goes by this machine's clock")

	w := &clinic{ward: &ward{t: t, dir: t.TempDir()}}
	w.env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + w.dir, mortalProgramEnv + "=1", "CALLTAB_LISTEN=" + at, "CALLTAB_METRICS_LISTEN=127.0.0.1:0"}
	source, printed := commandsOf(t, shown.String())
	w.sh(source + printed)
	said := w.sh(source + w.section("### Road B") + w.section("## 2.") + w.section("## 3.") + w.section("## 4.") + w.section("## 5.") + w.section("## 6."))
	for _, want := range []string{"az, as the sandbox: ad sp create --id", "ok         permission User.Read.All", "102 added"} {
		if !strings.Contains(said, want) {
			t.Errorf("the commands do not say %q:\n%s", want, said)
		}
	}
	settings := source + "set -a\n. ./calltab.env\nset +a\nexec calltab "
	log := newScreen()
	bot := w.started(settings+"serve", log)
	log.waits(t, "calltab is up")
	doctor := newScreen()
	greeting := w.started(settings+"doctor --greet alice.moreau@alderfinch.example", doctor)
	shown.waits(t, "[1] It has arrived")
	types("1")
	if err := greeting.Wait(); err != nil {
		t.Errorf("%v:\n%s", err, doctor)
	}
	types("add dana reyes seattle")
	shown.waits(t, "Is everything right?")
	types("/do corrupt")
	shown.waits(t, "the bot is not on this stage")
	types("/do sign-in tired")
	shown.waits(t, "there are certificate-unknown, conditional-access")
	types("/do deaf")
	shown.waits(t, "Done.")
	types("help")
	shown.waitsFor(t, "your bot does not answer yet", 2)
	types("/quit")
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := bot.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := bot.Wait(); err != nil {
		t.Errorf("%v:\n%s", err, log)
	}
}

// commandsOf are the lines that the sandbox prints for a second terminal: the one that reads its file, and init's.
func commandsOf(t *testing.T, text string) (source, command string) {
	t.Helper()
	_, rest, _ := strings.Cut(text, "\n\n")
	block, _, _ := strings.Cut(rest, "\n\n")
	source, command, ok := strings.Cut(block, "\n")
	if !ok || !strings.HasPrefix(source, "  . /") || !strings.HasPrefix(command, "  calltab init") {
		t.Fatalf("it prints %q", text)
	}
	return source + "\n", command + "\n"
}

// started is a script that runs beside the test.
func (w *clinic) started(script string, out io.Writer) *exec.Cmd {
	w.t.Helper()
	cmd := exec.CommandContext(w.t.Context(), "sh", "-c", script)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = w.dir, w.env, out, out
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd
}

// freeAddress is an address of this machine at which nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
