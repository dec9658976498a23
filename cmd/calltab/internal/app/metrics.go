package app

import (
	"net/http"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"calltab/internal/bot/teams"
	"calltab/internal/provision"
)

// metrics counts what the program does, for Prometheus. Its observer methods may be called concurrently and are cheap
// enough for every turn; what the store says is read when Prometheus asks (metrics_kept.go).
type metrics struct {
	registry  *prometheus.Registry
	turns     *prometheus.CounterVec
	turnTime  *prometheus.HistogramVec
	answers   *prometheus.CounterVec
	steps     *prometheus.CounterVec
	stepTime  *prometheus.HistogramVec
	graph     *prometheus.CounterVec
	connector *prometheus.CounterVec
	throttled *prometheus.CounterVec
	tokens    *prometheus.CounterVec
	signIns   *prometheus.CounterVec
	commits   prometheus.Counter
	spans     *prometheus.CounterVec
}

// newMetrics makes a set of its own; nothing is global. Of the Go runtime only the number of goroutines is told, which
// shows a leak: the library's collectors of the runtime and the process cost more memory than all of this.
func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		turns:    counter("turns_total", "Turns answered, by what the person did and how it ended.", "kind", "result"),
		turnTime: prometheus.NewHistogramVec(histogram("turn_seconds", "Time from a turn's arrival to its answer.",
			.001, .0025, .005, .01, .025, .1, .5, 2, 10), []string{"kind"}),
		answers: counter("answers_total", "Turns that the bot answered, by what the person did and what it came to: "+
			"ok, refused, unknown and so on; error is one whose answer is a reference.", "kind", "result"),
		steps: counter("steps_total", "Steps of jobs run, by kind of job, step and result.", "kind",
			"step", "result"),
		stepTime: prometheus.NewHistogramVec(histogram("step_seconds", "Time that a run of a step took.", .01, .1, 1,
			10), []string{"kind"}),
		graph: counter("graph_calls_total", "Calls to Microsoft Graph, by call and result.", "call", "result"),
		connector: counter("connector_calls_total", "Calls to the Bot connector, by method and result.",
			"method", "result"),
		throttled: counter("throttled_total",
			"Calls that were refused because they came too fast, or not made as the other side had asked for a pause, "+
				"by the other side.", "side"),
		tokens: counter("tokens_refused_total", "Bearer tokens of incoming calls that were refused, by why.", "reason"),
		signIns: counter("sign_in_failures_total",
			"Tokens that Microsoft Entra did not give to the bot, by what they are for and how it answered.", "service",
			"result"),
		commits: prometheus.NewCounter(prometheus.CounterOpts{Name: "calltab_store_commit_failures_total",
			Help: "Commits that the store did not take."}),
		spans: counter("trace_spans_total", "Spans of traces, by what became of them: sent to the collector, or "+
			"dropped, as it did not take them.", "result"),
	}
	m.registry.MustRegister(m.turns, m.answers, m.turnTime, m.steps, m.stepTime, m.graph, m.connector, m.throttled,
		m.tokens, m.signIns, m.commits, m.spans)
	m.registry.MustRegister(prometheus.NewGaugeFunc(
		prometheus.GaugeOpts{Name: "go_goroutines", Help: "Goroutines that exist."},
		func() float64 { return float64(runtime.NumGoroutine()) }))
	m.begin()
	return m
}

// begin gives counters a zero: without it the first throttled call goes unseen by a rate.
func (m *metrics) begin() {
	for _, side := range []string{sideGraph, sideConnector, sideSignIn} {
		m.throttled.WithLabelValues(side)
	}
	for _, why := range teams.Refusals() {
		m.tokens.WithLabelValues(why)
	}
	m.Spans(0, 0)
	for _, service := range []string{sideGraph, sideConnector} {
		m.signIns.WithLabelValues(service, "denied")
		m.signIns.WithLabelValues(service, "unavailable")
	}
}

// The other sides, as metrics name them.
const (
	sideGraph     = "graph"
	sideConnector = "connector"
	sideSignIn    = "sign-in"
)

// yesOrNo adds a gauge that is 1 or 0.
func (m *metrics) yesOrNo(name, help string, ask func() bool) {
	m.gauge(name, help, func() float64 {
		if ask() {
			return 1
		}
		return 0
	})
}

// gauge adds what is asked at each scrape.
func (m *metrics) gauge(name, help string, ask func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "calltab_" + name, Help: help}, ask))
}

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "calltab_" + name, Help: help}, labels)
}

func histogram(name, help string, buckets ...float64) prometheus.HistogramOpts {
	return prometheus.HistogramOpts{Name: "calltab_" + name, Help: help, Buckets: buckets}
}

// Turn notes a turn that was answered. kind and result come from small fixed sets, never from outside: each new value
// is kept for ever. That holds for every label below.
func (m *metrics) Turn(kind, result string, took time.Duration) {
	m.turns.WithLabelValues(kind, result).Inc()
	m.turnTime.WithLabelValues(kind).Observe(took.Seconds())
}

// Answered notes what a turn came to for the person.
func (m *metrics) Answered(kind, result string) {
	m.answers.WithLabelValues(kind, result).Inc()
}

// Step notes one run of a job's step.
func (m *metrics) Step(kind, step, result string, took time.Duration) {
	m.steps.WithLabelValues(kind, step, result).Inc()
	m.stepTime.WithLabelValues(kind).Observe(took.Seconds())
}

// Graph notes a call to Microsoft Graph.
func (m *metrics) Graph(call, result string, throttled bool) {
	m.graph.WithLabelValues(call, result).Inc()
	if throttled {
		m.throttled.WithLabelValues(sideGraph).Inc()
	}
}

// Connector notes a call to the Bot connector.
func (m *metrics) Connector(method, result string, throttled bool) {
	m.connector.WithLabelValues(method, result).Inc()
	if throttled {
		m.throttled.WithLabelValues(sideConnector).Inc()
	}
}

// Spans notes spans that were sent, and those that were dropped.
func (m *metrics) Spans(sent, dropped int) {
	m.spans.WithLabelValues("sent").Add(float64(sent))
	m.spans.WithLabelValues("dropped").Add(float64(dropped))
}

// SignIn notes a token that Entra did not give. The result is the kind of the error.
func (m *metrics) SignIn(service string, kind provision.ErrorKind) {
	result := "unavailable"
	if kind == provision.Denied {
		result = kind.String()
	}
	m.signIns.WithLabelValues(service, result).Inc()
	if kind == provision.Throttled {
		m.throttled.WithLabelValues(sideSignIn).Inc()
	}
}

// Handler serves the metrics in Prometheus's text format.
func (m *metrics) Handler() http.Handler {
	// One scrape at a time: its buffers are the largest thing an idle process holds.
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 1, DisableCompression: true})
}
