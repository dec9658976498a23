package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
)

// start measures the time from the start of the program to its first answered turn, with everything that the first turn
// has to fetch: the channel's keys and the bot's own token.
func (p *peer) start(b *testing.B) []figure {
	dir := b.TempDir()
	p.run(b, dir).end(b) // makes the store, and warms the file cache
	var took []time.Duration
	for range 15 {
		began := time.Now()
		s := p.run(b, dir)
		if _, err := p.ask(s.url); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
		s.end(b)
	}
	m := share(took, .5)
	return []figure{{"start to the first answered turn, median of 15", "50 ms", milliseconds(m), m > 50*time.Millisecond}}
}

// turns measures one program: idle, one turn after the other, 50 a second, and 64 at once.
func (p *peer) turns(b *testing.B) []figure {
	dir := b.TempDir()
	s := p.run(b, dir)
	p.busily(b, s, 1, time.Second/2)
	time.Sleep(6 * time.Second) // a second after the program has tidied up behind its start
	idle := s.resident()

	single := s.cost(b, func() int { return len(p.busily(b, s, 1, 4*time.Second)) })
	var paced []time.Duration
	fifty := s.cost(b, func() int { paced = p.steadily(b, s, 50, 10*time.Second); return len(paced) })
	var crowd, checks, manies []time.Duration
	warm := p.busily(b, s, 64, *benchLoad/4)
	before, most, own := s.resident(), 0, 0
	const windows = 5 // each beside a verification, so that both meet the same noise
	for range windows {
		checks = append(checks, verification(b, 20_000))
		manies = append(manies, s.cost(b, func() int {
			took := p.busily(b, s, 64, *benchLoad*3/4/windows)
			crowd = append(crowd, took...)
			return len(took)
		}))
		most, own = max(most, before, s.resident()), max(own, s.own())
	}
	after := s.resident()
	check, many := share(checks, .5), share(manies, .5)
	s.end(b)
	p.remembered(b, dir)

	cost := func(what, target string, each time.Duration) figure {
		return figure{what, target, fmt.Sprintf("%d µs = %.1f", each.Microseconds(), float64(each)/float64(check)), each > 10*check}
	}
	return []figure{
		{"an RS256 verification, 2048 bit: processor time", "", fmt.Sprintf("%.1f µs", check.Seconds()*1e6), false},
		cost("a turn under load, 64 at once: processor time", "10 verifications", many),
		// Where the processor sleeps between turns it wakes with cold caches, and each turn has a commit of its own.
		cost("a turn, one after the other: processor time", "", single),
		cost("a turn, 50 a second: processor time", "", fifty),
		{"50 turns a second: median", "3 ms", milliseconds(share(paced, .5)), share(paced, .5) > 3*time.Millisecond},
		{"50 turns a second: 99th percentile", "5 ms", milliseconds(share(paced, .99)), share(paced, .99) > 5*time.Millisecond},
		{"64 connections: turns, all answered and stored", "no error", fmt.Sprintf("%d in %v", len(warm)+len(crowd), *benchLoad), false},
		{"64 connections: turns a second, median", "", fmt.Sprintf("%.0f/s, %s", float64(len(crowd))/(benchLoad.Seconds()*3/4), milliseconds(share(crowd, .5))), false},
		{"resident, idle", "30 MiB", mebibytes(idle), idle > 30<<20},
		{"resident, loaded: after a quarter, most, at the end", "60 MiB", mebibytes(before) + ", " + mebibytes(most) + ", " + mebibytes(after), most > 60<<20},
		{"resident, loaded: most without the program and the store", "", mebibytes(own), false},
	}
}

// busily has so many people write, each as soon as the answer is there, and returns how long the answers took.
func (p *peer) busily(b *testing.B, s *process, people int, long time.Duration) []time.Duration {
	b.Helper()
	end := time.Now().Add(long)
	took := make([][]time.Duration, people)
	var all sync.WaitGroup
	for i := range people {
		all.Go(func() {
			for time.Now().Before(end) {
				d, err := p.ask(s.url)
				if err != nil {
					b.Error(err)
					return
				}
				took[i] = append(took[i], d)
			}
		})
	}
	all.Wait()
	return slices.Concat(took...)
}

// steadily has a user write so often a second, whether or not answers come.
func (p *peer) steadily(b *testing.B, s *process, often int, long time.Duration) []time.Duration {
	b.Helper()
	took := make([]time.Duration, int(long.Seconds())*often)
	var all sync.WaitGroup
	tick := time.NewTicker(time.Second / time.Duration(often))
	defer tick.Stop()
	for i := range took {
		<-tick.C
		all.Go(func() {
			var err error
			if took[i], err = p.ask(s.url); err != nil {
				b.Error(err)
			}
		})
	}
	all.Wait()
	return took
}

// cost is the processor time of the program per turn, of those that do makes and counts.
func (s *process) cost(b *testing.B, do func() int) time.Duration {
	before := spent(b, s.cmd.Process.Pid)
	n := do()
	return (spent(b, s.cmd.Process.Pid) - before) / time.Duration(max(n, 1))
}

// remembered checks that every reply was sent once and that the store holds every conversation.
func (p *peer) remembered(b *testing.B, dir string) {
	if asked, posted := p.asked.Load(), p.posted.Load(); asked != posted {
		b.Errorf("%d turns and %d replies", asked, posted)
	}
	db, err := boltstore.Open(filepath.Join(dir, "calltab.db"), boltstore.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	n := 0
	err = db.View(b.Context(), func(tx provision.Tx) error {
		for range tx.Scan("bot.conversations", "", "") {
			n++
		}
		return nil
	})
	if err != nil || n != conversations {
		b.Errorf("the store holds %d conversations, expected %d: %v", n, conversations, err)
	}
}

// share is the value below which such a part of all lies.
func share(all []time.Duration, part float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(int(part*float64(len(sorted))), len(sorted)-1)]
}
