package bot

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"calltab/internal/bot/bulks"
	"calltab/internal/bot/chats"
	"calltab/internal/bot/files"
	"calltab/internal/bot/greet"
	"calltab/internal/bot/numbers"
	"calltab/internal/bot/outbox"
	"calltab/internal/bot/outbox/between"
	"calltab/internal/bot/talk"
	"calltab/internal/bot/text"
	"calltab/internal/bot/turns"
	"calltab/internal/provision"
	"calltab/internal/provision/lease"
)

// Service is what the bot needs of the core; *core.Core is it. Every error it returns is a *provision.Error,
// and each method that takes an actor decides by itself whether that person may do it. Each part stands beside its
// consumer.
type Service interface {
	outbox.Service
	talk.Service
	numbers.Service
	files.Service
	bulks.Service
	gatekeeper
	turnLimiter
	orderStarter
	orderReader
	formTaker
	orderLister
	docketReader
	orderUndoer
	finder
	phoneLister
	peopleImporter
	historian
	mender
	diagnostician
	timekeeper
	offerer
}

// Config is what a Bot needs, but for Claims, Files, Installer, CatalogApp, Wall, After, Log, Observe and Unwritable.
type Config struct {
	Service    Service
	Store      provision.Store // for the conversations; write through the runner's, so that jobs start promptly
	Runner     outbox.Runner
	Courier    chats.Courier
	Files      turns.Files         // nil: files are not read
	Installer  provision.Installer // nil: people without the app are not told
	CatalogApp string              // the app's id in the organisation's catalogue; empty as for a nil Installer
	Targeted   bool                // in groups the asker alone sees the answer; else it goes on in the personal chat
	ServiceURL string              // for people never met, where the requester's is not known either
	Words      *text.Catalogue
	DialPlan   provision.DialPlan
	Now        func() time.Time // business time
	Wall       func() time.Time // for how long a turn took, and how old it is; nil: Now
	// After waits by the wall's clock, as talk.Config says
	After   func(d time.Duration, f func()) (stop func() bool)
	NewID   func() string // references of errors: short, lower-case letters and digits
	Log     *slog.Logger
	Observe func(context.Context, Answered) // once a turn, with its context
	// Claims keeps a turn to one of several programs on the store, and Between has them tell each other of the
	// connector's trouble; nil where there is one alone.
	Claims  *lease.Keeper
	Between *between.Programs
	// Unwritable is why nothing can be recorded at the moment, with a sentence for people; nil, as for a nil function:
	// it can.
	Unwritable func() error
}

// Bot answers turns and tells people what became of their orders. It is safe for concurrent use.
type Bot struct {
	Config // its Courier is the turns' way to the connector
	*outbox.Outbox
	talk    talk.Config
	numbers *numbers.Keeper
	files   *files.Maker
	bulks   *bulks.Keeper
	greets  *greet.Keeper
	router  router
	flights turns.Flights
	turns   turns.Count
	warned  turns.Told // conversations that know that nothing can be recorded
	helps   sync.Map   // helpFor → message: a help card
}

var (
	_ Handler            = (*Bot)(nil)
	_ provision.Listener = (*Bot)(nil)
)

// Register gives the runner the jobs that carry messages and files, and those of bulks.
func (b *Bot) Register() {
	b.Outbox.Register()
	b.Runner.Register(b.files.Kind())
	for _, k := range b.bulks.Kinds() {
		b.Runner.Register(k)
	}
}

// Greet sends a person a card and waits for their press, as [greet.Keeper.Greet] does.
func (b *Bot) Greet(ctx context.Context, tenant provision.TenantID, user provision.UserID, sent func()) error {
	return b.greets.Greet(ctx, tenant, user, sent)
}

// BulkChanged leaves the job that shows how far a bulk is.
func (b *Bot) BulkChanged(tx provision.Tx, tenant provision.TenantID, id provision.BulkID) error {
	return b.bulks.Changed(tx, tenant, id)
}

// New returns a Bot. It panics where two commands, verbs or datasets share a name.
func New(c Config) *Bot {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Wall == nil {
		c.Wall = c.Now
	}
	if c.Observe == nil {
		c.Observe = func(context.Context, Answered) {}
	}
	if c.Unwritable == nil {
		c.Unwritable = func() error { return nil }
	}
	b := &Bot{Config: c, router: newRouter()}
	b.Outbox = outbox.New(outbox.Config{
		Service: c.Service, Store: c.Store, Runner: c.Runner, Courier: c.Courier, Installer: c.Installer,
		CatalogApp: c.CatalogApp, ServiceURL: c.ServiceURL,
		Words: c.Words, DialPlan: c.DialPlan, Now: c.Now, Log: c.Log, Between: c.Between,
		Answered: func(ctx context.Context, conversation string) error {
			return b.flights.Answered(ctx, c.Claims, conversation)
		},
	})
	b.Courier = b.ForTurns()
	b.talk = talk.Config{Service: c.Service, Outbox: b.Outbox, Courier: b.Courier, NewID: c.NewID, After: c.After,
		Targeted: c.Targeted}
	b.files = &files.Maker{Service: c.Service, Outbox: b.Outbox, Courier: b.Courier, Files: c.Files}
	b.greets = &greet.Keeper{Outbox: b.Outbox, Courier: b.Courier, ServiceURL: c.ServiceURL, NewID: c.NewID}
	b.bulks = &bulks.Keeper{Service: c.Service, Outbox: b.Outbox}
	b.numbers = &numbers.Keeper{Service: c.Service, DialPlan: c.DialPlan, Files: c.Files, People: b.bulks.Take}
	return b
}
