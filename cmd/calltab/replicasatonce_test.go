package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"calltab/internal/provision/pgstore/pgtest"
	"calltab/internal/sandbox/chat"
)

var onceTimes = flag.Int("once", 1000, "how many messages, and how many presses, BenchmarkSameActivity brings to all replicas at once")

// thrice is three replicas as processes to which each activity comes at the same moment.
type thrice struct {
	*siege
	crowd *crowd

	mu    sync.Mutex
	sent  map[string]int // messages of the bot, by who is shown them
	wrong []string       // lines that were not answered with one message
}

// BenchmarkSameActivity brings each message and each press to three replicas at the same moment. Most people open forms
// and press in them, and each message must be answered by exactly one; two order phones, change them and take them back
// meanwhile. All must be answered the same, and what was saved must be done once.
func BenchmarkSameActivity(b *testing.B) {
	if _, err := os.Stat(*benchProgram); err != nil {
		b.Skipf("%v: make siege-once builds it first", err)
	}
	a := &thrice{crowd: &crowd{through: &http.Transport{MaxIdleConnsPerHost: 32}}, sent: map[string]int{},
		siege: &siege{url: pgtest.URL(b), cards: map[string]chat.Message{}, acked: map[string]time.Time{}, logs: map[string]*complaint{},
			deaf: map[string]bool{}}}
	pgtest.Durable(b)
	cfg := swift()
	cfg.Client = &http.Client{Transport: a.crowd}
	a.peer = newPeer(b, cfg)
	a.peer.cloud.Clock().Run(time.Now)
	a.peer.told = a.log
	a.peer.recycle(b, true)
	more := a.peer.everybodyAdmin()
	for name, value := range a.settings() {
		more[name] = value
	}
	more["CALLTAB_SERVICE_URLS"] = a.peer.serviceURL + "," + a.peer.cloud.Chat().ServiceURL()
	var endpoints []string
	for range 3 {
		endpoints = append(endpoints, a.peer.runAs(b, *benchProgram, "", more).url)
	}
	a.crowd.to = func() []string { return endpoints }
	a.untouched(b)
	a.play(b)
	a.settle(b)
	a.judge(b)
	for _, what := range append(a.crowd.apart, a.wrong...) {
		b.Error(what)
	}
	for _, l := range a.logs {
		b.Errorf("logged %d times, the first: %s", l.times, l.first)
	}
	text := a.table()
	fmt.Print("\n" + text)
	writePart(b, "once", text)
}

// play goes on until as many messages and presses have come to all.
func (a *thrice) play(b *testing.B) {
	c := a.peer.cloud.Chat()
	c.SetBot("http://127.0.0.1/api/messages") // the crowd knows where
	defer c.Watch(a.see)()
	defer c.Watch(a.count)()
	end := make(chan struct{})
	people := a.orderers()
	for _, o := range people {
		if _, err := c.Open(b.Context(), o.alias); err != nil {
			b.Fatal(err)
		}
	}
	var all, ordering sync.WaitGroup
	const orderers = 2
	for _, o := range people[:orderers] {
		ordering.Go(func() { o.live(b, end) })
	}
	for _, o := range people[orderers:] {
		all.Go(func() { a.fill(b, o) })
	}
	all.Wait()
	close(end)
	ordering.Wait()
}

// count counts the messages that come.
func (a *thrice) count(e chat.Event) {
	if e.Kind != chat.Sent {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, alias := range e.To {
		a.sent[alias]++
	}
}

// fill has an admin look up people and fill in forms.
func (a *thrice) fill(b *testing.B, o *orderer) {
	for n := 0; a.more(); n++ {
		person := o.about[n%len(o.about)]
		a.one(b, o.alias, "find "+person)
		a.one(b, o.alias, "add "+person+" seattle metered")
		for _, title := range []string{"Another number", "Back"} {
			form := a.peer.cloud.Chat().Last(o.alias)
			if !slices.Contains(chat.Actions(form), title) {
				break // Graph took too long for a form, on a machine that is busy
			}
			if _, err := a.peer.cloud.Chat().Press(b.Context(), o.alias, form.ID, title, nil); err != nil {
				b.Errorf("%s: %v", title, err)
				return
			}
		}
	}
}

// one writes a line, to which exactly one message must have come when the last replica has answered.
func (a *thrice) one(b *testing.B, alias, line string) {
	before := a.of(alias)
	r, err := a.peer.cloud.Chat().Say(b.Context(), alias, chat.Personal, line)
	if err != nil || r.Status != http.StatusOK {
		b.Errorf("%s: answer %d, %v", line, r.Status, err)
	}
	if n := a.of(alias) - before; n != 1 {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.wrong = append(a.wrong, fmt.Sprintf("%q was answered with %d messages", line, n))
	}
}

func (a *thrice) of(alias string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.sent[alias]
}

// more reports whether there were too few so far.
func (a *thrice) more() bool {
	a.crowd.mu.Lock()
	defer a.crowd.mu.Unlock()
	return a.crowd.messages < *onceTimes || len(a.crowd.presses) < *onceTimes
}

func (a *thrice) table() string {
	var w strings.Builder
	fmt.Fprintf(&w, "%s, three replicas and PostgreSQL on one machine, %s, load average at the end %s\n\n", processor(),
		time.Now().UTC().Format(time.DateOnly), strings.Join(strings.Fields(file("/proc/loadavg"))[:3], " "))
	w.WriteString("| came to three replicas at once | how often | answered wrongly |\n| --- | --- | --- |\n")
	fmt.Fprintf(&w, "| messages: one answer, and one message to the person | %d | %d |\n", a.crowd.messages, len(a.wrong))
	fmt.Fprintf(&w, "| presses: the same answer from all three, byte by byte | %d | %d |\n", len(a.crowd.presses), len(a.crowd.apart))
	fmt.Fprintf(&w, "| orders that were saved so and done | %d | %d |\n", len(a.acked), 0)
	fmt.Fprintf(&w, "\nUntil the last of the three had answered a press: median %s, 99 of 100 within %s.\n",
		milliseconds(share(a.crowd.presses, .5)), milliseconds(share(a.crowd.presses, .99)))
	return w.String()
}
