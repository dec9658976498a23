package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

func scrape(t *testing.T, m *metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	m := newMetrics()
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	looks := 0
	m.registry.MustRegister(&keep{now: func() time.Time { return now }, wall: func() time.Time { return now }, look: func(context.Context) (kept, error) {
		looks++
		return kept{states: map[provision.OrderState]int{provision.Waiting: 2, provision.Done: 40},
			oldest: map[provision.OrderState]time.Time{provision.Waiting: now.Add(-time.Hour)}, stuck: 7, since: now.Add(-90 * time.Second), low: 1,
			jobs: map[string]job.Standing{"assign": {Parked: 1}, "tell": {Due: now.Add(-time.Minute)}, "post": {Due: now.Add(time.Minute)}}}, nil
	}})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			m.Turn("message", "ok", 3*time.Millisecond)
			m.Step("assign", "assign-number", "done", 2*time.Second)
			m.Graph("assign number", "ok", false)
			m.Connector("post", "busy", true)
		})
	}
	all.Wait()
	m.Graph("assign number", "throttled", true)
	m.SignIn(sideGraph, provision.Denied)
	m.SignIn(sideConnector, provision.Throttled)
	scrape(t, m)
	got := scrape(t, m)
	if looks != 1 {
		t.Errorf("two scrapes in one moment look %d times at the store", looks)
	}
	for _, want := range []string{
		`calltab_turns_total{kind="message",result="ok"} 8`,
		`calltab_turn_seconds_bucket{kind="message",le="0.0025"} 0`,
		`calltab_turn_seconds_bucket{kind="message",le="0.005"} 8`,
		`calltab_turn_seconds_count{kind="message"} 8`,
		`calltab_steps_total{kind="assign",result="done",step="assign-number"} 8`,
		`calltab_step_seconds_sum{kind="assign"} 16`,
		`calltab_graph_calls_total{call="assign number",result="throttled"} 1`,
		`calltab_connector_calls_total{method="post",result="busy"} 8`,
		`calltab_throttled_total{side="connector"} 8`,
		`calltab_throttled_total{side="graph"} 1`,
		`calltab_orders{state="waiting"} 2`,
		`calltab_orders{state="done"} 40`,
		`calltab_orders_oldest_age_seconds{state="waiting"} 3600`,
		`calltab_orders_oldest_age_seconds{state="parked"} 0`,
		`calltab_outbox_length 7`,
		`calltab_outbox_oldest_age_seconds 90`,
		`calltab_jobs_parked{kind="assign"} 1`,
		`calltab_jobs_overdue_seconds{kind="tell"} 60`,
		`calltab_jobs_overdue_seconds{kind="post"} 0`,
		`calltab_locations_low_stock 1`,
		`calltab_tokens_refused_total{reason="expired"} 0`,
		`calltab_sign_in_failures_total{result="denied",service="graph"} 1`,
		`calltab_sign_in_failures_total{result="unavailable",service="connector"} 1`,
		`calltab_throttled_total{side="sign-in"} 1`,
		`calltab_store_commit_failures_total 0`,
		`# TYPE go_goroutines gauge`,
	} {
		if !strings.Contains(got, want+"\n") {
			t.Errorf("no line %q in\n%s", want, got)
		}
	}
}

func TestMetricsAtStart(t *testing.T) {
	t.Parallel()
	got := scrape(t, newMetrics())
	if !strings.Contains(got, `calltab_throttled_total{side="graph"} 0`+"\n") {
		t.Errorf("a counter has no zero to begin with:\n%s", got)
	}
	if strings.Contains(strings.ReplaceAll(got, "go_goroutines", ""), "go_") || strings.Contains(got, "process_") {
		t.Errorf("more is collected than was meant:\n%s", got)
	}
}

// A store that does not answer takes nothing else away.
func TestMetricsWithoutStore(t *testing.T) {
	t.Parallel()
	m := newMetrics()
	m.registry.MustRegister(&keep{now: time.Now, wall: time.Now, look: func(context.Context) (kept, error) { return kept{}, errors.New("closed") }})
	m.Turn("message", "ok", time.Millisecond)
	got := scrape(t, m)
	if !strings.Contains(got, "calltab_turns_total") || strings.Contains(got, "calltab_orders") || strings.Contains(got, "calltab_outbox") {
		t.Errorf("got\n%s", got)
	}
}

var update = flag.Bool("update", false, "rewrite docs/operation.md's table of metrics")

// described is how a metric names itself: name, help and labels.
var described = regexp.MustCompile(`fqName: "([^"]*)", help: "([^"]*)", .*variableLabels: \{([^}]*)\}`)

// TestMetricsTable: the operators' table has every metric that there is, with its labels and what it says.
func TestMetricsTable(t *testing.T) {
	t.Parallel()
	a := &App{metrics: newMetrics()}
	a.measure(time.Now)
	all := make(chan *prometheus.Desc, 100)
	a.metrics.registry.Describe(all)
	close(all)
	var rows []string
	for d := range all {
		m := described.FindStringSubmatch(d.String())
		if m == nil {
			t.Fatalf("%s is not read", d)
		}
		labels := "none"
		if m[3] != "" {
			labels = "`" + strings.ReplaceAll(m[3], ",", "`, `") + "`"
		}
		rows = append(rows, fmt.Sprintf("| `%s` | %s | %s |", m[1], labels, m[2]))
	}
	slices.Sort(rows)
	const path, begin, end = "../../../../docs/operation.md", "<!-- metrics -->\n", "<!-- /metrics -->"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begin)
	table, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatal("docs/operation.md has no place for the table")
	}
	want := "| metric | labels | what it says |\n|---|---|---|\n" + strings.Join(rows, "\n") + "\n"
	if *update {
		if err := os.WriteFile(path, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if table != want {
		t.Errorf("docs/operation.md is old (go test ./cmd/calltab/internal/app -run MetricsTable -update): it has\n%s\nwant\n%s", table, want)
	}
}

// TestOperatorsFiles: alerts and dashboard ask for metrics that there are, and the runbook has a chapter for each alert,
// with what it means, what to look at and what to do.
func TestOperatorsFiles(t *testing.T) {
	t.Parallel()
	read := func(name string) string {
		text, err := os.ReadFile("../../../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	runbook, alerts, dashboard := read("docs/operation.md"), read("deploy/prometheus/alerts.yaml"), read("deploy/grafana/calltab.json")
	ends := regexp.MustCompile(`_(bucket|sum|count)$`)
	for _, name := range regexp.MustCompile(`calltab_[a-z_]+`).FindAllString(alerts+dashboard, -1) {
		if !strings.Contains(runbook, "\n| `"+name+"` |") && !strings.Contains(runbook, "\n| `"+ends.ReplaceAllString(name, "")+"` |") {
			t.Errorf("there is no metric %s", name)
		}
	}
	tried := read("deploy/prometheus/alerts_test.yaml")
	all := regexp.MustCompile(`- alert: (\w+)`).FindAllStringSubmatch(alerts, -1)
	if len(all) < 10 {
		t.Fatalf("%d alerts are read", len(all))
	}
	for _, m := range all {
		_, chapter, found := strings.Cut(runbook, "\n### "+m[1]+"\n")
		chapter, _, _ = strings.Cut(chapter, "\n##")
		for _, part := range []string{"**Means**", "**Look at**", "**Do**"} {
			if !found || !strings.Contains(chapter, part) {
				t.Errorf("the runbook has no %s of %s", part, m[1])
			}
		}
		if !strings.Contains(alerts, "docs/operation.md#"+strings.ToLower(m[1])+"\n") {
			t.Errorf("%s does not lead to its chapter", m[1])
		}
		if strings.Count(tried, "alertname: "+m[1]+",") < 3 {
			t.Errorf("promtool does not try %s before, while and after it fires", m[1])
		}
	}
}
