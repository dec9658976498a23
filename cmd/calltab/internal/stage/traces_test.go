package stage

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"calltab/cmd/calltab/internal/testlog"
	"calltab/cmd/calltab/internal/trace/tracetest"
	"calltab/internal/provision"
	cloud "calltab/internal/sandbox"
	"calltab/internal/sandbox/chat"
)

// traced has the bot of a stage tell a collector, from its next start on, and starts it again.
func traced(t *testing.T, s *Stage, url string) {
	t.Helper()
	s.more = map[string]string{"CALLTAB_TRACES": url}
	again(t, s)
}

// again ends the bot and starts it anew. With its end all spans are sent.
func again(t *testing.T, s *Stage) {
	t.Helper()
	if err := s.Halt(); err != nil {
		t.Fatal(err)
	}
	if err := s.Boot(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
}

// line is what a line of the log says, as far as traces are concerned.
type line struct {
	Msg       string `json:"msg"`
	What      string `json:"what"`
	Job       string `json:"job_key"`
	Order     string `json:"order"`
	Reference string `json:"reference"`
	Trace     string `json:"trace_id"`
	Span      string `json:"span_id"`
}

// forget drops what was logged so far.
func (s *shared) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Reset()
}

func (s *shared) read(t *testing.T) (all []line) {
	t.Helper()
	for _, text := range s.lines() {
		var l line
		if text != "" && json.Unmarshal([]byte(text), &l) != nil {
			t.Errorf("no line of JSON: %s", text)
		}
		all = append(all, l)
	}
	return all
}

// TestReferenceLeadsToTheTrace: what a card gives as its reference finds the spans of its turns and steps, and every
// line of a turn and a step names its span. The steps are in the trace of the turn that saved the order, also those
// that another run of the program took up.
func TestReferenceLeadsToTheTrace(t *testing.T) {
	t.Parallel()
	collector := tracetest.New(t)
	var log shared
	stage, err := Start(context.WithoutCancel(t.Context()), cloud.Config{}, t.TempDir(), slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stage.Close(); err != nil {
			t.Error(err)
		}
	})
	var unreadable atomic.Bool
	stage.seams.Store = func(st provision.Store) provision.Store { return failing{st, &unreadable} }
	traced(t, stage, collector.URL())
	log.forget()
	s := &Script{Stage: stage, out: testlog.Writer{T: t}}
	s.must(t, "say alice 'add sven seattle metered +12065550145'", "click alice Save")
	again(t, stage)
	s.must(t, "advance 15m", "order sven done")
	order, err := s.newestOrder(t.Context(), "sven")
	if err != nil {
		t.Fatal(err)
	}
	unreadable.Store(true)
	if _, err := s.cloud.Chat().Say(t.Context(), "alice", chat.Personal, "status"); err != nil {
		t.Fatal(err)
	}
	unreadable.Store(false)
	again(t, stage)

	spans := map[string]tracetest.Span{}
	about := map[string]int{} // names of the order's spans
	save := tracetest.Span{}
	for _, one := range collector.Spans() {
		spans[one.ID] = one
		if one.Attributes["calltab.order"] != string(order.ID) {
			continue
		}
		about[one.Name]++
		if one.Attributes["calltab.what"] == "order.save" {
			save = one
		}
	}
	for _, name := range []string{"message add", "action order.save", "add check-eligibility", "add assign-number", "watch-readiness watch-readiness", "tell post"} {
		if about[name] == 0 {
			t.Errorf("the order's reference finds no span %q: %v", name, about)
		}
	}
	if save.Trace == "" {
		t.Fatalf("no turn has saved the order: %v", about)
	}
	reads, posts := 0, 0
	for _, one := range spans {
		step := one.Attributes["calltab.step"] != "" && one.Attributes["calltab.order"] == string(order.ID)
		if step && one.Attributes["calltab.kind"] != "watch-draft" && one.Trace != save.Trace {
			t.Errorf("the step is in another trace than the turn that saved its order: %+v", one)
		}
		up := spans[one.Parent].Attributes["calltab.order"] == string(order.ID)
		if up && strings.HasPrefix(one.Name, "graph ") {
			reads++
		}
		if up && one.Name == "connector post" {
			posts++
		}
	}
	if reads == 0 || posts == 0 {
		t.Errorf("of the order's turns and steps %d calls to Graph and %d messages are told", reads, posts)
	}

	lines, failed := 0, 0
	for _, l := range log.read(t) {
		if l.Msg != "turn" && l.Msg != "step" && l.Reference == "" {
			continue
		}
		one, told := spans[l.Span]
		if !told || one.Trace != l.Trace {
			t.Errorf("the line leads to no span: %+v", l)
		}
		lines++
		if l.Reference == "" || l.Msg != "turn" {
			continue
		}
		failed++
		if one.Attributes["calltab.reference"] != l.Reference || !one.Failed {
			t.Errorf("what went wrong is %+v, and in its trace %+v", l, one)
		}
		s.must(t, "see alice 'reference "+l.Reference+"'")
	}
	if lines == 0 || failed == 0 {
		t.Errorf("%d lines lead to spans, %d of them have a reference", lines, failed)
	}
}

// TestTracesSayNothingOfPeople: whatever people write and whatever goes wrong, what is sent to a collector has no name,
// user name, mail address or object id of anybody, no number, no word that a person wrote, and no address.
func TestTracesSayNothingOfPeople(t *testing.T) {
	t.Parallel()
	collector := tracetest.New(t)
	var people []string
	wrote := map[string]bool{}
	for _, name := range []string{"ask-back", "csv", "own-words", "connector-down"} {
		text, err := os.ReadFile("../../testdata/" + name + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		s := newTestStage(t)
		traced(t, s, collector.URL())
		playOn(t, s, name, text)
		again(t, s)
		for _, p := range s.cloud.Org().People {
			people = append(people, p.ID, p.UPN, p.Mail, p.GivenName, p.Surname)
		}
		for _, quoted := range regexp.MustCompile(`(?m)^(?:say|click) .*'([^']+)'`).FindAllStringSubmatch(string(text), -1) {
			wrote[quoted[1]] = strings.Contains(quoted[1], " ")
		}
	}
	for i := range people {
		people[i] = strings.ToLower(people[i])
	}
	form := map[string]*regexp.Regexp{"calltab.attempt": regexp.MustCompile(`^[0-9]{1,3}$`),
		"calltab.order": regexp.MustCompile(`^[a-z2-7]{10}$`), "calltab.reference": regexp.MustCompile(`^[a-z0-9]{1,10}$`)}
	word := regexp.MustCompile(`^[a-z]+([ ._-][a-z]+)*$`)
	spans := collector.Spans()
	kinds := map[int]int{}
	for _, one := range spans {
		kinds[one.Kind]++
		texts := map[string]string{"name": one.Name}
		for key, text := range one.Attributes {
			texts[key] = text
		}
		for key, text := range texts {
			if of := form[key]; of != nil {
				if !of.MatchString(text) {
					t.Errorf("%s is %q", key, text)
				}
				continue
			}
			if !word.MatchString(text) || wrote[text] {
				t.Errorf("%s is %q, which is no word of the program's", key, text)
			}
			for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r < 'a' || r > 'z' }) {
				if slices.Contains(people, part) {
					t.Errorf("%s is %q, and somebody's name is %s", key, text, part)
				}
			}
		}
	}
	if len(spans) < 200 || kinds[2] < 50 || kinds[3] < 50 || kinds[5] < 50 {
		t.Errorf("only %d spans were looked at, by kind %v", len(spans), kinds)
	}
}
