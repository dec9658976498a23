package bot

import (
	"log/slog"
	"sync"
	"time"

	"calltab/internal/bot/text"
	"calltab/internal/bot/view"
	"calltab/internal/provision"
)

// Config is what a Bot needs. Files, Installer, CatalogApp, Wall, Log, Observe and Unwritable may be left out.
type Config struct {
	Service    Service
	Store      provision.Store // for the conversations; write through the runner's, so that jobs start promptly
	Runner     Runner
	Courier    Courier
	Files      Files               // nil: files are not read
	Installer  provision.Installer // nil: people without the app are not told
	CatalogApp string              // the app's id in the organisation's catalogue; empty as for a nil Installer
	ServiceURL string              // for people never met, where the requester's is not known either
	Words      *text.Catalogue
	DialPlan   provision.DialPlan
	Now        func() time.Time // business time
	Wall       func() time.Time // for how long a turn took; nil: Now
	NewID      func() string    // references of errors: short, lower-case letters and digits
	Log        *slog.Logger
	Observe    func(kind, result string, took time.Duration) // once a turn
	// Unwritable is why nothing can be recorded at the moment, with a sentence for people; nil, as for a nil function: it can.
	Unwritable func() error
}

// Bot answers turns and tells people what became of their orders. It is safe for concurrent use.
type Bot struct {
	Config  // its Courier is the turns' way to the connector
	lanes   *lanes
	mail    Courier // the jobs' way to the connector
	router  router
	flights flights
	turns   turnCount
	warned  warned
	zones   sync.Map // IANA name → *time.Location: loading one reads a file
	helps   sync.Map // helpFor → message: a help card
}

var (
	_ Handler            = (*Bot)(nil)
	_ provision.Listener = (*Bot)(nil)
)

// New returns a Bot. It panics where two commands, verbs or datasets share a name.
func New(c Config) *Bot {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Wall == nil {
		c.Wall = c.Now
	}
	if c.Observe == nil {
		c.Observe = func(string, string, time.Duration) {}
	}
	if c.Unwritable == nil {
		c.Unwritable = func() error { return nil }
	}
	b := &Bot{Config: c, router: newRouter()}
	b.lanes = newLanes(c.Courier, b)
	b.Courier = lanesOf{b.lanes, false}
	b.mail = lanesOf{b.lanes, true}
	return b
}

// writer makes cards for a reader: in their language, and by their clock, or where that is not known the location's.
func (b *Bot) writer(r reader, loc provision.Location) view.Writer {
	zone := b.zone(r.zone)
	if zone == nil {
		zone = b.zone(loc.TimeZone)
	}
	return view.Writer{Words: b.Words.For(r.locale), Number: b.DialPlan.Format, Zone: zone}
}

// zone is nil for no name, and for one that there is not: cards of several locations then show each in its own.
func (b *Bot) zone(name string) *time.Location {
	if name == "" {
		return nil
	}
	if z, ok := b.zones.Load(name); ok {
		return z.(*time.Location)
	}
	z, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil
	}
	b.zones.Store(name, z)
	return z
}
