package app

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
	"calltab/internal/provision/order"
	"calltab/internal/provision/routes"
	"calltab/internal/provision/stock"
)

// mostLooked bounds how many records of one sort a scrape looks at: counts are kept by the store, and only the age of
// what is at work, and what does not get through, is looked up.
const mostLooked = 2000

// keptTime is how long a look at the store serves: several Prometheus servers, or one in a hurry, cost no more than
// one.
const keptTime = 5 * time.Second

// kept is what the store says of the work. Times are by the business clock.
type kept struct {
	states map[provision.OrderState]int
	oldest map[provision.OrderState]time.Time
	jobs   map[string]job.Standing
	stuck  int       // messages that do not get through
	since  time.Time // of the first of them
	low    int       // locations
	silent int       // plans
}

// keep collects what the store says, so that no count can drift from it. Where the store does not answer its metrics
// are left out.
type keep struct {
	look func(context.Context) (kept, error)
	now  func() time.Time // business time
	wall func() time.Time

	turn gauges // of several replicas one tells it

	mu   sync.Mutex
	last kept
	at   time.Time // by the wall clock; zero: not yet
}

var (
	descOrders = prometheus.NewDesc("calltab_orders", "Orders, by state.", []string{"state"}, nil)
	descOldest = prometheus.NewDesc("calltab_orders_oldest_age_seconds",
		"For how long the oldest order has been in a state that is not its end.", []string{"state"}, nil)
	descOutbox = prometheus.NewDesc("calltab_outbox_length",
		"Messages and card edits that do not get through: tried without success, and tried again.", nil, nil)
	descOutboxAge = prometheus.NewDesc("calltab_outbox_oldest_age_seconds",
		"For how long the oldest message or card edit that does not get through has been tried; 0 without one.",
		nil, nil)
	descParked = prometheus.NewDesc("calltab_jobs_parked",
		"Jobs that have stopped and wait for a person, by kind.", []string{"kind"}, nil)
	descOverdue = prometheus.NewDesc("calltab_jobs_overdue_seconds",
		"For how long the job that should have run first has been due, by kind; 0 where none is.",
		[]string{"kind"}, nil)
	descLow = prometheus.NewDesc("calltab_locations_low_stock",
		"Locations with fewer free numbers than their warning line.", nil, nil)
	descSilent = prometheus.NewDesc("calltab_plans_at_fault",
		"Plans over whose policies calls do not get out, by the newest nightly reading; 0 where there is none of the "+
			"last three days.", nil, nil)
)

// Describe names the metrics.
func (k *keep) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descOrders, descOldest, descOutbox, descOutboxAge, descParked, descOverdue,
		descLow, descSilent} {
		ch <- d
	}
}

// Collect asks the store, or remembers what it just said.
func (k *keep) Collect(ch chan<- prometheus.Metric) {
	now, ok := k.ask()
	if !ok {
		return
	}
	put := func(d *prometheus.Desc, value float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	for state, n := range now.states {
		put(descOrders, float64(n), string(state))
	}
	for _, state := range []provision.OrderState{provision.Pending, provision.Approved, provision.Running,
		provision.Waiting, provision.Parked} {
		put(descOldest, k.age(now.oldest[state]), string(state))
	}
	for kind, s := range now.jobs {
		put(descParked, float64(s.Parked), kind)
		put(descOverdue, k.age(s.Due), kind)
	}
	put(descOutbox, float64(now.stuck))
	put(descOutboxAge, k.age(now.since))
	put(descLow, float64(now.low))
	put(descSilent, float64(now.silent))
}

// age is for how long something has been; 0 where it has not, or will be.
func (k *keep) age(since time.Time) float64 {
	if since.IsZero() {
		return 0
	}
	return max(k.now().Sub(since).Seconds(), 0)
}

func (k *keep) ask() (kept, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.wall()
	if since := now.Sub(k.at); !k.at.IsZero() && since >= 0 && since < keptTime {
		return k.last, true
	}
	ctx := context.Background()
	if !k.turn.mine(ctx) {
		return kept{}, false
	}
	last, err := k.look(ctx)
	if err != nil {
		return kept{}, false
	}
	k.last, k.at = last, now
	return last, true
}

// look reads what the metrics say of the store.
func (a *App) look(ctx context.Context) (k kept, err error) {
	if k.states, err = a.Service.States(ctx); err != nil {
		return k, err
	}
	err = a.Store.View(ctx, func(tx provision.Tx) (err error) {
		k.low, k.silent = 0, 0
		k.jobs = job.Standings(tx, a.Runner, mostLooked)
		for _, tenant := range a.cfg.Tenants {
			n, err := a.Service.RunningLow(tx, tenant)
			if err != nil {
				return err
			}
			k.low += n
			plans, err := stock.Plans(tx, tenant)
			if err != nil {
				return err
			}
			if n, err = routes.Silent(tx, tenant, plans, a.Service.Now()); err != nil {
				return err
			}
			k.silent += n
		}
		if k.stuck, k.since, err = stuck(tx, a.Runner, mostLooked); err != nil {
			return err
		}
		k.oldest, err = order.Oldest(tx, mostLooked)
		return err
	})
	return k, err
}

// commits counts those that the store does not take.
type commits struct {
	provision.Store
	failed prometheus.Counter
}

// Update is the store's own.
func (c commits) Update(ctx context.Context, f func(provision.Tx) error) error {
	err := c.Store.Update(ctx, f)
	if said, _ := provision.SayOf(err); said.ID == "store-not-writable" || said.ID == "store-unsure" {
		c.failed.Inc()
	}
	return err
}

// MostKeys is that of the store beneath; 0 where it does not say.
func (c commits) MostKeys() int {
	if beneath, says := c.Store.(interface{ MostKeys() int }); says {
		return beneath.MostKeys()
	}
	return 0
}
