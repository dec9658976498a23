package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/doctor"
)

// tryOut has the doctor try a phone out beside a script's bot, whose time passes meanwhile, and returns its findings
// about that.
func (s *script) tryOut(t *testing.T, test doctor.Test) *trial {
	t.Helper()
	got := &trial{}
	test.Pause = time.Millisecond
	if test.Wait == 0 {
		test.Wait = doctor.WaitTime
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for f := range doctor.Examine(t.Context(), doctor.Machine{Env: environment(s.Settings()), Now: time.Now, Tell: got.hear, Test: test}) {
			got.findings = append(got.findings, f)
		}
	}()
	for {
		select {
		case <-done:
			return got
		default:
			s.must(t, "advance 10s")
		}
	}
}

// trial is what the doctor has said.
type trial struct {
	mu       sync.Mutex
	lines    []string
	findings []doctor.Finding
}

func (g *trial) hear(line string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.lines = append(g.lines, line)
}

func (g *trial) String() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	var b strings.Builder
	for _, line := range g.lines {
		fmt.Fprintln(&b, "  |", line)
	}
	for _, f := range g.findings {
		if f.Verdict != doctor.Fine || strings.Contains(f.Check, "phone") || strings.HasPrefix(f.Check, "question") {
			fmt.Fprintf(&b, "%+v\n", f)
		}
	}
	return b.String()
}

// says wants a finding with a verdict and some words.
func (g *trial) says(t *testing.T, check string, v doctor.Verdict, words ...string) {
	t.Helper()
	i := slices.IndexFunc(g.findings, func(f doctor.Finding) bool { return f.Check == check })
	if i < 0 {
		t.Errorf("nothing is said of %s:\n%s", check, g)
		return
	}
	f := g.findings[i]
	said := f.Found + "\n" + f.Matters + "\n" + f.Mend
	for _, w := range words {
		if f.Verdict != v || !strings.Contains(said, w) {
			t.Errorf("%s: want %s and %q: %+v\n%s", check, v, w, f, g)
		}
	}
}

// yes is the answer of a person at a terminal.
func yes(context.Context, string) (string, error) { return "yes", nil }

// TestRehearsal: a person is given a phone and it is taken back: everything is as it was, the carrier has heard of both,
// nobody else has heard anything, and what is open of Microsoft's side is answered.
func TestRehearsal(t *testing.T) {
	t.Parallel()
	s := newScript(t)
	s.must(t, "carrier", "say alice hello", "say dana hello")
	got := s.tryOut(t, doctor.Test{Person: "dana.reyes@alderfinch.example", Ask: yes})
	t.Log(got)
	got.says(t, "first phone", doctor.Fine, "Dana Reyes had a phone that works", "as before")
	s.must(t, "order dana cancelled")
}
