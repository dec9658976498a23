package main

import (
	"cmp"
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var benchPaced = flag.Duration("paced", 2*time.Second, "how long BenchmarkTurns has people write 50 times a second to one bot in one round, for a kind of turn; 0: not at all")

// atOnce is how many turns a second are paced: as a large company has them on a Monday morning.
const atOnce = 50

// paced are the kinds of turns of which the answer's time is measured.
func paced(k kindOfTurn) bool {
	return slices.Contains([]string{"help", "numbers, a list of ten", "add by user name, first card", "add by name, first card", "find person"}, k.name)
}

// pace has people write so often a second altogether, whether or not the answers come, and returns how long each answer
// took from when its line was due.
func pace(talkers []*talker, often int, long time.Duration, turn func(*talker) error) ([]time.Duration, error) {
	took, errs := make([][]time.Duration, len(talkers)), make([]error, len(talkers))
	each := time.Second / time.Duration(often)
	began := time.Now()
	var all sync.WaitGroup
	for i, t := range talkers {
		all.Go(func() {
			for due := began.Add(time.Duration(i) * each); due.Before(began.Add(long)) && errs[i] == nil; due = due.Add(time.Duration(len(talkers)) * each) {
				time.Sleep(time.Until(due))
				errs[i] = turn(t)
				took[i] = append(took[i], time.Since(due))
			}
		})
	}
	all.Wait()
	return slices.Concat(took...), cmp.Or(errs...)
}

// roundPaced measures the kinds that are paced, once for each bot.
func (m *measurement) roundPaced(b *testing.B, n int) {
	for _, k := range m.kinds {
		if !paced(k) || *benchPaced == 0 {
			continue
		}
		for i := range m.sides {
			s := m.sides[(i+n)%len(m.sides)]
			took, err := pace(s.talkers, atOnce, *benchPaced, k.take)
			if err != nil {
				b.Fatalf("%s of %s: %v", k.name, s.name, err)
			}
			f := m.of(k.name, s.name)
			f.paced = append(f.paced, took...)
		}
	}
}

// pacedTable says how long answers took.
func (m *measurement) pacedTable() string {
	if *benchPaced == 0 {
		return ""
	}
	var w strings.Builder
	fmt.Fprintf(&w, "\nHow long answers take, in milliseconds, where people write %d times a second altogether, whether or not answers come:\n\n", atOnce)
	heads := []string{"turn"}
	for _, s := range m.sides {
		heads = append(heads, s.name+", median", "99 of 100 within")
	}
	fmt.Fprintf(&w, "| %s |\n|%s\n", strings.Join(heads, " | "), strings.Repeat(" --- |", len(heads)))
	for _, k := range m.kinds {
		if !paced(k) {
			continue
		}
		cells := []string{k.name}
		for _, s := range m.sides {
			took := m.of(k.name, s.name).paced
			cells = append(cells, fmt.Sprintf("%.1f", share(took, .5).Seconds()*1000), fmt.Sprintf("%.1f", share(took, .99).Seconds()*1000))
		}
		fmt.Fprintf(&w, "| %s |\n", strings.Join(cells, " | "))
	}
	return w.String()
}
