package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	cloud "calltab/internal/sandbox"
)

// BenchmarkSync has the program read a large tenant twice, through pages and throttling as Microsoft's are, and people
// talk to it meanwhile: the first time it reads everybody, the second time what has changed, which is nobody.
func BenchmarkSync(b *testing.B) {
	if _, err := os.Stat(*benchProgram); err != nil {
		b.Skipf("%v: make bench builds it first", err)
	}
	p := newPeer(b, cloud.Config{Crowd: *benchPeople})
	p.cloud.Clock().Run(time.Now)
	ended := make(chan struct{}, 1)
	p.saw = func(_ string, card []byte) {
		if bytes.Contains(card, []byte("Microsoft 365 is read")) {
			ended <- struct{}{}
		}
	}
	s := p.run(b, b.TempDir())
	defer s.end(b)
	if _, err := p.ask(s.url); err != nil {
		b.Fatal(err)
	}
	idle := s.resident()
	for _, round := range []string{"everybody", "what has changed"} {
		before, cpu, began := p.calls(), spent(b, s.cmd.Process.Pid), time.Now()
		if _, err := p.say(s.url, "sync"); err != nil {
			b.Fatal(err)
		}
		took := map[string][]time.Duration{}
		for reading := true; reading; {
			for _, text := range []string{"help", "numbers boston", "sync anders", "find dana.reyes@alderfinch.example"} {
				d, err := p.say(s.url, text)
				if err != nil {
					b.Fatal(err)
				}
				took[text] = append(took[text], d)
			}
			select {
			case <-ended:
				reading = false
			case <-time.After(100 * time.Millisecond):
			}
		}
		fmt.Printf("%s of %d: %.1f s, %d calls to Graph, %.1f s of processor time; resident %s, at most %s, idle %s\n", round, *benchPeople,
			time.Since(began).Seconds(), p.calls()-before, (spent(b, s.cmd.Process.Pid) - cpu).Seconds(), mebibytes(s.resident()), mebibytes(s.peak()), mebibytes(idle))
		for text, all := range took {
			fmt.Printf("    meanwhile %q: %d turns, median %s, 99th percentile %s, at most %s\n", text, len(all),
				milliseconds(share(all, .5)), milliseconds(share(all, .99)), milliseconds(share(all, 1)))
		}
	}
}

// calls counts the requests to Graph so far.
func (p *peer) calls() (n int) {
	for call, times := range p.cloud.Faults().Counts() {
		if strings.HasPrefix(call, "graph ") {
			n += times
		}
	}
	return n
}
