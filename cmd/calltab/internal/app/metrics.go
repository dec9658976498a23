package app

import (
	"net/http"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics counts what the program does, for Prometheus. Its observer methods may be called concurrently and are cheap
// enough for every turn; what can be read from the store is counted when Prometheus asks.
type metrics struct {
	registry  *prometheus.Registry
	turns     *prometheus.CounterVec
	turnTime  prometheus.Histogram
	steps     *prometheus.CounterVec
	stepTime  *prometheus.HistogramVec
	graph     *prometheus.CounterVec
	connector *prometheus.CounterVec
	throttled *prometheus.CounterVec
}

// newMetrics makes a set of its own; nothing is global. orders counts orders by state and outbox the messages that are
// stuck; both are called at each scrape, may be nil, and leave their metric out when they fail. Of the Go runtime only
// the number of goroutines is told, which shows a leak: the library's collectors of the runtime and the process cost
// more memory than all of this.
func newMetrics(orders func() (map[string]int, error), outbox func() (int, error)) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		turns:    counter("turns_total", "Turns answered, by what the person did and how it ended.", "kind", "result"),
		turnTime: prometheus.NewHistogram(histogram("turn_seconds", "Time from a turn's arrival to its answer.", .001,
			.0025, .005, .01, .025, .1, .5, 2, 10)),
		steps: counter("steps_total", "Steps of jobs run, by kind of job, step and result.", "kind",
			"step", "result"),
		stepTime: prometheus.NewHistogramVec(histogram("step_seconds", "Time that a run of a step took.", .01, .1, 1,
			10), []string{"kind"}),
		graph: counter("graph_calls_total", "Calls to Microsoft Graph, by call and result.", "call", "result"),
		connector: counter("connector_calls_total", "Calls to the Bot connector, by method and result.",
			"method", "result"),
		throttled: counter("throttled_total",
			"Calls that were refused because they came too fast, by the other side.", "side"),
	}
	m.registry.MustRegister(m.turns, m.turnTime, m.steps, m.stepTime, m.graph, m.connector, m.throttled,
		state{
			orders: orders, outbox: outbox,
			ordersDesc: prometheus.NewDesc("calltab_orders", "Orders, by state.", []string{"state"}, nil),
			outboxDesc: prometheus.NewDesc("calltab_outbox_length",
				"Messages and card edits that do not get through: tried without success, and tried again.", nil, nil),
		})
	m.registry.MustRegister(prometheus.NewGaugeFunc(
		prometheus.GaugeOpts{Name: "go_goroutines", Help: "Goroutines that exist."},
		func() float64 { return float64(runtime.NumGoroutine()) }))
	// A rate needs a zero to begin with: without it the first throttled call goes unseen.
	m.throttled.WithLabelValues("graph")
	m.throttled.WithLabelValues("connector")
	return m
}

// writable adds whether the store takes what is written.
func (m *metrics) writable(ask func() bool) {
	help := "1 while the store takes what is written, 0 while commits fail."
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "calltab_store_writable", Help: help},
		func() float64 {
			if ask() {
				return 1
			}
			return 0
		}))
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
	m.turnTime.Observe(took.Seconds())
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
		m.throttled.WithLabelValues("graph").Inc()
	}
}

// Connector notes a call to the Bot connector.
func (m *metrics) Connector(method, result string, throttled bool) {
	m.connector.WithLabelValues(method, result).Inc()
	if throttled {
		m.throttled.WithLabelValues("connector").Inc()
	}
}

// Handler serves the metrics in Prometheus's text format.
func (m *metrics) Handler() http.Handler {
	// One scrape at a time: its buffers are the largest thing an idle process holds.
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 1, DisableCompression: true})
}

// state collects what the store knows when it is asked, so that no count can drift from it.
type state struct {
	orders                 func() (map[string]int, error)
	outbox                 func() (int, error)
	ordersDesc, outboxDesc *prometheus.Desc
}

// Describe names the metrics.
func (s state) Describe(ch chan<- *prometheus.Desc) { ch <- s.ordersDesc; ch <- s.outboxDesc }

// Collect asks for the counts.
func (s state) Collect(ch chan<- prometheus.Metric) {
	if s.orders != nil {
		if byState, err := s.orders(); err == nil {
			for name, n := range byState {
				ch <- prometheus.MustNewConstMetric(s.ordersDesc, prometheus.GaugeValue, float64(n), name)
			}
		}
	}
	if s.outbox != nil {
		if n, err := s.outbox(); err == nil {
			ch <- prometheus.MustNewConstMetric(s.outboxDesc, prometheus.GaugeValue, float64(n))
		}
	}
}
