package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
	"calltab/internal/provision/lease"
	"calltab/internal/provision/pgstore/say"
	"calltab/internal/provision/programs"
)

// learnTime is how often a replica reads again what an organisation file says of licences, which another one may have
// imported, or a command applied.
const learnTime = 20 * time.Second

// learnAgain keeps a replica up to the files that others apply.
func (a *App) learnAgain(ctx context.Context) error {
	if a.leases == nil {
		return nil // this program applies them itself
	}
	tick := time.NewTicker(learnTime)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := a.Service.LearnLicences(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("licences of the organisation file not read", "error", err)
		}
	}
}

// unlike reports whether a replica of another version may know jobs that this one does not.
func (a *App) unlike(tx provision.Tx) bool { return a.programs != nil && a.programs.Unlike(tx) }

// present has a replica know the others, and they it. It is called once all jobs are known.
func (a *App) present(name string, wall func() time.Time) {
	if a.leases == nil {
		return
	}
	a.programs = &programs.Keeper{Store: a.Store, Wall: wall, Self: programs.Program{
		Owner: name, Began: wall().UTC(), Where: say.Process(),
		Version: Version(), Work: job.Work(a.Runner), Settings: a.cfg.common(a.Service.AuditKey)}}
}

// sayPresent is the first time that a replica says so, before it does anything.
func (a *App) sayPresent(ctx context.Context) error {
	if a.programs == nil {
		return nil
	}
	return a.programs.Say(ctx)
}

// tendPresent says so again and again.
func (a *App) tendPresent(ctx context.Context) error {
	if a.programs != nil {
		a.programs.Tend(ctx, func(err error) { a.log.Warn("replicas do not know of each other", "error", err) })
	}
	return nil
}

// ofOneMachine are the settings that may differ between replicas, as their logs name them: where each listens and has
// its files, and how it signs in while a secret is replaced.
var ofOneMachine = []string{"app_auth", "listen", "tls_certificate", "tls_key", "behind_proxy", "metrics_listen",
	"store", "org", "log_level", "traces", "ca_file"}

// common are the settings that all replicas must have, each as a digest that tells nothing of its value to a reader of
// the store.
func (c Config) common(key []byte) map[string]string {
	digest := func(value string) string {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(value))
		return hex.EncodeToString(mac.Sum(nil)[:8])
	}
	all := map[string]string{
		"CALLTAB_CARRIER_SECRET": digest(c.carrierKey.reveal()),
		"CALLTAB_ORG":            digest(string(c.org)),
	}
	for _, a := range c.attrs() {
		if !slices.Contains(ofOneMachine, a.Key) {
			all["CALLTAB_"+strings.ToUpper(a.Key)] = digest(a.Value.String())
		}
	}
	return all
}

// Programs are the replicas that live on the database, the oldest first, and these settings in the form in which each
// of them tells its own, to be compared.
func (c Config) Programs(ctx context.Context) (all []programs.Program, own map[string]string, err error) {
	db, err := storefile.Open(ctx, c.Store, storefile.Reading)
	if err != nil {
		return nil, nil, err
	}
	defer db.Close()
	now := time.Now
	if d, is := db.(interface{ Clock() time.Time }); is {
		now = d.Clock
	}
	err = db.View(ctx, func(tx provision.Tx) error {
		all = programs.Alive(tx, now())
		return nil
	})
	return all, c.common([]byte(c.auditKey.reveal())), err
}

// gaugesTime is how long the others wait until one of them tells what all have in common, after the one that did has
// gone: longer than Prometheus waits between two scrapes. With less, two replicas would tell it by turns, each when it
// is asked, and a sum over them would be double.
const gaugesTime = 90 * time.Second

// turnTime bounds the wait for that turn: a scrape has other things to tell, most of all while commits take long.
const turnTime = 2 * time.Second

// gauges is the turn of one replica to tell what the store says: added up over all of them, it would not be so.
type gauges struct {
	leases *lease.Keeper
	held   func() bool // nothing can be recorded at the moment
	had    *lease.Lease
	asked  chan bool // what is under way; nil: nothing
}

// mine reports whether this replica tells it. Its caller asks one scrape at a time.
func (g *gauges) mine(ctx context.Context) bool {
	if g.leases == nil {
		return true
	}
	if g.held() {
		return false
	}
	if g.asked != nil {
		select {
		case <-g.asked: // it came too late, and may not be so any more
		default:
			return false
		}
	}
	asked := make(chan bool, 1)
	g.asked = asked
	go func() { asked <- g.take(ctx) }()
	select {
	case mine := <-asked:
		g.asked = nil
		return mine
	case <-time.After(turnTime):
		return false
	}
}

// take renews the turn or takes it. One that could not be renewed is kept, as nobody else has it before it ends.
func (g *gauges) take(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, turnTime)
	defer cancel()
	if g.had != nil {
		still, err := g.had.Renew(ctx, gaugesTime)
		if err != nil || still {
			return err == nil
		}
	}
	had, _, err := g.leases.Try(ctx, "gauges", gaugesTime)
	g.had = had
	return had != nil && err == nil
}

// Version is what the build knows of itself: the module's version and, from a checkout, the commit.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "calltab, unknown version"
	}
	text := "calltab " + strings.Trim(info.Main.Version, "()")
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) >= 12 && !strings.Contains(text, s.Value[:12]):
			text += " " + s.Value[:12]
		case s.Key == "vcs.modified" && s.Value == "true" && !strings.Contains(text, "dirty"):
			text += " (modified)"
		}
	}
	return text + " " + info.GoVersion
}
