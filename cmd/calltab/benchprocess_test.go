package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// process is the program under measurement.
type process struct {
	cmd *exec.Cmd
	url string // of its endpoint

	metrics string // where they are read
	in      io.Writer
	out     io.Reader

	refusals atomic.Int64 // lines of its log
	told     func(line []byte)
}

// run starts the program on a store in dir and returns once it says where it listens.
func (p *peer) run(b *testing.B, dir string) *process { return p.runAs(b, *benchProgram, dir, nil) }

// runAs is run for another build of the program, with further settings.
func (p *peer) runAs(b *testing.B, program, dir string, more map[string]string) *process {
	b.Helper()
	env := p.cloud.Env()
	env["CALLTAB_SERVICE_URLS"] = p.serviceURL
	env["CALLTAB_STORE"] = filepath.Join(dir, "calltab.db")
	env["CALLTAB_ORG"] = p.org
	env["CALLTAB_LISTEN"] = "127.0.0.1:0"
	env["CALLTAB_METRICS_LISTEN"] = "127.0.0.1:0"
	maps.Copy(env, more)
	s := &process{cmd: exec.Command(program, "serve"), told: p.told}
	for name, value := range env {
		s.cmd.Env = append(s.cmd.Env, name+"="+value)
	}
	log, err := s.cmd.StderrPipe()
	if err != nil {
		b.Fatal(err)
	}
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		b.Fatal(err)
	}
	if s.out, err = s.cmd.StdoutPipe(); err != nil {
		b.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.cmd.Process.Kill() })
	lines := bufio.NewReader(log)
	for s.url == "" {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			b.Fatalf("the program ended: %v; it said %s", err, line)
		}
		var up struct{ Msg, Listen, Metrics string }
		if json.Unmarshal(line, &up) == nil && up.Msg == "calltab is up" {
			s.url = "http://" + up.Listen + "/api/messages"
			s.metrics = "http://" + up.Metrics + "/metrics"
		}
	}
	go s.drain(lines) // one line a turn, as in production
	return s
}

// drain reads the log to its end.
func (s *process) drain(log *bufio.Reader) {
	for {
		line, err := log.ReadBytes('\n')
		if err != nil {
			return
		}
		if bytes.Contains(line, []byte(`"result":"unauthorized"`)) {
			s.refusals.Add(1)
		}
		if s.told != nil {
			s.told(line)
		}
	}
}

// end stops the program as an operator would.
func (s *process) end(b *testing.B) {
	b.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		b.Fatal(err)
	}
	if err := s.cmd.Wait(); err != nil {
		b.Fatal(err)
	}
}

// spent is the processor time that a process has used, from proc(5): fields 14 and 15, in hundredths of a second.
func spent(b *testing.B, pid int) time.Duration {
	b.Helper()
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		b.Skipf("needs Linux: %v", err)
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// used is spent to the microsecond: what each thread of a process ran, from the scheduler. Threads that have ended are
// not in it, but those of the bots under measurement do not end. Where the kernel does not say, it is spent.
func used(b *testing.B, pid int) time.Duration {
	b.Helper()
	var sum time.Duration
	threads, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/schedstat")
	if err != nil || len(threads) == 0 {
		return spent(b, pid)
	}
	for _, t := range threads {
		fields := strings.Fields(file(t))
		ran, _ := strconv.ParseInt(fields[0], 10, 64) // a thread that has just ended says nothing
		sum += time.Duration(ran)
	}
	return sum
}

// resident is the memory of a process that is in RAM, in bytes, pages of files included; own is that without files, the
// heap and the stacks; peak is the most that resident ever was.
func (s *process) resident() int { return s.memory("VmRSS:") }
func (s *process) own() int      { return s.memory("RssAnon:") }
func (s *process) peak() int     { return s.memory("VmHWM:") }

func (s *process) memory(what string) int {
	for line := range strings.Lines(file("/proc/" + strconv.Itoa(s.cmd.Process.Pid) + "/status")) {
		if value, ok := strings.CutPrefix(line, what); ok {
			kilobytes, _ := strconv.Atoi(strings.Fields(value)[0])
			return kilobytes << 10
		}
	}
	return 0
}
