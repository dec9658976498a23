package main

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/admin"
	"calltab/cmd/calltab/internal/doctor"
)

// told is a writer that says when something was written.
type told struct{ lines chan string }

func (w told) Write(p []byte) (int, error) {
	w.lines <- string(p)
	return len(p), nil
}

// TestGreet: the running bot sends a person a card; their press, which comes by the road of every press, ends the
// doctor's waiting.
func TestGreet(t *testing.T) {
	t.Parallel()
	s := newScript(t)
	s.must(t, "say alice help")
	waits := told{make(chan string, 1)}
	var out bytes.Buffer
	done := make(chan error)
	go func() {
		done <- run(t.Context(), []string{"doctor", "--greet", "alice.moreau@alderfinch.example"}, environment(s.Settings()), nil, &out, waits)
	}()
	if line := <-waits.lines; !strings.Contains(line, "Alice Moreau has a card") {
		t.Errorf("it says %s", line)
	}
	s.must(t, "card alice 'A greeting from Calltab'", "click alice 'It has arrived'", "card alice 'Your press has arrived'")
	if err := <-done; err != nil || !strings.Contains(out.String(), "ok         from Teams: Alice Moreau got a card and has pressed its button") {
		t.Errorf("%v: %s", err, &out)
	}
	// That it was answered stays known, beside the bot and without it.
	runs := findingOf(t.Context(), doctor.Machine{Env: environment(s.Settings()), Now: time.Now}, "calltab serve")
	if runs.Verdict != doctor.Fine {
		t.Errorf("beside the bot: %+v", runs)
	}
	known := func(when string) {
		f := findingOf(t.Context(), doctor.Machine{Env: environment(s.Settings()), Now: time.Now}, "from Teams")
		if f.Verdict != doctor.Unchecked || !strings.Contains(f.Found, "A greeting was pressed at 17:") || !strings.Contains(f.Found, "2 March 2026") {
			t.Errorf("%s: %+v", when, f)
		}
	}
	known("beside the bot")
	if err := s.Halt(); err != nil {
		t.Fatal(err)
	}
	known("without it")
	runs = findingOf(t.Context(), doctor.Machine{Env: environment(s.Settings()), Now: time.Now}, "calltab serve")
	if runs.Verdict != doctor.Warning || !strings.Contains(runs.Found, "None runs") {
		t.Errorf("without the bot: %+v", runs)
	}
}

// TestEarlierUnread: where the running program does not say what was tried before, the doctor says so and not that there
// was nothing.
func TestEarlierUnread(t *testing.T) {
	t.Parallel()
	s := newScript(t)
	settings := s.Settings()
	settings["CALLTAB_STORE"] = s.Path("other.db")
	listener, err := net.Listen("unix", admin.SocketOf(settings["CALLTAB_STORE"]))
	if err != nil {
		t.Fatal(err)
	}
	older := &http.Server{Handler: http.NotFoundHandler()}
	go older.Serve(listener)
	t.Cleanup(func() { older.Close() })
	for _, check := range []string{"from Teams", "first phone"} {
		f := findingOf(t.Context(), doctor.Machine{Env: environment(settings), Now: time.Now}, check)
		if f.Verdict != doctor.Unchecked || !strings.Contains(f.Found, "What was tried before could not be read: 404 page not found.") || f.Mend == "" {
			t.Errorf("%+v", f)
		}
	}
}

// TestGreetFails: each way in which the round is not whole is told, with what to do.
func TestGreetFails(t *testing.T) {
	t.Parallel()
	s := newScript(t)
	s.must(t, "say alice help")
	alone := s.Settings()
	alone["CALLTAB_STORE"] = s.Path("other.db")
	database := s.Settings()
	database["CALLTAB_STORE"] = "postgres://calltab@127.0.0.1:1/calltab"
	database["CALLTAB_AUDIT_KEY"] = "the key of the audit trail of an invented organisation"
	for _, c := range []struct {
		who     string
		env     map[string]string
		verdict doctor.Verdict
		says    string
	}{
		{"alice.moreau@alderfinch.example", nil, doctor.Wrong, "no press has come back"},
		{"nobody@alderfinch.example", nil, doctor.Wrong, "has nobody of the name nobody@alderfinch.example"},
		{"erin.walsh@alderfinch.example", nil, doctor.Wrong, "the app is not in their Teams"},
		{"ben.aoki@alderfinch.example", nil, doctor.Wrong, "blocked"},
		{"alice.moreau@alderfinch.example", database, doctor.Wrong, "a store in PostgreSQL has none"},
		{"alice.moreau@alderfinch.example", alone, doctor.Wrong, "No running Calltab"},
	} {
		if c.env == nil {
			c.env = s.Settings()
		}
		f := greetOf(t.Context(), doctor.Machine{Env: environment(c.env), Now: time.Now, Greet: c.who, Tell: func(string) {}, Patience: 1})
		if f.Verdict != c.verdict || !strings.Contains(f.Found, c.says) || f.Mend == "" {
			t.Errorf("%s: %+v", c.who, f)
		}
	}
	// The newest try says that no press came, beside the bot and later.
	f := greetOf(t.Context(), doctor.Machine{Env: environment(s.Settings()), Now: time.Now})
	if f.Verdict != doctor.Unchecked || !strings.Contains(f.Found, "The newest greeting, at 17:") || strings.Contains(f.Found, "was pressed") {
		t.Errorf("after greetings without a press: %+v", f)
	}
	// The first one had a card, and the doctor is gone.
	s.must(t, "click alice 'It has arrived'", "card alice 'Nobody waits for this press any more'")
	ctx, cancel := context.WithCancel(t.Context())
	f = greetOf(ctx, doctor.Machine{Env: environment(s.Settings()), Now: time.Now, Greet: "alice.moreau@alderfinch.example", Tell: func(string) { cancel() }})
	if f.Verdict != doctor.Wrong || !strings.Contains(f.Found, "interrupted") {
		t.Errorf("after an interrupt: %+v", f)
	}
}

// greetOf is what the doctor says of the round.
func greetOf(ctx context.Context, m doctor.Machine) doctor.Finding {
	return findingOf(ctx, m, "from Teams")
}

// findingOf is what the doctor says of a check.
func findingOf(ctx context.Context, m doctor.Machine, check string) (said doctor.Finding) {
	for f := range doctor.Examine(ctx, m) {
		if f.Check == check {
			said = f
		}
	}
	return said
}
