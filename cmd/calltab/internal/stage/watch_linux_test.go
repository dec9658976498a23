package stage

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The rules and the dashboard that people install.
const (
	alertsFile    = "../../../../deploy/prometheus/alerts.yaml"
	dashboardFile = "../../../../deploy/grafana/calltab.json"
)

// mostWait ends the waiting for an alert: a busy machine takes a while.
const mostWait = 60 * time.Second

// watcher is a real Prometheus beside the stage, with the rules. What it scrapes is the bot that runs, also after a boot.
type watcher struct {
	t   *testing.T
	s   *Script
	api string
	saw map[string]bool // the dashboard's queries that had data

	duty  *onDuty         // whom Alertmanager tells; nil: there is none
	fired map[string]bool // the alerts that have fired
}

// newWatcher starts Prometheus on the stage. It takes every half a second what a real one takes every half a minute: its
// copy of the rules has "for: 1s" in place of every time, and looks back for 15 seconds in place of minutes. That alerts
// wait as long as they say, promtool's tests beside the rules show.
func newWatcher(t *testing.T, s *Script) *watcher {
	t.Helper()
	w := &watcher{t: t, s: s, saw: map[string]bool{}, fired: map[string]bool{}}
	program, err := exec.LookPath("prometheus")
	if err != nil {
		t.Skip("there is no prometheus here: apt-get install prometheus")
	}
	w.duty = newOnDuty(t)
	target := httptest.NewServer(http.HandlerFunc(w.scrape))
	t.Cleanup(target.Close)
	rules, err := os.ReadFile(alertsFile)
	if err != nil {
		t.Fatal(err)
	}
	rules = regexp.MustCompile(`for: \d+[mh]`).ReplaceAll(rules, []byte("for: 1s"))
	rules = regexp.MustCompile(`\[\d+m\]`).ReplaceAll(rules, []byte("[15s]"))
	dir := t.TempDir()
	config := fmt.Sprintf("global: {scrape_interval: 500ms, scrape_timeout: 400ms, evaluation_interval: 500ms}\nrule_files: [alerts.yaml]\n"+
		"scrape_configs: [{job_name: calltab, static_configs: [{targets: ['%s']}]}]\n%s", target.Listener.Addr(), w.duty.alerting())
	for name, data := range map[string][]byte{"alerts.yaml": rules, "prometheus.yml": []byte(config)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	at := free(t)
	runBeside(t, program, "--config.file="+filepath.Join(dir, "prometheus.yml"), "--storage.tsdb.path="+filepath.Join(dir, "data"),
		"--web.listen-address="+at, "--log.level=warn")
	w.api = "http://" + at + "/api/v1/"
	w.until("Prometheus has scraped", nil, func() bool { return len(w.query(`up{job="calltab"} == 1`)) == 1 })
	return w
}

// scrape hands a scrape on to the bot that runs; without one there is nobody.
func (w *watcher) scrape(rw http.ResponseWriter, _ *http.Request) {
	at := w.s.scraped.Load()
	if at == nil {
		rw.WriteHeader(http.StatusBadGateway)
		return
	}
	resp, err := http.Get("http://" + *at + "/metrics")
	if err != nil {
		rw.WriteHeader(http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()
	rw.Header().Set("Content-Type", resp.Header.Get("Content-Type"))
	_, _ = io.Copy(rw, resp.Body) // Prometheus sees what is missing
}

// get asks Prometheus.
func (w *watcher) get(path string, into any) error {
	resp, err := http.Get(w.api + path)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(into)
}

// query is the values of a query that are numbers.
func (w *watcher) query(expr string) (values []float64) {
	w.t.Helper()
	var answer struct {
		Status, Error string
		Data          struct {
			Result []struct{ Value [2]any }
		}
	}
	if err := w.get("query?query="+url.QueryEscape(expr), &answer); err != nil {
		return nil // it starts
	}
	if answer.Status != "success" {
		w.t.Fatalf("%s: %s", expr, answer.Error)
	}
	for _, r := range answer.Data.Result {
		text, _ := r.Value[1].(string)
		if v, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(v) {
			values = append(values, v)
		}
	}
	return values
}

// firing are the alerts that fire now.
func (w *watcher) firing() (names []string) {
	var answer struct {
		Data struct {
			Alerts []struct {
				State  string
				Labels map[string]string
			}
		}
	}
	if err := w.get("alerts", &answer); err != nil {
		w.t.Fatal(err)
	}
	for _, a := range answer.Data.Alerts {
		if a.State == "firing" && !slices.Contains(names, a.Labels["alertname"]) {
			names = append(names, a.Labels["alertname"])
		}
	}
	slices.Sort(names)
	return names
}

// until waits for a condition, doing something again and again meanwhile.
func (w *watcher) until(what string, act func(), is func() bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), mostWait)
	defer cancel()
	for !is() {
		if ctx.Err() != nil {
			metrics := httptest.NewRecorder()
			w.scrape(metrics, nil)
			w.t.Fatalf("%s: not after %v; firing are %q; the metrics are\n%s", what, mostWait, w.firing(), metrics.Body)
		}
		if act != nil {
			act()
		}
		pause(ctx, 200*time.Millisecond)
	}
}

// fire waits for alerts to fire, with an act that goes on meanwhile.
func (w *watcher) fire(act func(), names ...string) {
	w.t.Helper()
	for _, name := range names {
		w.until(name+" fires", act, func() bool { return slices.Contains(w.firing(), name) })
		w.fired[name] = true
	}
}

// clear waits until nothing fires any more.
func (w *watcher) clear(act func()) {
	w.t.Helper()
	w.until("all is clear", act, func() bool { return len(w.firing()) == 0 })
}

// panels runs every query of the dashboard and notes which have data.
func (w *watcher) panels() (without []string) {
	w.t.Helper()
	raw, err := os.ReadFile(dashboardFile)
	if err != nil {
		w.t.Fatal(err)
	}
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(raw, &dashboard); err != nil {
		w.t.Fatal(err)
	}
	for _, p := range dashboard.Panels {
		for _, target := range p.Targets {
			expr := strings.ReplaceAll(target.Expr, "$__rate_interval", "30s")
			if len(w.query(expr)) > 0 {
				w.saw[expr] = true
			}
			if !w.saw[expr] {
				without = append(without, p.Title+": "+target.Expr)
			}
		}
	}
	return without
}

// runbook runs every query that the runbook has its reader ask, and returns those without data.
func (w *watcher) runbook() (without []string) {
	w.t.Helper()
	text, err := os.ReadFile("../../../../docs/operation.md")
	if err != nil {
		w.t.Fatal(err)
	}
	all := regexp.MustCompile("`(sum [^`]*calltab_[^`]*)`").FindAllStringSubmatch(string(text), -1)
	if len(all) < 3 {
		w.t.Errorf("the runbook has the queries %q", all)
	}
	for _, m := range all {
		if len(w.query(strings.ReplaceAll(m[1], "[15m]", "[15s]"))) == 0 {
			without = append(without, m[1])
		}
	}
	return without
}

// silent are the alerts of the rules that no fault has made fire.
func (w *watcher) silent() (names []string) {
	w.t.Helper()
	rules, err := os.ReadFile(alertsFile)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`- alert: (\w+)`).FindAllSubmatch(rules, -1) {
		if name := string(m[1]); !w.fired[name] {
			names = append(names, name)
		}
	}
	return names
}
