package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"testing"
)

// allocations are what a turn takes from the heap, and how often it calls Graph.
type allocations struct {
	objects, bytes uint64
	calls          float64
}

// counting is the variable by which the test binary is the program and says on a line of standard output what it has
// allocated, each time it reads a line. A line of two words begins a profile of the processor in the file that the
// second one names; the next line ends it.
const counting = "CALLTAB_BENCH_COUNTING"

func init() {
	mortals[counting] = func(int) error {
		go count()
		return run(context.Background(), []string{"serve"}, os.LookupEnv, os.Stdin, os.Stdout, os.Stderr)
	}
}

func count() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		pprof.StopCPUProfile()
		if path := lines.Text(); path != "" {
			f, err := os.Create(path)
			if err == nil {
				err = pprof.StartCPUProfile(f)
			}
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		fmt.Println(m.Mallocs, m.TotalAlloc)
	}
	os.Exit(0)
}

// count finds out what each kind of turn allocates, in a program of its own.
func (m *measurement) count(b *testing.B, p *peer) {
	program, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	env := p.everybodyAdmin()
	env[counting] = "1"
	s := p.runAs(b, program, b.TempDir(), env)
	one := &side{name: "counted", pid: s.cmd.Process.Pid, url: s.url}
	p.crewOf(one, 800, served[2])
	one.settle(b)
	m.allocs = map[string]allocations{}
	for _, k := range m.kinds {
		if err := k.begin(one.talkers); err != nil {
			b.Fatal(err)
		}
		most := 40
		if *benchProfile != "" {
			most = 400
		}
		called := p.calls()
		before := s.counted(b, *benchProfile)
		n, err := together(one.talkers, 1<<40, most, k.take)
		if err != nil {
			b.Fatal(err)
		}
		after := s.counted(b, "")
		m.allocs[k.name] = allocations{(after.objects - before.objects) / uint64(n), (after.bytes - before.bytes) / uint64(n),
			float64(p.calls()-called) / float64(n)}
	}
}

// counted is what a program has allocated up to now.
func (s *process) counted(b *testing.B, profile string) (a allocations) {
	b.Helper()
	if _, err := fmt.Fprintln(s.in, profile); err != nil {
		b.Fatal(err)
	}
	if _, err := fmt.Fscan(s.out, &a.objects, &a.bytes); err != nil {
		b.Fatal(err)
	}
	return a
}
