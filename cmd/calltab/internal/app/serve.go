package app

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"calltab/cmd/calltab/internal/admin"
	"calltab/cmd/calltab/internal/orgyaml"
	"calltab/cmd/calltab/internal/rehearsals"
	"calltab/cmd/calltab/internal/shared"
	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/bot/parse"
	"calltab/internal/bot/text"
	"calltab/internal/provision"
	"calltab/internal/provision/orgfile"
)

// drainTime is how long turns in hand may take after the signal to stop: a little more than one may last.
const drainTime = 20 * time.Second

// startTime is when the start is over for good: keys and tokens are there, and what only it needed can go.
// Measurements of the program at rest wait for it.
const startTime = 5 * time.Second

// auditLogTime is how often the heads of the audit trails are logged.
const auditLogTime = time.Hour

// settleTime is how long after turns are taken the heap still grows as at the start: by then the first turn, which may
// have come while the program started, is answered.
const settleTime = 50 * time.Millisecond

// How far the heap grows between two collections, in per cent of what is in use. That is some 11 MiB: at 175 there are
// 19 more until the next one, as many as at 130 when 15 were in use. At 200 a turn took a tenth less processor time
// then than at Go's 100. While the program starts nearly all stays in use, and collecting is for nothing.
const (
	startGrowth = 400
	workGrowth  = 175
	usualGrowth = 100 // Go's
)

// GrowAtStart lets the heap grow as suits a start: the command line is read before it is known what is started.
func GrowAtStart() { collectEvery(startGrowth) }

// GrowAsUsual lets the heap grow as in any program of Go, for the commands that are over soon.
func GrowAsUsual() { collectEvery(usualGrowth) }

// collectEvery sets the growth, unless the environment does.
func collectEvery(growth int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(growth)
	}
}

// Serve runs the bot until ctx ends. Its log goes to stderr.
func Serve(ctx context.Context, cfg Config, stderr io.Writer) error {
	log := slog.New(slog.NewJSONHandler(stderr, &slog.HandlerOptions{Level: cfg.LogLevel}))
	// Reading the system's roots is a quarter of a start, and reading words a tenth: all that goes on beside opening
	// the store. Who needs them first waits for the rest.
	go x509.SystemCertPool()
	go text.New()
	go parse.Warm()
	a, err := New(cfg, log, Seams{})
	if err != nil {
		return err
	}
	defer a.Close()
	defer time.AfterFunc(startTime, func() {
		tidy()
		go giveBackAtRest(ctx)
	}).Stop()
	return a.Run(ctx, settle)
}

// settle ends what is good for a start alone. The first to come may be a crowd of strangers: while a heap that grew as
// at the start stood beside the pages that the initialisers had touched, 300 of them took 61 to 64 MiB.
func settle() {
	releaseProgram()
	time.AfterFunc(settleTime, func() { collectEvery(workGrowth) })
}

// tidy gives back what only starting needed.
func tidy() {
	runtime.GC() // what pools hold outlives one collection
	debug.FreeOSMemory()
	releaseProgram()
}

// Run answers turns and works until ctx ends, and then lets what is in hand finish. up is called once the inventory is
// imported and turns are taken.
func (a *App) Run(ctx context.Context, up func()) error {
	if err := a.leases.Do(ctx, shared.Change, shared.Time, a.begin); err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", a.metrics.Handler())
	turns, scrapes := doorServer(a.teams.Handler(a.Bot), a.log), doorServer(mux, a.log)
	if a.shown != nil {
		encrypted(turns, a.shown)
	}
	a.sayUp()
	a.traces.Start()

	asked := ctx // ends when the program is asked to end
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var parts sync.WaitGroup
	part := func(f func() error) {
		parts.Go(func() {
			if err := f(); err != nil && !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, context.Canceled) {
				stop(err)
			}
		})
	}
	marked := a.markOnceBroken(asked)
	part(func() error { return serveAtMost(turns, a.turns, mostConnections) })
	part(func() error { return serveAtMost(scrapes, a.scrapes, mostScrapes) })
	owner := admin.NewServer(a.Service, a.File(), a.cfg.Tenants, a.log).
		Greets(rehearsals.Noting(a.Bot.Greet, a.Service.Store, a.Service.Now, a.log)).
		Serves(rehearsals.Path, &rehearsals.Server{By: a.Rehearsals, Store: a.Service.Store, Tenants: a.cfg.Tenants,
			Log: a.log}).HTTP(ctx)
	if a.owner != nil {
		part(func() error { return owner.Serve(a.owner) })
	}
	part(func() error { return a.watchStore(ctx) })
	parts.Go(func() { storefile.WatchServers(ctx, a.Store, a.log) })
	parts.Go(func() { storefile.WatchClock(ctx, a.Store, a.log) })
	part(func() error {
		_ = a.Store.Probe(ctx) // where it fails no step is begun until watchStore has seen it work
		return a.Runner.Run(ctx)
	})
	for _, f := range []func(context.Context) error{a.completeIndexes, a.learnAgain, a.tendPresent, a.logAudit, a.prune,
		a.forgetOld, a.trySignIn, a.watchCertificate} {
		part(func() error { return f(ctx) })
	}
	part(func() error { return errors.Join(a.teams.LoadKeys(ctx), a.teams.TendKeys(ctx)) })

	up()
	<-ctx.Done()
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	err := errors.Join(turns.Shutdown(end), a.teams.Drain(end), a.teams.Close(end), scrapes.Close(),
		owner.Shutdown(end))
	parts.Wait()
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		err = errors.Join(cause, err)
	}
	err = errors.Join(err, marked())
	a.flushTraces()
	a.log.Info("calltab is down")
	return err
}

// watchCertificate takes a renewed certificate over, where the endpoint has one.
func (a *App) watchCertificate(ctx context.Context) error {
	if a.shown != nil {
		a.shown.Watch(ctx)
	}
	return nil
}

// sayUp logs where the program can be reached, and by whom.
func (a *App) sayUp() {
	if a.cfg.InsecureNoAuth {
		a.log.Warn("development mode (CALLTAB_INSECURE_NO_AUTH): nobody is checked; every program on this machine " +
			"can act as anybody, admins too")
	}
	a.log.Info("calltab is up", "listen", a.turns.Addr().String(), "tls", a.shown != nil,
		"metrics", a.scrapes.Addr().String())
}

// begin is what a start does with the store. Of several replicas one does it at a time.
func (a *App) begin(ctx context.Context) error {
	if err := a.sayPresent(ctx); err != nil {
		return err
	}
	if err := a.importOrg(ctx); err != nil {
		return err
	}
	if err := a.Service.LearnLicences(ctx); err != nil {
		return err
	}
	if err := a.compareRestored(ctx); err != nil {
		return err
	}
	if err := a.beginNights(ctx); err != nil {
		return err
	}
	return a.resumeOnce(ctx)
}

// trySignIn asks for the connector's token before a turn needs it: a wrong secret or tenant shows in the log at the
// start and not in the first turn. It ends nothing, as Microsoft may only be slow.
func (a *App) trySignIn(ctx context.Context) error {
	if a.signIn == nil {
		return nil
	}
	_, err := a.signIn.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{a.cfg.ConnectorScope}})
	if err != nil && ctx.Err() == nil {
		a.log.Error("the bot cannot sign in to the connector: check CALLTAB_APP_ID, CALLTAB_APP_TENANT and its "+
			"credential", "error", err)
	}
	return nil
}

// importOrg brings the inventory of the tenant that the organisation file belongs to up to it.
func (a *App) importOrg(ctx context.Context) error {
	var org orgyaml.File
	if len(a.cfg.org) > 0 {
		var err error
		if org, err = orgyaml.Read(a.cfg.org); err != nil {
			return err
		}
		tenant := a.cfg.Tenants[0]
		if slices.Contains(a.cfg.Tenants, org.Tenant) {
			tenant = org.Tenant
		}
		if err := org.Belongs(tenant, len(a.cfg.Tenants) > 1); err != nil {
			return fmt.Errorf("CALLTAB_ORG: %w", err)
		}
		org.Tenant = tenant
	}
	for _, tenant := range a.cfg.Tenants { // before anything changes
		if err := a.Service.TakeStock(ctx, tenant); err != nil {
			return err
		}
	}
	if len(a.cfg.org) == 0 {
		return nil
	}
	file, files := org.OrgFile(a.cfg.org), orgfile.New(a.Service.Store, a.Service)
	if a.leases != nil { // replicas of an upgrade have a file each: the newest holds
		old, err := files.Superseded(ctx, org.Tenant, file)
		if err != nil {
			return err
		}
		if old {
			a.log.Warn("the organisation file is not imported, as a later one was imported or applied: calltab apply "+
				"makes this one hold", "file", a.cfg.OrgFile)
			return nil
		}
	}
	done, err := files.Imported(ctx, org.Tenant, file)
	if err == nil {
		a.sayImported(done)
	}
	return err
}

// sayImported logs what a start has changed by the organisation file.
func (a *App) sayImported(done orgfile.Counts) {
	if done == (orgfile.Counts{}) {
		return
	}
	log := a.log.With("file", a.cfg.OrgFile, "added", done.Added, "changed", done.Changed, "refused", done.Refused)
	if done.Refused > 0 {
		log.Warn("the organisation file was imported in part: calltab apply --dry-run says what is refused, and why")
		return
	}
	log.Info("the organisation file was imported")
}

// turnOf reports whether this replica does what is done once in a while. Who has done it last is the first to be due
// again: the lease ends a little before, and nobody gives it back.
func (a *App) turnOf(ctx context.Context, what string, once time.Duration) (bool, error) {
	had, _, err := a.leases.Try(ctx, what, once-once/10)
	return had != nil, err
}

// resumeOnce has tried again what earlier programs parked in an outage.
func (a *App) resumeOnce(ctx context.Context) error {
	var stopped []provision.StoppedWork
	err := a.Store.View(ctx, func(tx provision.Tx) error {
		stopped = nil
		for p := range a.Runner.Parked(tx) {
			stopped = append(stopped, provision.StoppedWork{Kind: p.Kind, Key: p.Key, Failure: p.Failure})
		}
		return nil
	})
	if err != nil {
		return err
	}
	n, err := a.Service.ResumeOnce(ctx, stopped)
	if n > 0 {
		a.log.Info("resumed what an outage had stopped under an earlier program", "count", n)
	}
	return err
}

// When the program looks for what is older than it is needed: some time after its start, and then once a day.
const (
	firstPrune = 10 * time.Minute
	pruneTime  = 24 * time.Hour
)

// prune forgets what is older than it is needed. What goes wrong is logged, and tried again a day later.
func (a *App) prune(ctx context.Context) error {
	next := time.NewTimer(firstPrune)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-next.C:
		}
		next.Reset(pruneTime)
		if mine, err := a.turnOf(ctx, "prune", pruneTime); !mine || err != nil {
			continue // another replica has done it, or will
		}
		if err := a.Bot.Prune(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("old records are not forgotten", "error", err)
		}
	}
}

// indexPause is how long the program waits before it goes on with the indexes after an error.
const indexPause = time.Minute

// completeIndexes makes the indexes of a store that an older program wrote. What goes wrong is logged and tried again.
func (a *App) completeIndexes(ctx context.Context) error {
	for {
		err := a.leases.Do(ctx, "indexes", shared.Time, a.Service.CompleteIndexes)
		if err == nil || ctx.Err() != nil {
			return nil
		}
		a.log.Warn("indexes are not complete", "error", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(indexPause):
		}
	}
}

func (a *App) logAudit(ctx context.Context) error {
	tick := time.NewTicker(auditLogTime)
	defer tick.Stop()
	for {
		if mine, err := a.turnOf(ctx, "audit-log", auditLogTime); mine && err == nil {
			if err := a.Service.LogAudit(ctx); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return a.Service.LogAudit(context.WithoutCancel(ctx))
		case <-tick.C:
		}
	}
}
