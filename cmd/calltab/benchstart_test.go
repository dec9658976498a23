package main

import (
	"bufio"
	"cmp"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var benchStarts = flag.Int("starts", 15, "how often BenchmarkStart starts each program; the table has the medians")

// emptyServer is the least that any server in Go is: it listens, says where, and answers.
const emptyServer = `package main

import (
	"fmt"
	"net"
	"net/http"
)

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(l.Addr())
	panic(http.Serve(l, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
}
`

// starts are those of one program: until it listens, until its first turn was answered, and its processor time then.
type starts struct {
	name              string
	once              func(b *testing.B) (up, first, cpu time.Duration)
	ups, firsts, cpus []time.Duration
}

// BenchmarkStart measures the time from the start of the program to its first answered turn, with all that the first
// turn has to fetch, the channel's keys and the bot's own token: over a store of few numbers and over one of a million,
// by turns with another build and with an empty server in Go. It says what the time is spent on.
func BenchmarkStart(b *testing.B) {
	if _, err := os.Stat(*benchProgram); err != nil {
		b.Skipf("%v: make bench-start builds it first", err)
	}
	p := newPeer(b, swift())
	few, full := b.TempDir(), b.TempDir()
	makeStore(b, filepath.Join(few, "calltab.db"), 1000)
	large := fullStore(b)
	copyFile(b, large, filepath.Join(full, "calltab.db"))
	copyFile(b, large+".key", filepath.Join(full, "calltab.db.key"))
	all := []*starts{{name: "an empty server in Go", once: emptyStart(b)}}
	for _, path := range []string{*benchProgram, *benchBefore} {
		if path == "" {
			continue
		}
		name := "Calltab"
		if path == *benchBefore {
			name = "before"
		}
		all = append(all, &starts{name: name + ", 1000 numbers", once: p.starter(path, few)},
			&starts{name: fmt.Sprintf("%s, %d numbers", name, *soakNumbers), once: p.starter(path, full)})
	}
	for round := range *benchStarts + 1 {
		for _, s := range all {
			up, first, cpu := s.once(b)
			if round == 0 {
				continue // brings its store up to the organisation's file, and warms the file cache
			}
			s.ups, s.firsts, s.cpus = append(s.ups, up), append(s.firsts, first), append(s.cpus, cpu)
		}
	}
	text := startTable(b, all)
	fmt.Print("\n" + text)
	writePart(b, "start", text)
}

// starter starts a build of the program on the store in dir, has it answer a turn and ends it.
func (p *peer) starter(path, dir string) func(b *testing.B) (up, first, cpu time.Duration) {
	return func(b *testing.B) (up, first, cpu time.Duration) {
		began := time.Now()
		s := p.runAs(b, path, dir, nil)
		up = time.Since(began)
		if _, err := p.ask(s.url); err != nil {
			b.Fatal(err)
		}
		first = time.Since(began)
		cpu = used(b, s.cmd.Process.Pid)
		s.end(b)
		return up, first, cpu
	}
}

// emptyStart builds the empty server, and returns what starts it.
func emptyStart(b *testing.B) func(b *testing.B) (up, first, cpu time.Duration) {
	dir := b.TempDir()
	source, program := filepath.Join(dir, "main.go"), filepath.Join(dir, "empty")
	if err := os.WriteFile(source, []byte(emptyServer), 0o600); err != nil {
		b.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-ldflags", "-s -w", "-o", program, source).CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return func(b *testing.B) (up, first, cpu time.Duration) {
		cmd := exec.Command(program)
		out, err := cmd.StdoutPipe()
		if err != nil {
			b.Fatal(err)
		}
		began := time.Now()
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		defer func() {
			cmd.Process.Kill()
			_ = cmd.Wait() // says that it was killed
		}()
		address, err := bufio.NewReader(out).ReadString('\n')
		if err != nil {
			b.Fatal(err)
		}
		up = time.Since(began)
		resp, err := http.Get("http://" + strings.TrimSpace(address))
		if err != nil {
			b.Fatal(err)
		}
		resp.Body.Close()
		return up, time.Since(began), used(b, cmd.Process.Pid)
	}
}

// startTable is what BenchmarkStart prints.
func startTable(b *testing.B, all []*starts) string {
	var w strings.Builder
	fmt.Fprintf(&w, "%s, %d cores, %s, %s. Medians of %d starts by turns, load average at the end %s\n\n", processor(), runtime.NumCPU(),
		runtime.Version(), time.Now().UTC().Format(time.DateOnly), *benchStarts, strings.Join(strings.Fields(file("/proc/loadavg"))[:3], " "))
	fmt.Fprint(&w, "| program | listens after | first turn answered after | processor time until then |\n| --- | --- | --- | --- |\n")
	for _, s := range all {
		fmt.Fprintf(&w, "| %s | %s | %s | %s |\n", s.name, milliseconds(middle(s.ups)), milliseconds(middle(s.firsts)), milliseconds(middle(s.cpus)))
	}
	fmt.Fprintf(&w, "\n%s\n", initialisers(b))
	return w.String()
}

// initialisers says what the packages of the program take before it does anything, as Go's runtime measures them
// (GODEBUG=inittrace=1, https://pkg.go.dev/runtime).
func initialisers(b *testing.B) string {
	took := map[string][]time.Duration{}
	for range *benchStarts {
		cmd := exec.Command(*benchProgram, "--version")
		cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
		out, err := cmd.CombinedOutput()
		if err != nil {
			b.Fatal(err)
		}
		var sum time.Duration
		for line := range strings.Lines(string(out)) {
			fields := strings.Fields(line) // init NAME @0.1 ms, 0.2 ms clock, 3 bytes, 4 allocs
			if len(fields) < 7 || fields[0] != "init" {
				continue
			}
			ms, err := strconv.ParseFloat(fields[4], 64)
			if err != nil {
				b.Fatal(err)
			}
			d := time.Duration(ms * float64(time.Millisecond))
			took[fields[1]] = append(took[fields[1]], d)
			sum += d
		}
		took[""] = append(took[""], sum)
	}
	names := slices.DeleteFunc(slices.Collect(maps.Keys(took)), func(name string) bool { return name == "" })
	slices.SortFunc(names, func(a, c string) int { return cmp.Compare(middle(took[c]), middle(took[a])) })
	var parts []string
	for _, name := range names[:min(4, len(names))] {
		parts = append(parts, name+" "+milliseconds(middle(took[name])))
	}
	return fmt.Sprintf("Initialisers of packages, before the program does anything: %s, most of it %s.", milliseconds(middle(took[""])), strings.Join(parts, ", "))
}
