package app

import (
	"errors"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
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
	m := newMetrics(func() (map[string]int, error) { return map[string]int{"waiting": 2, "done": 40}, nil }, func() (int, error) { return 7, nil })
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
	got := scrape(t, m)
	for _, want := range []string{
		`calltab_turns_total{kind="message",result="ok"} 8`,
		`calltab_turn_seconds_bucket{le="0.0025"} 0`,
		`calltab_turn_seconds_bucket{le="0.005"} 8`,
		`calltab_turn_seconds_count 8`,
		`calltab_steps_total{kind="assign",result="done",step="assign-number"} 8`,
		`calltab_step_seconds_sum{kind="assign"} 16`,
		`calltab_graph_calls_total{call="assign number",result="throttled"} 1`,
		`calltab_connector_calls_total{method="post",result="busy"} 8`,
		`calltab_throttled_total{side="connector"} 8`,
		`calltab_throttled_total{side="graph"} 1`,
		`calltab_orders{state="waiting"} 2`,
		`calltab_orders{state="done"} 40`,
		`calltab_outbox_length 7`,
		`# TYPE go_goroutines gauge`,
	} {
		if !strings.Contains(got, want+"\n") {
			t.Errorf("no line %q in\n%s", want, got)
		}
	}
}

func TestMetricsAtStart(t *testing.T) {
	t.Parallel()
	got := scrape(t, newMetrics(nil, nil))
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
	m := newMetrics(func() (map[string]int, error) { return nil, errors.New("closed") }, func() (int, error) { return 0, errors.New("closed") })
	m.Turn("message", "ok", time.Millisecond)
	got := scrape(t, m)
	if !strings.Contains(got, "calltab_turns_total") || strings.Contains(got, "calltab_orders") || strings.Contains(got, "calltab_outbox") {
		t.Errorf("got\n%s", got)
	}
}
