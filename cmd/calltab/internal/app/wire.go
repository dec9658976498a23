package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"calltab/cmd/calltab/internal/admin"
	"calltab/cmd/calltab/internal/ownersocket"
	"calltab/cmd/calltab/internal/storefile"
	"calltab/cmd/calltab/internal/tlspair"
	"calltab/cmd/calltab/internal/trace"
	"calltab/internal/bot"
	"calltab/internal/bot/outbox/between"
	"calltab/internal/bot/teams"
	"calltab/internal/bot/text"
	"calltab/internal/provision"
	"calltab/internal/provision/boltstore"
	"calltab/internal/provision/core"
	"calltab/internal/provision/dialplan"
	"calltab/internal/provision/fulfil"
	"calltab/internal/provision/graph"
	"calltab/internal/provision/job"
	"calltab/internal/provision/lease"
	"calltab/internal/provision/pauses"
	"calltab/internal/provision/pgstore"
	"calltab/internal/provision/programs"
	"calltab/internal/provision/rehearsal/rehearse"
	"calltab/internal/provision/routes/nightly"
	"calltab/internal/provision/stock"
	"calltab/internal/provision/webhook"
)

// App is the bot with its parts joined.
type App struct {
	Store   storefile.Store
	Service *core.Core
	Ledger  stock.Ledger // of lines, where no carrier is told of them
	Runner  *job.Runner
	Bot     *bot.Bot

	Rehearsals *rehearse.Service

	cfg      Config
	log      *slog.Logger
	teams    *teams.Server
	metrics  *metrics
	routes   *nightly.Reader
	traces   *trace.Tracer          // nil: off
	pauses   *pauses.Keeper         // that Microsoft Graph asks for
	leases   *lease.Keeper          // of what one of several replicas does; nil: there is one
	programs *programs.Keeper       // the replicas; nil: there is one
	signIn   azcore.TokenCredential // to the connector; nil in development mode

	shown          *tlspair.Pair // the certificate of the endpoint; nil: it is not encrypted
	turns, scrapes net.Listener
	owner          net.Listener // the admin socket; nil where there is none
}

// Seams are what the sandbox and tests put in the place of the machine; the zero value is production.
type Seams struct {
	Now   func() time.Time                      // business time; nil: the store's clock
	Store func(provision.Store) provision.Store // between the database and everything else; nil: nothing
	HTTP  func(*http.Client)                    // changes the client of all outgoing calls; nil: nothing
	// After waits by the wall's clock before a turn shows that it works; nil: time.AfterFunc
	After func(d time.Duration, f func()) (stop func() bool)
}

// New opens the store and the listeners and joins everything. Close it. Nothing runs and nothing is sent before Run.
func New(cfg Config, log *slog.Logger, s Seams) (_ *App, err error) {
	if s.Store == nil {
		s.Store = func(st provision.Store) provision.Store { return st }
	}
	if s.After == nil {
		s.After = func(d time.Duration, f func()) func() bool { return time.AfterFunc(d, f).Stop }
	}
	if cfg.Traces != "" {
		log = trace.Log(log)
	}
	a := &App{cfg: cfg, log: log}
	defer func() {
		if err != nil {
			a.Close()
		}
	}()
	if err := a.openStore(); err != nil {
		return nil, err
	}
	wall := time.Now
	if db, remote := a.Store.(interface{ Clock() time.Time }); remote {
		wall = db.Clock
	}
	if s.Now == nil {
		s.Now = wall
	}
	a.metrics = newMetrics()
	store := s.Store(commits{a.Store, a.metrics.commits})
	name := rand.Text()
	a.traces = a.newTraces(name)
	a.Runner = job.New(store, job.Options{Now: s.Now, Rand: mathrand.Float64, Log: a.log, Observe: a.stepped,
		Tracer: a.jobTracer(), Held: a.held, Shared: cfg.SharedStore, Unlike: a.unlike, Wall: wall, Name: name})
	a.pauses = &pauses.Keeper{Now: s.Now}
	if cfg.SharedStore {
		a.pauses.Store = store
		a.leases = &lease.Keeper{Store: store, Wall: wall, Name: name}
	}
	if err := a.core(s); err != nil {
		return nil, err
	}
	a.present(name, wall)
	a.measure(s.Now)
	if cfg.TLSCertificate != "" {
		if a.shown, err = tlspair.Open(cfg.TLSCertificate, cfg.TLSKey, log); err != nil {
			return nil, err
		}
	}
	if a.turns, err = net.Listen("tcp", cfg.Listen); err != nil {
		return nil, fmt.Errorf("listen for turns: %w", err)
	}
	if a.scrapes, err = net.Listen("tcp", cfg.MetricsListen); err != nil {
		return nil, fmt.Errorf("listen for metrics: %w", err)
	}
	if a.File() == nil {
		return a, nil
	}
	if a.owner, err = ownersocket.Listen(admin.SocketOf(cfg.Store), log); err != nil { // the bot works without it
		a.log.Warn("backup, apply and the doctor's tests cannot reach this program", "error", err)
	}
	return a, nil
}

func (a *App) openStore() error {
	purpose := storefile.Writing
	advice := "a database serves one program, unless each has CALLTAB_SHARED_STORE: set it for all of them, or end " +
		"that one first"
	if a.cfg.SharedStore {
		purpose = storefile.Sharing
		advice = "CALLTAB_SHARED_STORE is set here, and not there, or a command is at work: end that one first"
	}
	db, err := storefile.Open(context.Background(), a.cfg.Store, purpose)
	if errors.Is(err, pgstore.ErrInUse) {
		return fmt.Errorf("%w: %s", err, advice)
	}
	if err != nil {
		return err
	}
	a.Store = db
	if a.File() != nil {
		storefile.WarnReadable(a.log, "store", a.cfg.Store)
		storefile.WarnReadable(a.log, "audit key", a.cfg.Store+".key")
	}
	return nil
}

// File is the store where it is a file; else nil.
func (a *App) File() *boltstore.Store {
	file, _ := a.Store.(*boltstore.Store)
	return file
}

// core joins Microsoft's side, the core and the conversation.
func (a *App) core(s Seams) error {
	cfg, client := a.cfg, httpClient(a.cfg)
	if s.HTTP != nil {
		s.HTTP(client)
	}
	client.Transport = alive{client.Transport}
	microsoft, err := newGraph(cfg, client,
		graph.Config{Begin: a.beginGraph(), Observe: a.called, Pauses: a.pauses}, a.metrics.SignIn)
	if err != nil {
		return err
	}
	auditKey, err := storefile.OwnKey(context.Background(), a.Store, cfg.Store, []byte(cfg.auditKey.reveal()), a.log)
	if err != nil {
		return err
	}
	numbers := dialplan.New()
	a.Ledger = stock.Ledger{Store: a.Runner.Store()}
	var carrier provision.Carrier = a.Ledger
	if cfg.CarrierURL != "" {
		carrier = webhook.New(webhook.Config{URL: cfg.CarrierURL, Key: []byte(cfg.carrierKey.reveal()), Client: client,
			Wall: time.Now, Log: a.log, Pauses: a.pauses})
	}
	a.Service = core.New(provision.Config{
		Store: a.Runner.Store(), Directory: microsoft, Telephony: microsoft, BulkReader: microsoft, Carrier: carrier,
		Queue: a.Runner, Operator: a.Runner,
		Admins: cfg.Admins, AuditKey: auditKey, Now: s.Now, NewID: storefile.NewID, Log: a.log, Beside: cfg.SharedStore,
	})
	if err := a.Service.LearnLicences(context.Background()); err != nil {
		a.log.Warn("licences of the organisation file not read", "error", err)
	}
	for _, k := range fulfil.New(a.Service).Kinds() {
		a.Runner.Register(k)
	}
	a.Rehearsals = rehearse.New(a.Service)
	a.Runner.Register(a.Rehearsals.JobKind())
	if err := a.endpoint(client); err != nil {
		return err
	}
	words, err := text.New()
	if err != nil {
		return err
	}
	a.Bot = bot.New(bot.Config{
		Service: a.Service, Store: a.Runner.Store(), Runner: a.Runner, Courier: a.courier(),
		Files: a.teams.Files(), Installer: microsoft,
		CatalogApp: cfg.CatalogApp, Targeted: cfg.Targeted,
		ServiceURL: cfg.ServiceURLs[0], Words: words, DialPlan: numbers,
		Now: s.Now, Wall: time.Now, After: s.After, NewID: storefile.NewID, Log: a.log, Unwritable: a.Store.Trouble,
		Observe: a.answered,
		Claims:  a.leases,
		Between: a.between(),
	})
	a.Bot.Register()
	a.nights(microsoft)
	a.Service.Listen(a.Rehearsals.Quiet(a.Bot))
	return nil
}

// between is how replicas tell each other of the connector's trouble; nil where there is one program.
func (a *App) between() *between.Programs {
	if a.leases == nil {
		return nil
	}
	return &between.Programs{Pauses: a.pauses, Now: a.pauses.Now, Log: a.log}
}

// endpoint makes the way to Teams and back, with the identity that the bot has there.
func (a *App) endpoint(client *http.Client) (err error) {
	cfg := a.cfg
	if !cfg.InsecureNoAuth {
		given, err := credential(cfg, client, cfg.AppTenant)
		if err != nil {
			return err
		}
		a.signIn = noted{given, sideConnector, a.metrics.SignIn}
	}
	a.teams, err = teams.New(teams.Config{
		AppID: cfg.AppID, Tenants: cfg.Tenants, OpenIDMetadataURL: cfg.OpenIDMetadataURL, Issuer: cfg.TokenIssuer,
		ServiceURLs: cfg.ServiceURLs, FileHosts: cfg.FileHosts, Credential: a.signIn, Scope: cfg.ConnectorScope,
		HTTP: client,
		Now:  time.Now, Log: a.log, Insecure: cfg.InsecureNoAuth, Observe: counting{a.metrics, a.traces},
		Ready:    a.ready,
		Stranger: a.stranger,
	})
	return err
}

// Addresses are where turns come in and where metrics are read.
func (a *App) Addresses() (turns, scrapes net.Addr) { return a.turns.Addr(), a.scrapes.Addr() }

// Close gives back what New opened.
func (a *App) Close() {
	for _, c := range []interface{ Close() error }{a.turns, a.scrapes, a.owner} {
		if l, ok := c.(net.Listener); ok && l != nil {
			l.Close()
		}
	}
	if a.Store != nil {
		if err := a.Store.Close(); err != nil {
			a.log.Error("close store", "error", err)
		}
	}
}

// ready reports whether the store answers and takes what is written.
func (a *App) ready(ctx context.Context) error {
	if trouble := a.Store.Trouble(); errors.Is(trouble, pgstore.ErrOldPrimary) {
		return teams.Unready("not ready: the database that answers is an old primary, on which nothing is written")
	} else if trouble != nil {
		return teams.Unready("not ready: the store cannot be written")
	}
	return a.Store.View(ctx, func(provision.Tx) error { return nil })
}

// stranger notes in the home tenant's trail that a user of another tenant was refused.
func (a *App) stranger(ctx context.Context, user provision.UserID, more int) {
	const what = "another tenant"
	const told, toldTime = "strangers", time.Hour
	name := told + "/" + string(user)
	shared := a.leases != nil && more == 0
	if shared && a.pauses.Left(ctx, a.cfg.AppTenant, name) > 0 { // another replica has noted them
		return
	}
	err := a.Runner.Store().Update(ctx, func(tx provision.Tx) error {
		if more > 0 {
			if err := a.Service.RefusedMore(tx, a.cfg.AppTenant, what, more); err != nil {
				return err
			}
		}
		return a.Service.Refused(tx, a.cfg.AppTenant, user, what)
	})
	if err != nil {
		a.log.Error("note a stranger in the audit trail", "error", err)
		return
	}
	if !shared {
		return
	}
	if err := a.pauses.Ask(ctx, a.cfg.AppTenant, name, toldTime); err != nil {
		a.log.Warn("other replicas are not told of a stranger", "error", err)
	}
}
