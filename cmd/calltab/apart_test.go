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
	"sync/atomic"
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
	front := newDoor(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	first, keyboard := io.Pipe()
	shown, ended := newScreen(), make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"sandbox", "--cloud", "--bot", "http://" + front.Addr().String() + "/api/messages"}, environment(nil), first, shown, shown)
	}()
	shown.waits(t, "alice> ")
	types := func(line string) { fmt.Fprintln(keyboard, line) }
	types("help")
	shown.waits(t, "your bot does not answer yet")
	types("/advance 5m")
	shown.waits(t, "goes by this machine's clock")

	w := &clinic{ward: &ward{t: t, dir: t.TempDir()}}
	w.env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + w.dir, mortalProgramEnv + "=1", "CALLTAB_LISTEN=127.0.0.1:0", "CALLTAB_METRICS_LISTEN=127.0.0.1:0"}
	source, printed, catalogue := commandsOf(t, shown.String())
	w.sh(source + printed)
	said := w.sh(source + w.section("### Road A") + w.section("## 2.") + w.section("## 3.") + w.section("## 4.") + catalogue + w.section("## 5.") + w.section("## 6."))
	for _, want := range []string{"teams, as the sandbox: app create", "Nothing is wrong. Worth a look: calltab serve. Not checked: routes of plans, from Teams, first phone.", "102 added"} {
		if !strings.Contains(said, want) {
			t.Errorf("the commands do not say %q:\n%s", want, said)
		}
	}
	settings := source + "set -a\n. ./calltab.env\nset +a\nexec calltab "
	log := newScreen()
	bot := w.started(settings+"serve", log)
	log.waits(t, "calltab is up")
	_, listens, _ := strings.Cut(log.String(), `"listen":"`)
	listens, _, _ = strings.Cut(listens, `"`)
	front.bot.Store(listens)
	doctor := newScreen()
	greeting := w.started(settings+"doctor --greet alice.moreau@alderfinch.example", doctor)
	shown.waits(t, "[1] It has arrived")
	types("1")
	if err := greeting.Wait(); err != nil {
		t.Errorf("%v:\n%s", err, doctor)
	}
	offer := newScreen()
	if err := w.started(settings+`doctor --with-test-user "dana reyes" </dev/null`, offer).Wait(); err == nil ||
		!strings.Contains(offer.String(), "Dana Reyes (dana.reyes@alderfinch.example) gets a phone for a test") || !strings.Contains(offer.String(), "Nobody can be asked without a terminal.") {
		t.Errorf("a test user without a terminal: %v:\n%s", err, offer)
	}
	types("add dana reyes seattle")
	shown.waits(t, "Is everything right?")
	types("/do corrupt")
	shown.waits(t, "the bot is not on this stage")
	types("/do sign-in tired")
	shown.waits(t, `"tired" is none of fine, certificate-unknown, conditional-access`)
	types("/do deaf")
	shown.waits(t, "Done.")
	types("help")
	shown.waits(t, "that did not reach the bot")
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

// commandsOf are the lines that the sandbox prints for a second terminal: the one that reads its file, init's, and the
// one that writes the id of the catalogue.
func commandsOf(t *testing.T, text string) (source, command, catalogue string) {
	t.Helper()
	blocks := strings.Split(text, "\n\n")
	if len(blocks) < 4 {
		t.Fatalf("it prints %q", text)
	}
	source, command, ok := strings.Cut(blocks[1], "\n")
	catalogue = blocks[3]
	if !ok || !strings.HasPrefix(source, "  . /") || !strings.HasPrefix(command, "  calltab init") || !strings.HasPrefix(catalogue, "  echo CALLTAB_CATALOG") {
		t.Fatalf("it prints %q", text)
	}
	return source + "\n", command + "\n", catalogue + "\n"
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

// door is where the bot is said to listen before it runs: what comes is handed on to it once it is open, and hung up on
// until then.
type door struct {
	net.Listener
	bot atomic.Value // string: the bot's address
}

func newDoor(t *testing.T) *door {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &door{Listener: l}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			caller, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { d.handOn(caller) })
		}
	})
	t.Cleanup(func() { l.Close(); all.Wait() })
	return d
}

// handOn carries a connection, until the bot closes it.
func (d *door) handOn(caller net.Conn) {
	defer caller.Close()
	at, ok := d.bot.Load().(string)
	if !ok {
		return
	}
	bot, err := net.Dial("tcp", at)
	if err != nil {
		return
	}
	defer bot.Close()
	go func() { _, _ = io.Copy(bot, caller) }()
	_, _ = io.Copy(caller, bot)
}
