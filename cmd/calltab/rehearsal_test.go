package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"calltab/cmd/calltab/internal/doctor"
	"calltab/internal/provision"
	"calltab/internal/provision/record"
	"calltab/internal/provision/rehearsal"
)

// tryOut has the doctor try a phone out beside a script's bot, whose time passes meanwhile, and returns its findings
// about that.
func (s *script) tryOut(t *testing.T, test doctor.Test) *trial {
	t.Helper()
	before, _ := s.rehearsals(t)
	return s.tryOutAfter(t, test, before)
}

// tryOutAfter is tryOut where there are so many rehearsals before it: one less, where it follows the last of them.
func (s *script) tryOutAfter(t *testing.T, test doctor.Test, before int) *trial {
	t.Helper()
	got := &trial{told: make(chan struct{})}
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
	select { // what is followed must not be over before the doctor has come to it
	case <-got.told:
	case <-done:
	}
	s.passTime(t, before, done)
	return got
}

// passTime lets time pass once there are more rehearsals than before, or the one at work is followed, until an end, and
// while one is not over. Time that passed while an order was being committed would be taken for its own, and time behind
// the end of a rehearsal would differ from run to run.
func (s *script) passTime(t *testing.T, before int, end <-chan struct{}) {
	t.Helper()
	for {
		select {
		case <-end:
			return
		default:
		}
		if n, open := s.rehearsals(t); n > before && open {
			s.must(t, "advance 5s")
		}
	}
}

// rehearsals counts those that there were, and says whether one is not over.
func (s *script) rehearsals(t *testing.T) (n int, open bool) {
	t.Helper()
	var all []rehearsal.Rehearsal
	err := s.App().Store.View(t.Context(), func(tx provision.Tx) (err error) {
		all, err = record.All[rehearsal.Rehearsal](tx, record.TableRehearsals, "")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return len(all), slices.ContainsFunc(all, func(r rehearsal.Rehearsal) bool { return r.Over.IsZero() })
}

// trial is what the doctor has said.
type trial struct {
	mu       sync.Mutex
	lines    []string
	told     chan struct{} // closed when there is a line
	findings []doctor.Finding
}

func (g *trial) hear(line string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.lines) == 0 {
		close(g.told)
	}
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

// yes is the answer of a person at a terminal, in haste.
func yes(context.Context, string) (string, error) { return "Y ", nil }

// TestRehearsal: a person is given a phone and it is taken back: everything is as it was, the carrier has heard of both,
// and what is open of Microsoft's side is answered.
func TestRehearsal(t *testing.T) {
	t.Parallel()
	s := newScript(t)
	s.must(t, "carrier", "say dana hello")
	got := s.tryOut(t, doctor.Test{Person: "dana reyes", Plan: "unlimited", Ask: yes})
	got.says(t, "first phone", doctor.Fine, "Dana Reyes had a phone that works", "The number is taken back, the policies are put back")
	for _, step := range []string{"check-eligibility", "tell-carrier", "assign-number", "await-operation", "assign-policies", "verify"} {
		got.says(t, "step "+step, doctor.Fine, ": done.")
	}
	got.says(t, "question about voice routing policies", doctor.Fine, "by its name and assigns it")
	got.says(t, "question about Enterprise Voice", doctor.Fine, "Off before, and on after")
	got.says(t, "question about the phone feature", doctor.Fine, "PhoneSystem")
	got.says(t, "question about managers", doctor.Fine, "may read them")
	got.says(t, "question about the operation", doctor.Fine, "bare")
	got.says(t, "question about limits", doctor.Unchecked, "Unknown", "changes and look-ups, 0 were")
	for _, line := range []string{"Dana Reyes (dana.reyes@alderfinch.example) gets a phone for a test", "Number    +12065550101", "Plan      Unlimited",
		"OnlineVoiceRoutingPolicy “Unlimited Calls”", "is told of the line", "at most 30 minutes", "audit trail", "Assign the number: done.", "The phone is being taken back."} {
		if !strings.Contains(got.String(), line) {
			t.Errorf("it does not say %q:\n%s", line, got)
		}
	}
	s.must(t, "order dana cancelled", "number +12065550101 free", "line +12065550101", "graph dana number none", "!see dana 555")
	s.kept(t, doctor.Fine, "A phone was tried out at 17:", "and worked")
}

// kept wants what the doctor says of the newest phone that was tried out, when none is.
func (s *script) kept(t *testing.T, v doctor.Verdict, words ...string) {
	t.Helper()
	f := findingOf(t.Context(), doctor.Machine{Env: environment(s.Settings()), Now: s.Now}, "first phone")
	for _, w := range words {
		if f.Verdict != v || !strings.Contains(f.Found+f.Mend, w) {
			t.Errorf("want %s and %q: %+v", v, w, f)
		}
	}
}

// TestRehearsalRefused: where a phone cannot be tried out, or nobody has agreed to it, nothing is changed, and the
// finding says what to do.
func TestRehearsalRefused(t *testing.T) {
	t.Parallel()
	s := newScript(t)
	s.must(t, "say alice 'add gita boston metered'", "click alice Save", "advance 15m")
	database := s.Settings()
	database["CALLTAB_STORE"] = "postgres://calltab@127.0.0.1:1/calltab"
	database["CALLTAB_AUDIT_KEY"] = "the key of the audit trail of an invented organisation"
	alone := s.Settings()
	alone["CALLTAB_STORE"] = s.Path("other.db")
	no := func(context.Context, string) (string, error) { return "no", nil }
	for _, c := range []struct {
		env     map[string]string
		test    doctor.Test
		verdict doctor.Verdict
		says    string
	}{
		{nil, doctor.Test{Person: "hugo", Ask: yes}, doctor.Wrong, "has no phone licence"},
		{nil, doctor.Test{Person: "gita", Ask: yes}, doctor.Wrong, "+1617"},
		{nil, doctor.Test{Person: "nobody at all", Ask: yes}, doctor.Wrong, "nobody at all"},
		{nil, doctor.Test{Person: "nobody@alderfinch.example", Ask: yes}, doctor.Wrong, "nobody@alderfinch.example"},
		{nil, doctor.Test{Person: "dana reyes", Location: "Atlantis", Ask: yes}, doctor.Wrong, "no location “Atlantis”"},
		{nil, doctor.Test{Person: "dana reyes", Location: "Atlantis", Ask: yes}, doctor.Wrong, "Seattle"},
		{nil, doctor.Test{Person: "dana reyes", Plan: "Golden", Ask: yes}, doctor.Wrong, "no plan “Golden”"},
		{nil, doctor.Test{Person: "dana reyes", Location: "london", Ask: yes}, doctor.Wrong, "--location"},
		{nil, doctor.Test{Person: "dana reyes"}, doctor.Wrong, "without a terminal"},
		{nil, doctor.Test{Person: "dana reyes", Ask: no}, doctor.Unchecked, "not answered with yes"},
		{alone, doctor.Test{Person: "dana reyes", Yes: true}, doctor.Wrong, "No running Calltab"},
		{database, doctor.Test{Person: "dana reyes", Yes: true}, doctor.Wrong, "a store in PostgreSQL has none"},
	} {
		if c.env == nil {
			c.env = s.Settings()
		}
		c.test.Wait = doctor.WaitTime
		f := findingOf(t.Context(), doctor.Machine{Env: environment(c.env), Now: time.Now, Tell: func(string) {}, Test: c.test}, "first phone")
		if f.Verdict != c.verdict || !strings.Contains(f.Found+f.Mend, c.says) || f.Mend == "" {
			t.Errorf("%+v: %+v", c.test, f)
		}
	}
	s.must(t, "records rehearsals 0", "number +12065550101 free")
}

// TestRehearsalFails: what keeps people from their phones is named by its step, with what mends it; it is never green.
func TestRehearsalFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault, mend string
		wait        time.Duration
		step        string
		says        string
		whole       string
	}{
		"carrier refuses":        {"decline +12065550101 'This number is not on your contract.'", "", time.Hour, "step tell-carrier", "not on your contract", "was not given a phone"},
		"policy refused":         {"fault graph POST userAssignments/*.assign status=400 code=BadRequest times=-1", "heal", time.Hour, "step assign-policies", "BadRequest", "was not given a phone"},
		"one policy not allowed": {"fault graph POST userAssignments/*.assign status=403 code=Forbidden times=-1", "heal", 10 * time.Minute, "question about voice routing policies", "does not assign it: denied", "was not given a phone"},
		"no policy allowed":      {"fault graph POST userAssignments status=403 code=Forbidden times=-1", "heal", 10 * time.Minute, "step assign-policies", "waits until Calltab has", "is not taken back yet"},
		"voice stays off":        {"withhold dana enterprise-voice", "", 10 * time.Minute, "question about Enterprise Voice", "still off", "Calling switched on"},
		"feature not named":      {"withhold dana feature", "", 10 * time.Minute, "question about the phone feature", "but: Teams.", "Phone System in Teams"},
		"operation unreadable":   {"fault graph GET /operations status=500 times=-1", "heal", 10 * time.Minute, "step await-operation", "unavailable", "was not given a phone"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScript(t)
			s.must(t, "carrier", c.fault)
			got := s.tryOut(t, doctor.Test{Person: "dana reyes", Yes: true, Wait: c.wait})
			got.says(t, c.step, doctor.Wrong, c.says)
			got.says(t, "first phone", doctor.Wrong, c.whole)
			if c.whole == "is not taken back yet" {
				s.kept(t, doctor.Unchecked, "has not come to its end", "calltab doctor --with-test-user PERSON. Or: Write “parked”")
			}
			if c.mend != "" {
				s.must(t, c.mend)
			}
			defer s.kept(t, doctor.Unchecked, "none was seen to work", "shows what is in the way")
			s.must(t, "advance 3h", "graph dana number none", "graph dana policy none", "number +12065550101 free", "line +12065550101")
		})
	}
}

// TestRehearsalWithoutDoctor: a doctor that is interrupted, and a program that ends, keep nobody's phone. Who asks again
// follows what is at work.
func TestRehearsalWithoutDoctor(t *testing.T) {
	t.Parallel()
	s := newScript(t)
	ctx, interrupt := context.WithCancel(t.Context())
	machine := doctor.Machine{Env: environment(s.Settings()), Now: time.Now, Test: doctor.Test{Person: "dana reyes", Yes: true, Wait: time.Hour, Pause: time.Millisecond}}
	f := s.until(t, ctx, machine, interrupt)
	if f.Verdict != doctor.Wrong || !strings.Contains(f.Found, "Interrupted. The running Calltab goes on") {
		t.Errorf("after an interrupt: %+v", f)
	}
	s.kept(t, doctor.Unchecked, "A phone is being tried out, since 17:", "Follow it")
	got := s.tryOutAfter(t, doctor.Test{Person: "dana reyes"}, 0)
	got.says(t, "first phone", doctor.Fine, "The number is taken back")
	if !strings.Contains(got.String(), "is trying a phone out already: this follows it.") {
		t.Errorf("it does not say that it follows: %s", got)
	}
	s.must(t, "advance 15m")
	f = s.until(t, t.Context(), machine, func() {
		if err := s.Halt(); err != nil {
			t.Error(err)
		}
	})
	if f.Verdict != doctor.Wrong || !strings.Contains(f.Found+f.Matters, "Calltab ended while the phone was tried out.Dana Reyes may have the phone until") {
		t.Errorf("after the end of the program: %+v", f)
	}
	if err := s.Boot(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	s.must(t, "advance 1h", "rehearsal dana ready", "number +12065550101 free", "graph dana number none")
}

// until has a phone tried out until the doctor tells of the first step, does something then, and returns what it says of
// that.
func (s *script) until(t *testing.T, ctx context.Context, m doctor.Machine, do func()) (f doctor.Finding) {
	t.Helper()
	before, _ := s.rehearsals(t)
	lines, step, done := 0, make(chan struct{}), make(chan struct{})
	m.Tell = func(string) {
		if lines++; lines == 2 {
			close(step)
		}
	}
	go func() {
		defer close(done)
		f = findingOf(ctx, m, "first phone")
	}()
	s.passTime(t, before, step)
	do()
	<-done
	return f
}

// TestRehearsalCommand: the command line's part: what is agreed on beforehand, findings for programs, and mistakes.
func TestRehearsalCommand(t *testing.T) {
	t.Parallel()
	s := newScript(t)
	var out, err bytes.Buffer
	failed := run(t.Context(), []string{"doctor", "--with-test-user", "dana reyes"}, environment(s.Settings()), strings.NewReader("yes\n"), &out, &err)
	if exitCode(failed) != exitFailure || !strings.Contains(out.String(), "WRONG      first phone: Nobody can be asked without a terminal.") ||
		!strings.Contains(err.String(), "gets a phone for a test") {
		t.Errorf("%v: %s%s", failed, &out, &err)
	}
	for _, line := range []string{"--yes", "--wait 1h", "--plan metered", "--with-test-user= ", "--with-test-user dana --wait 30s", "--with-test-user dana --wait 25h"} {
		if failed := run(t.Context(), append([]string{"doctor"}, strings.Split(line, " ")...), environment(s.Settings()), nil, &out, &err); exitCode(failed) != exitUsage {
			t.Errorf("%s: %v", line, failed)
		}
	}
	s.must(t, "records rehearsals 0")
	out.Reset()
	told := told{make(chan string, 100)}
	done := make(chan error)
	go func() {
		args := []string{"doctor", "--json", "--with-test-user", "dana reyes", "--yes", "--wait", "1h", "--plan", "metered", "--location", "seattle"}
		done <- run(t.Context(), args, environment(s.Settings()), nil, &out, told)
	}()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		failed = <-done
	}()
	s.passTime(t, 0, ended)
	var all []doctor.Finding
	if e := json.Unmarshal(out.Bytes(), &all); failed != nil || e != nil || all[len(all)-1].Check != "first phone" || all[len(all)-1].Verdict != doctor.Fine {
		t.Errorf("%v, %v: %s", failed, e, &out)
	}
}
