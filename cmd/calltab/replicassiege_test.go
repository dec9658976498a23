package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"calltab/internal/provision/pgstore/pgtest"
	"calltab/internal/sandbox/chat"
	"calltab/internal/sandbox/fault"
)

var (
	siegeRounds = flag.Int("siege", 1, "how often BenchmarkReplicas has each fault happen")
	siegeFaults = flag.String("faults", "", "parts of the names of the faults that BenchmarkReplicas has happen, comma-separated; all by default")
	siegeRest   = flag.Duration("rest", 25*time.Second, "how long people go on undisturbed behind each fault of BenchmarkReplicas")
)

// siegeKey signs the trail of the replicas' store.
const siegeKey = "the key of the audit trail of an invented organisation"

// siege is three replicas on one database while people order phones and faults happen.
type siege struct {
	peer    *peer
	pair    *pgtest.Pair // the servers of the database
	url     string       // of the store
	door    *balancer
	all     []*replica
	faults  []*blow
	presses atomic.Int64

	mu          sync.Mutex
	cards       map[string]chat.Message // the newest that can be saved, by person
	acked       map[string]time.Time    // orders whose saving was acknowledged, and when
	alone       map[string]time.Time    // those of them while the only standby was lost, and when it was lost
	posts       []posted
	cardsPosted int
	wrong       []time.Time     // when it was read that something went wrong
	refusals    []time.Time     // when a turn was answered with why it cannot be done now
	deaf        map[string]bool // chats in which a pulse was answered so
	logs        map[string]*complaint
}

// complaint is an error that the replicas log: how often, and the first of them.
type complaint struct {
	times int
	first string
}

// BenchmarkReplicas has people order phones of three replicas on one database while those die, stand still and are
// replaced, and while the database is away. In the end every order that was acknowledged must be done, no number may be
// two people's, and the store must be sound. It prints for how long who was not answered.
func BenchmarkReplicas(b *testing.B) {
	if _, err := os.Stat(*benchProgram); err != nil {
		b.Skipf("%v: make siege builds it first", err)
	}
	pair := pgtest.NewPair(b, true)
	s := &siege{pair: pair, url: pair.URL(), cards: map[string]chat.Message{}, acked: map[string]time.Time{}, logs: map[string]*complaint{},
		alone: map[string]time.Time{}, deaf: map[string]bool{}}
	s.door = &balancer{through: &http.Transport{MaxIdleConnsPerHost: 32}}
	cfg := swift()
	cfg.Client = &http.Client{Transport: s.door}
	cfg.Sleep = func(ctx context.Context, d time.Duration) {
		select {
		case <-ctx.Done():
		case <-time.After(d):
		}
	}
	s.peer = newPeer(b, cfg)
	s.peer.cloud.Clock().Run(time.Now)
	// Calls take as long as they do at Microsoft's, so that a fault meets them under way.
	s.peer.cloud.Faults().Add(fault.Rule{Service: fault.Graph, Method: http.MethodPost, Times: -1, Delay: 400 * time.Millisecond})
	s.peer.cloud.Faults().Add(fault.Rule{Service: fault.Connector, Method: http.MethodPost, Times: -1, Delay: 150 * time.Millisecond})
	s.peer.client.Timeout = turnTime
	s.peer.told = s.log
	s.peer.saw = s.heard
	s.peer.recycle(b, true)
	for i := range 3 {
		r := &replica{name: fmt.Sprint("replica-", i+1), wires: pair.Wires(b)}
		s.begin(b, r, *benchProgram)
		s.all = append(s.all, r)
	}
	s.door.replicas = s.all
	s.untouched(b)
	s.play(b)
	s.settle(b)
	s.judge(b)
	text := s.table()
	fmt.Print("\n" + text)
	writePart(b, "siege", text)
}

// begin starts a replica of a build of the program. Its name is that of its connections.
func (s *siege) begin(b *testing.B, r *replica, program string) {
	b.Helper()
	more := s.peer.everybodyAdmin()
	maps.Copy(more, s.settings())
	more["CALLTAB_STORE"] = s.pair.Wired(r.wires) + "&application_name=" + r.name
	more["CALLTAB_SERVICE_URLS"] = s.peer.serviceURL + "," + s.peer.cloud.Chat().ServiceURL()
	r.becomes(s.peer.runAs(b, program, "", more))
}

// settings are those of the store.
func (s *siege) settings() map[string]string {
	return map[string]string{"CALLTAB_STORE": s.url, "CALLTAB_SHARED_STORE": "1", "CALLTAB_AUDIT_KEY": siegeKey}
}

// play lets people order while each fault happens in turn.
func (s *siege) play(b *testing.B) {
	c := s.peer.cloud.Chat()
	c.SetBot(s.all[0].url) // the door sends it elsewhere
	defer c.Watch(s.see)()
	end := make(chan struct{})
	var all sync.WaitGroup
	for _, r := range s.all {
		all.Go(func() { s.beat(b, r, end) })
	}
	people := s.orderers()
	for _, o := range people {
		if _, err := c.Open(b.Context(), o.alias); err != nil {
			b.Fatal(err)
		}
	}
	for _, o := range people {
		all.Go(func() { o.live(b, end) })
	}
	time.Sleep(*siegeRest / 2)
	for round := range *siegeRounds {
		for _, f := range blows(b) {
			if f.name == undisturbed && round > 0 {
				continue // what the faults before have left would be its own
			}
			meant := func(part string) bool { return strings.Contains(f.name, part) }
			if f.name == undisturbed || slices.ContainsFunc(strings.Split(*siegeFaults, ","), meant) {
				s.strike(b, f)
			}
		}
	}
	close(end)
	all.Wait()
}

// note prints what is worth a look.
func (s *siege) note(b *testing.B, format string, args ...any) {
	b.Logf(time.Now().Format(time.TimeOnly)+" "+format, args...)
}

// log counts the errors that the replicas log.
func (s *siege) log(line []byte) {
	if !bytes.Contains(line, []byte(`"level":"ERROR"`)) && !bytes.HasPrefix(line, []byte("panic")) {
		return
	}
	var said struct{ Msg, Kind, Error string }
	_ = json.Unmarshal(line, &said) // a panic is told as it is
	key := said.Msg + " " + said.Kind + " " + said.Error[strings.LastIndex(said.Error, ": ")+1:]
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.logs[key]
	if l == nil {
		l = &complaint{first: strings.TrimSpace(string(line))}
		s.logs[key] = l
	}
	l.times++
}

// table is what BenchmarkReplicas prints.
func (s *siege) table() string {
	var w strings.Builder
	fmt.Fprintf(&w, "%s, three replicas and PostgreSQL on one machine, %s, load average at the end %s. %d turns, %d of them sent again, %d never answered; "+
		"%d orders acknowledged\n\n", processor(), time.Now().UTC().Format(time.DateOnly), strings.Join(strings.Fields(file("/proc/loadavg"))[:3], " "),
		s.door.turns.Load(), s.door.again.Load(), s.door.notAnswered.Load(), len(s.acked))
	w.WriteString("| fault | longest without an answer | before it | back after | not ready for | slowest turn through the door | slowest order | " +
		"refused, to be tried again | Microsoft's calls repeated | messages twice |\n|" + strings.Repeat(" --- |", 10) + "\n")
	short := func(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }
	for _, f := range s.faults {
		whose, own := "the others: ", short(f.back)
		if len(f.hit) == len(s.all) {
			whose = "all together: "
		}
		if len(f.hit) == 0 {
			whose, own = "each: ", "–"
		}
		cells := []string{f.name, whose + short(f.silent), short(f.before), own, short(f.unready), short(f.turn), short(f.order),
			fmt.Sprint(f.refused), fmt.Sprint(f.repeats), fmt.Sprint(f.twice)}
		fmt.Fprintf(&w, "| %s |\n", strings.Join(cells, " | "))
	}
	for _, line := range slices.Sorted(maps.Keys(s.logs)) {
		fmt.Fprintf(os.Stderr, "%d times, the first: %.500s\n", s.logs[line].times, s.logs[line].first)
	}
	fmt.Fprintf(os.Stderr, "%d cards of orders posted, %d calls for numbers\n", s.cardsPosted, len(s.peer.cloud.Graph().Calls()))
	return w.String()
}
