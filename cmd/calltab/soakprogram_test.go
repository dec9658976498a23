package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"calltab/internal/sandbox/chat"
)

// soak is one seed being played.
type soak struct {
	*soaked
	peer    *peer
	dir     string
	program *process

	mu    sync.Mutex
	cards map[string][]chat.Message // the newest of each person
	wrong []string                  // texts that nobody should read
}

// begin starts the program, and has Teams send to it.
func (o *soak) begin(b *testing.B) {
	more := o.peer.everybodyAdmin()
	more["CALLTAB_SERVICE_URLS"] = o.peer.serviceURL + "," + o.peer.cloud.Chat().ServiceURL()
	o.program = o.peer.runAs(b, *benchProgram, o.dir, more)
	o.peer.cloud.Chat().SetBot(o.program.url)
}

// everyKind has each kind of turn answered some times.
func (o *soak) everyKind(b *testing.B) {
	const each = 40
	one := &side{name: "Calltab", pid: o.program.cmd.Process.Pid, url: o.program.url}
	o.peer.crewOf(one, 100, served[0])
	one.settle(b)
	for _, k := range kindsOfTurns() {
		if err := k.begin(one.talkers); err != nil {
			b.Fatal(err)
		}
		if _, err := together(one.talkers, time.Minute, each, k.take); err != nil {
			b.Fatal(err)
		}
	}
}

// play lets everybody do as they like for so long. Calls fail meanwhile, and in the first part of the time the program
// dies and is stopped; the last part is left to one program, so that what is read at the end is of one that worked.
func (o *soak) play(b *testing.B, long time.Duration) {
	c := o.peer.cloud.Chat()
	end := time.Now().Add(long)
	stopped := c.Watch(o.see)
	defer stopped()
	var all sync.WaitGroup
	for _, who := range o.players() {
		if _, err := c.Open(b.Context(), who.alias); err != nil {
			b.Fatal(err)
		}
		all.Go(func() { who.live(b, end) })
	}
	dice := o.diceOf(1000)
	restarts := time.Now().Add(long * 6 / 10)
	next := time.Now().Add(long / 20)
	for time.Now().Before(end) {
		time.Sleep(time.Second / 2)
		o.most = max(o.most, o.program.own())
		o.trouble(dice)
		if now := time.Now(); now.After(next) && now.Before(restarts) {
			o.restart(b, dice)
			next = time.Now().Add(long/20 + time.Duration(dice.Int64N(int64(long/10))))
		}
	}
	o.busy = o.program.read(b)
	all.Wait()
	o.peer.cloud.Faults().Clear()
	for _, text := range o.wrong {
		b.Errorf("seed %d: %s", o.seed, text)
	}
}

// trouble has a call to Microsoft fail now and then, and all of them go through again.
func (o *soak) trouble(dice *rand.Rand) {
	switch n := dice.IntN(40); {
	case n < 6:
		o.peer.cloud.Faults().Add(soakFaults[dice.IntN(len(soakFaults))])
		o.faults++
	case n == 6:
		o.peer.cloud.Faults().Clear()
	}
}

// restart ends the program, by a signal that it can handle or by one that it cannot, and starts it again.
func (o *soak) restart(b *testing.B, dice *rand.Rand) {
	if dice.IntN(2) == 0 {
		o.program.end(b)
		o.stops++
	} else {
		if err := o.program.cmd.Process.Signal(syscall.SIGKILL); err != nil {
			b.Fatal(err)
		}
		_ = o.program.cmd.Wait() // says that it was killed
		o.kills++
	}
	o.begin(b)
}

// reading is what a program has at one moment: memory in bytes, and descriptors and goroutines.
type reading struct{ own, ofFiles, descriptors, goroutines int }

func (s *process) read(b *testing.B) reading {
	b.Helper()
	open, err := os.ReadDir("/proc/" + strconv.Itoa(s.cmd.Process.Pid) + "/fd")
	if err != nil {
		b.Skipf("needs Linux: %v", err)
	}
	r := reading{own: s.own(), ofFiles: s.memory("RssFile:"), descriptors: len(open)}
	r.goroutines = s.scrape(b)["go_goroutines"]
	return r
}

// How long the program is left alone before it is read: until it has given memory back, and until its connections,
// which end by themselves after a minute and a half, are gone.
const (
	tidied = 15 * time.Second
	alone  = 100 * time.Second
)

// atRest reads what a program has once it has had nothing to do for so long.
func (o *soak) atRest(b *testing.B, long time.Duration) reading {
	b.Helper()
	o.peer.client.CloseIdleConnections()
	time.Sleep(long)
	return o.program.read(b)
}

// scrape reads the program's metrics, those of one name added up.
func (s *process) scrape(b *testing.B) map[string]int {
	b.Helper()
	req, err := http.NewRequest(http.MethodGet, s.metrics, nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.Fatal(err)
	}
	all := map[string]int{}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		name, _, _ = strings.Cut(name, "{")
		if n, err := strconv.Atoi(value[strings.LastIndexByte(value, ' ')+1:]); err == nil {
			all[name] += n
		}
	}
	return all
}

// soakTable is what BenchmarkSoak prints.
func soakTable(before size, all []*soaked) string {
	var w strings.Builder
	fmt.Fprintf(&w, "%s, %d cores, %s, %s, %d seeds of %v over %d numbers, load average at the end %s\n\n", processor(), runtime.NumCPU(),
		runtime.Version(), time.Now().UTC().Format(time.DateOnly), len(all), *soakTime/time.Duration(*soakSeeds), *soakNumbers,
		strings.Join(strings.Fields(file("/proc/loadavg"))[:3], " "))
	heads := []string{"what"}
	for _, o := range all {
		heads = append(heads, fmt.Sprint("seed ", o.seed))
	}
	fmt.Fprintf(&w, "| %s |\n|%s\n", strings.Join(heads, " | "), strings.Repeat(" --- |", len(heads)))
	row := func(what string, of func(*soaked) string) {
		cells := []string{what}
		for _, o := range all {
			cells = append(cells, of(o))
		}
		fmt.Fprintf(&w, "| %s |\n", strings.Join(cells, " | "))
	}
	memory := func(r reading) string { return mebibytes(r.own) + " + " + mebibytes(r.ofFiles) }
	counts := func(r reading) string { return fmt.Sprintf("%d, %d", r.descriptors, r.goroutines) }
	row("anonymous memory + pages of files: after the start", func(o *soaked) string { return memory(o.start) })
	row("at rest after all kinds of turns", func(o *soaked) string { return memory(o.kinds) })
	row("at the end, people still writing", func(o *soaked) string { return memory(o.busy) })
	row("at rest after the end", func(o *soaked) string { return memory(o.end) })
	row("most anonymous memory", func(o *soaked) string { return mebibytes(o.most) })
	row("descriptors, goroutines: after the start", func(o *soaked) string { return counts(o.start) })
	row("at rest after all kinds of turns", func(o *soaked) string { return counts(o.kinds) })
	row("at rest after the end", func(o *soaked) string { return counts(o.end) })
	row("turns, those that died with the program and were sent again", func(o *soaked) string {
		return fmt.Sprintf("%d, %d", o.counted.Load(), o.lost.Load())
	})
	row("faults, stops, kills", func(o *soaked) string { return fmt.Sprintf("%d, %d, %d", o.faults, o.stops, o.kills) })
	row("orders", func(o *soaked) string { return fmt.Sprint(o.orders) })
	row(fmt.Sprintf("keys and values in the store, %s before: growth an order, with all that was said", mebibytes(int(before.content))), func(o *soaked) string {
		return fmt.Sprintf("%.1f KiB", float64(o.after.content-before.content)/float64(max(o.orders, 1))/1024)
	})
	row(fmt.Sprintf("file of the store, %s before", mebibytes(int(before.file))), func(o *soaked) string { return mebibytes(int(o.after.file)) })
	row("check and audit verify, both sound", func(o *soaked) string { return o.checked.Round(100 * time.Millisecond).String() })
	return w.String()
}
