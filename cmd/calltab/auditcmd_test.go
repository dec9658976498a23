package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/audit"
)

// TestAuditTrail: with the program running and without it, the trail is verified, exported and verified as a file; from
// the file the inventory can be worked out; and what was tampered with is named.
func TestAuditTrail(t *testing.T) {
	t.Parallel()
	s := newScript(t)
	s.must(t, "say alice 'add dana seattle unlimited +12065550160'", "click alice Save", "advance 15m", "order dana done",
		"say alice 'add gita boston metered +16175550106'", "say mallory 'find dana'", "say alice 'block +12065550161'")
	o := &office{t, s.Path(""), environment(map[string]string{"CALLTAB_STORE": s.Path("calltab.db"), "CALLTAB_APP_TENANT": string(s.Tenant())})}
	said := o.run("", "audit", "verify")
	if !strings.HasPrefix(said, "The audit trail is whole: ") {
		t.Fatal(said)
	}
	head := strings.TrimSuffix(said[strings.LastIndexByte(said, ' ')+1:], ".\n")
	file := filepath.Join(s.Path(""), "trail.jsonl")
	if got := o.run("", "audit", "export", "-o", file); got != "" {
		t.Fatal(got)
	}
	if got := o.run("", "audit", "verify", file); !strings.HasPrefix(got, "The file is what was written: tenant "+string(s.Tenant())) {
		t.Error(got)
	}
	want := map[provision.E164]provision.Number{}
	for n, err := range s.App().Service.EachNumber(t.Context(), s.Tenant()) {
		if err != nil {
			t.Fatal(err)
		}
		want[n.E164] = provision.Number{E164: n.E164, Location: n.Location, State: n.State, User: n.User, Order: n.Order}
	}
	if got := replayed(t, file); !maps.Equal(got, want) {
		t.Errorf("the file makes %d numbers, and there are %d; Dana's is %+v", len(got), len(want), got["+12065550160"])
	}

	// Later, the earlier head must still be there.
	s.must(t, "say alice 'unblock +12065550161'")
	if got := o.run("", "audit", "verify", "--head", head); !strings.HasPrefix(got, "The audit trail is whole") {
		t.Error(got)
	}
	forged := strings.Repeat("0", 64)
	if got := o.run("", "audit", "verify", "--head", "5:"+forged); !strings.HasPrefix(got, "error 1: ") || !strings.Contains(got, "link 5 is not the one") {
		t.Error(got)
	}
	for _, args := range [][]string{{"--head", "5"}, {"--head", "x:00"}, {filepath.Join(s.Path(""), "nowhere")}} {
		if got := o.run("", append([]string{"audit", "verify"}, args...)...); !strings.HasPrefix(got, "error 2: ") {
			t.Errorf("%v: %s", args, got)
		}
	}
	for _, args := range [][]string{{"--since", "soon"}, {"--format", "xml"}} {
		if got := o.run("", append([]string{"audit", "export"}, args...)...); !strings.HasPrefix(got, "error 2: ") {
			t.Errorf("%v: %s", args, got)
		}
	}

	// A spreadsheet takes no cell for a formula, and has every link.
	rows, err := csv.NewReader(strings.NewReader(o.run("", "audit", "export", "--format", "csv"))).ReadAll()
	if err != nil || len(rows) < 15 {
		t.Fatal(len(rows), err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
				t.Errorf("a cell begins with %q", cell[:1])
			}
		}
	}
	if got := o.run("", "audit", "export", "--since", "2026-03-01"); strings.HasPrefix(got, "error") || !strings.Contains(got, "order.done") {
		t.Error(got)
	}

	// Without the program, on the store itself; and a flipped byte of the file is named by its line.
	if err := s.Halt(); err != nil {
		t.Fatal(err)
	}
	if got := o.run("", "audit", "verify", "--head", head); !strings.HasPrefix(got, "The audit trail is whole") {
		t.Error(got)
	}
	for _, verb := range []string{"verify", "export"} { // a tenant that is mistyped has no trail, which is not a whole one
		if got := o.run("", "audit", verb, "--tenant", "7e000000-0000-4000-8000-00000000000f"); !strings.Contains(got, "no audit trail of tenant") {
			t.Errorf("%s: %s", verb, got)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(text, []byte("order.submitted"))
	text[at] ^= 1
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	line := fmt.Sprintf("line %d", 1+bytes.Count(text[:at], []byte("\n")))
	if got := o.run("", "audit", "verify", file); !strings.HasPrefix(got, "error 1: ") || !strings.Contains(got, line) {
		t.Errorf("flipped in %s: %s", line, got)
	}
	if err := s.Boot(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// replayed is the inventory that an exported trail makes.
func replayed(t *testing.T, file string) map[provision.E164]provision.Number {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, links, _ := bytes.Cut(text, []byte("\n"))
	got, err := audit.Replay(func(yield func(provision.AuditEvent, error) bool) {
		for line := range bytes.Lines(links) {
			var e provision.AuditEvent
			if err := json.Unmarshal(line, &e); !yield(e, err) {
				return
			}
		}
	}, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return got
}
