package stage

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/app"
	"calltab/cmd/calltab/internal/testlog"
	"calltab/internal/provision"
	"calltab/internal/provision/storetest"
)

// The program of this file is the test binary itself, run again as the bot: a process of its own that ends as processes
// do, by SIGKILL, right after a commit. Its business time comes over its standard input.

const mortalEnv = "CALLTAB_TEST_DIES_AFTER" // commits

func TestMain(m *testing.M) {
	if n, err := strconv.Atoi(os.Getenv(mortalEnv)); err == nil {
		fmt.Fprintln(os.Stderr, mortalMain(n))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// mortalMain runs the bot until it dies after n commits. Each line of its input is a business time in nanoseconds; it
// answers, once nothing is left to do at that time, when it has something to do again, 0 for never.
func mortalMain(n int) error {
	ctx := context.Background()
	cfg, err := app.Load(nil, os.LookupEnv, os.ReadFile)
	if err != nil {
		return err
	}
	var now atomic.Int64
	in := bufio.NewScanner(os.Stdin)
	read := func() bool {
		if !in.Scan() {
			return false
		}
		nanos, err := strconv.ParseInt(in.Text(), 10, 64)
		now.Store(nanos)
		return err == nil
	}
	read()
	a, err := app.New(cfg, slog.New(slog.DiscardHandler), app.Seams{
		Now: func() time.Time { return time.Unix(0, now.Load()).UTC() },
		Store: func(s provision.Store) provision.Store {
			return storetest.CrashAfter(s, n, func() { syscall.Kill(os.Getpid(), syscall.SIGKILL) })
		},
	})
	if err != nil {
		return err
	}
	turns, _ := a.Addresses()
	go a.Run(ctx, func() { fmt.Println(turns) })
	for read() {
		a.Runner.Kick()
		if err := a.Runner.Idle(ctx); err != nil {
			return err
		}
		next, _, err := a.Runner.Next(ctx)
		if err != nil {
			return err
		}
		fmt.Println(next.UnixNano())
	}
	return in.Err()
}

// child is the parent's side of a mortal process: it takes the place of the stage's own jobs.
type child struct {
	stage *Stage
	cmd   *exec.Cmd
	in    io.Writer
	out   *bufio.Scanner
	next  int64
}

func (s *Script) spawn(t *testing.T, n int) *child {
	t.Helper()
	c := &child{stage: s.Stage, cmd: exec.Command(os.Args[0])}
	for name, value := range s.Settings() {
		c.cmd.Env = append(c.cmd.Env, name+"="+value)
	}
	c.cmd.Env = append(c.cmd.Env, mortalEnv+"="+strconv.Itoa(n))
	c.cmd.Stderr = testlog.Writer{T: t}
	in, err := c.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.in, c.out = in, bufio.NewScanner(out)
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(c.in, s.cloud.Clock().Now().UnixNano())
	if !c.out.Scan() {
		return c // it died while it started
	}
	s.cloud.Chat().SetBot("http://" + c.out.Text() + "/api/messages")
	return c
}

// Idle tells the process the time and waits for its answer.
func (c *child) Idle(context.Context) error {
	fmt.Fprintln(c.in, c.stage.cloud.Clock().Now().UnixNano())
	if !c.out.Scan() {
		return io.ErrUnexpectedEOF
	}
	var err error
	c.next, err = strconv.ParseInt(c.out.Text(), 10, 64)
	return err
}

// Next is what the last Idle heard.
func (c *child) Next(context.Context) (time.Time, bool, error) {
	return time.Unix(0, c.next).UTC(), c.next > 0, nil
}

// Kick is part of every Idle.
func (c *child) Kick() {}

// TestKilledAfterEveryCommit kills a real process, by signal, after each commit of an assignment in turn.
func TestKilledAfterEveryCommit(t *testing.T) {
	t.Parallel()
	for n := 1; ; n += killStride {
		died := false
		ok := t.Run(fmt.Sprint(n), func(t *testing.T) {
			s := &Script{Stage: newTestStage(t), out: testlog.Writer{T: t}}
			s.must(t, "say alice 'add dana seattle unlimited'", "click alice Continue number=+12065550101")
			if err := s.Halt(); err != nil {
				t.Fatal(err)
			}
			c := s.spawn(t, n)
			s.jobs = c
			pressed := s.tell(t)
			died = c.wait(t)
			if err := s.Boot(context.WithoutCancel(t.Context())); err != nil {
				t.Fatal(err)
			}
			s.revive(t, pressed)
			s.end(t)
		})
		if !died || !ok {
			if n < 10 {
				t.Errorf("an assignment has only %d commits", n)
			}
			return
		}
	}
}

// wait ends the process, if it still lives, and reports whether it was killed by itself.
func (c *child) wait(t *testing.T) (died bool) {
	t.Helper()
	if in, ok := c.in.(io.Closer); ok {
		in.Close()
	}
	_ = c.cmd.Wait() // it exits with 1, or by its signal
	status, ok := c.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}
