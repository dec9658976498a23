package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/pgstore/pgtest"
	"calltab/internal/provision/storetest/page"
	"calltab/internal/sandbox/chat"
)

var (
	scaleRounds  = flag.Int("scale", 1, "how often BenchmarkScale orders phones for eleven people, changes them and takes them back; a policy that is given again within a quarter of an hour is waited for")
	scaleNumbers = flag.Int("scalenumbers", 20_000, "how many numbers BenchmarkScale imports, to see how large they are")
	scalePeople  = flag.Int("scalepeople", 5_000, "how many people BenchmarkScale reads, to see how large they are")
)

// scale is one program on PostgreSQL, of which it is measured what turns and orders use up.
type scale struct {
	*siege
	program *process
	rest    usage // of a second in which nobody does anything
	rows    []string
	sizes   []string
}

// usage is what was used up by so many of a thing.
type usage struct {
	n       int
	wall    time.Duration
	program time.Duration // of processors
	base    pgtest.Cost
	commits int64
}

// BenchmarkScale measures what a turn and an order use up in the program and in PostgreSQL, and how large orders, numbers
// and people are there. The program is a process of its own; Microsoft, Teams and who writes are in this one.
func BenchmarkScale(b *testing.B) {
	if _, err := os.Stat(*benchProgram); err != nil {
		b.Skipf("%v: make bench-scale builds it first", err)
	}
	s := &scale{siege: &siege{url: pgtest.URL(b), cards: map[string]chat.Message{}, acked: map[string]time.Time{},
		logs: map[string]*complaint{}, deaf: map[string]bool{}}}
	pgtest.Durable(b)
	s.peer = newPeer(b, swift())
	s.peer.cloud.Clock().Run(time.Now)
	s.peer.recycle(b, false)
	more := s.peer.everybodyAdmin()
	maps.Copy(more, s.settings())
	more["CALLTAB_SERVICE_URLS"] = s.peer.serviceURL + "," + s.peer.cloud.Chat().ServiceURL()
	s.program = s.peer.runAs(b, *benchProgram, "", more)
	check := verification(b, 4000)
	s.measureTurns(b)
	s.measureOrders(b)
	s.program.end(b)
	s.measureNumbers(b)
	s.measurePeople(b)
	text := page.Machine(b, time.Now()) + "; PostgreSQL " + pgtest.Run(b, "show server_version") +
		fmt.Sprintf(". One RS256 verification in this run: %.0f µs\n\n", check.Seconds()*1e6) +
		"| what | processor: program | PostgreSQL | commits of PostgreSQL | its log | syncs of the log |\n|" + strings.Repeat(" --- |", 6) + "\n" +
		strings.Join(s.rows, "") + "\n| what | rows | keys and values | in PostgreSQL, tidied |\n| --- | --- | --- | --- |\n" + strings.Join(s.sizes, "")
	fmt.Print("\n" + text)
	writePart(b, "costs", text)
}

// using is what is used up while something is done, and how often that was.
func (s *scale) using(b *testing.B, do func() int) (u usage) {
	b.Helper()
	base, commits, program, began := pgtest.Spent(b), s.commits(b), used(b, s.program.cmd.Process.Pid), time.Now()
	u.n = do()
	u.wall, u.program = time.Since(began), used(b, s.program.cmd.Process.Pid)-program
	time.Sleep(untilTold)
	u.base, u.commits = pgtest.Spent(b).Less(base), s.commits(b)-commits
	return u
}

// commits is how many commits the store has made in PostgreSQL so far, each for all Updates that waited then.
func (s *scale) commits(b *testing.B) int64 {
	n, err := strconv.ParseInt(pgtest.Run(b, "select commits from "+s.schema()+".calltab_state"), 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func (s *scale) schema() string {
	_, schema, _ := strings.Cut(s.url, "search_path=")
	return schema
}

// row notes what one of so many used up, without what is used up at rest.
func (s *scale) row(what string, u usage) {
	n := float64(max(u.n, 1))
	rests := (u.wall + untilTold).Seconds()
	less := func(all, rest float64) float64 { return max(all-rest*rests, 0) / n }
	s.rows = append(s.rows, fmt.Sprintf("| %s | %.2f ms | %.2f ms | %.2f | %.1f KiB | %.2f |\n", what,
		1000*less(u.program.Seconds(), s.rest.program.Seconds()), 1000*less(u.base.Processor.Seconds(), s.rest.base.Processor.Seconds()),
		less(float64(u.commits), float64(s.rest.commits)), less(float64(u.base.Log)/1024, float64(s.rest.base.Log)/1024),
		less(float64(u.base.Syncs), float64(s.rest.base.Syncs))))
}

// untilTold is how long a server of PostgreSQL may take to tell of its log once it has nothing to do: ten seconds
// (PGSTAT_IDLE_INTERVAL in its postgres.c).
const untilTold = 11 * time.Second

// restTimes is how many seconds of rest are measured.
const restTimes = 10

// measureTurns measures turns of some kinds, eight chats at once.
func (s *scale) measureTurns(b *testing.B) {
	one := &side{name: "Calltab", pid: s.program.cmd.Process.Pid, url: s.program.url}
	s.peer.crewOf(one, 0, served[0])
	one.settle(b)
	time.Sleep(untilTold) // also what that has left to do
	rest := s.using(b, func() int { time.Sleep(restTimes * time.Second); return restTimes })
	parts := int64((rest.wall + untilTold).Seconds())
	s.row("at rest, a second", rest)
	s.rest = usage{program: rest.program / time.Duration(parts), commits: rest.commits / parts,
		base: pgtest.Cost{Processor: rest.base.Processor / time.Duration(parts), Log: rest.base.Log / parts, Syncs: rest.base.Syncs / parts}}
	for _, k := range kindsOfTurns() {
		if !slices.Contains([]string{"help", "status", "add by name, first card", "find person", "form: another, back, another, pick",
			"refresh of a card", "history of a person"}, k.name) {
			continue
		}
		if err := k.begin(one.talkers); err != nil {
			b.Fatalf("%s: %v", k.name, err)
		}
		s.row("a turn: "+k.name, s.using(b, func() int {
			n, err := together(one.talkers, 3*time.Second, 1<<30, k.take)
			if err != nil {
				b.Fatalf("%s: %v", k.name, err)
			}
			return n
		}))
	}
}

// notInSeattle are those who work in other countries, and one who has asked for a phone already.
var notInSeattle = []string{"Felix Okafor", "Henry Cole", "Theo Sands", "Ivy Marsh", "Erin Walsh"}

// measureOrders has phones ordered for eleven people, changed and taken back, from the line to the end of the order.
func (s *scale) measureOrders(b *testing.B) {
	c := s.peer.cloud.Chat()
	c.SetBot(s.program.url)
	defer c.Watch(s.see)()
	people := s.orderers()
	for _, o := range people {
		o.about = slices.DeleteFunc(slices.Clone(o.about), func(name string) bool { return slices.Contains(notInSeattle, name) })
		if _, err := c.Open(b.Context(), o.alias); err != nil {
			b.Fatal(err)
		}
	}
	before := s.content(b)
	kinds := []string{"add %s seattle metered", "change plan %s unlimited", "release %s"}
	of := make([]usage, len(kinds))
	for range *scaleRounds {
		for i, line := range kinds {
			u := s.using(b, func() int { return s.orderAll(b, people, line) })
			of[i].n += u.n
			of[i].wall += u.wall + untilTold
			of[i].program += u.program
			of[i].commits += u.commits
			of[i].base.Processor += u.base.Processor
			of[i].base.Log += u.base.Log
			of[i].base.Syncs += u.base.Syncs
		}
	}
	all := 0
	for i, what := range []string{"a phone ordered", "a plan changed", "a phone taken back"} {
		of[i].wall -= untilTold
		s.row("an order, its two turns, its steps and messages: "+what, of[i])
		all += of[i].n
	}
	s.size("an order, with what was said about it", before, s.content(b), all)
}

// orderAll has all of them order for each of their people, and returns how many orders were done.
func (s *scale) orderAll(b *testing.B, people []*orderer, line string) (done int) {
	var all sync.WaitGroup
	saved := make([]int, len(people))
	for i, o := range people {
		all.Go(func() {
			for _, name := range o.about {
				for try := 0; !o.order(b, fmt.Sprintf(line, name)); try++ {
					if try == 20 {
						b.Errorf("%s: no card to save: %s", o.alias, o.newestText(o.alias))
						return
					}
					time.Sleep(500 * time.Millisecond)
				}
				saved[i]++
			}
		})
	}
	all.Wait()
	for end := time.Now().Add(patience); s.atWork(b) && time.Now().Before(end); {
		time.Sleep(500 * time.Millisecond)
	}
	for _, n := range saved {
		done += n
	}
	return done
}

// atWork reports whether an order goes on by itself. One that waits for an approval does not.
func (s *scale) atWork(b *testing.B) bool {
	for _, o := range s.stored(b).orders {
		switch o.State {
		case provision.Approved, provision.Running, provision.Waiting:
			return true
		}
	}
	return false
}
