package app

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"calltab/cmd/calltab/internal/storefile"
	"calltab/cmd/calltab/internal/tlspair"
)

// measure adds what is asked of the parts when Prometheus asks. now is the business clock.
func (a *App) measure(now func() time.Time) {
	m := a.metrics
	m.registry.MustRegister(&keep{look: a.look, now: now, wall: time.Now, turn: gauges{leases: a.leases, held: a.held}},
		validity{a})
	m.yesOrNo("store_writable", "1 while the store takes what is written, 0 while commits fail.",
		func() bool { return !a.held() })
	m.gauge("store_clock_ahead_seconds", "By how much the database's clock is ahead of this machine's, as it answered "+
		"last; less than zero where it is behind, and 0 with a store in a file.",
		func() float64 { return storefile.Ahead(a.Store).Seconds() })
	m.yesOrNo("tls_certificate_usable", "0 while the files of the endpoint's certificate hold what cannot be used and "+
		"the one before is kept; else 1.", func() bool { return a.shown == nil || a.shown.Sound() })
	m.gauge("signing_keys_fetched_timestamp_seconds",
		"When the keys of the Bot Framework were last fetched, by which incoming tokens are checked; 0 before that.",
		func() float64 { return seconds(a.teams.KeysSince()) })
}

// seconds is a moment as Prometheus writes it; 0 for none.
func seconds(at time.Time) float64 {
	if at.IsZero() {
		return 0
	}
	return float64(at.Unix())
}

var (
	descEnds = prometheus.NewDesc("calltab_certificate_expiry_timestamp_seconds",
		"When a certificate ends: the endpoint's (tls), or the one by which the bot signs in (app).",
		[]string{"certificate"}, nil)
	descRenew = prometheus.NewDesc("calltab_certificate_renewal_timestamp_seconds",
		"From when on a certificate should have been replaced: a fifth of its life before its end, thirty days at "+
			"most.",
		[]string{"certificate"}, nil)
)

// validity tells of the certificates that the program has.
type validity struct{ a *App }

// Describe names the metrics.
func (v validity) Describe(ch chan<- *prometheus.Desc) { ch <- descEnds; ch <- descRenew }

// Collect tells of each.
func (v validity) Collect(ch chan<- prometheus.Metric) {
	put := func(name string, ends, renewal time.Time) {
		ch <- prometheus.MustNewConstMetric(descEnds, prometheus.GaugeValue, seconds(ends), name)
		ch <- prometheus.MustNewConstMetric(descRenew, prometheus.GaugeValue, seconds(renewal), name)
	}
	if v.a.shown != nil {
		leaf := v.a.shown.Leaf()
		put("tls", leaf.NotAfter, tlspair.Overdue(leaf))
	}
	if v.a.cfg.Auth == AuthCertificate && len(v.a.cfg.certificate) > 0 {
		leaf := v.a.cfg.certificate[0]
		put("app", leaf.NotAfter, tlspair.Overdue(leaf))
	}
}
