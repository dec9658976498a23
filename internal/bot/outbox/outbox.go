package outbox

import (
	"context"
	"iter"
	"log/slog"
	"sync"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/outbox/between"
	"calltab/internal/bot/text"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// Runner takes the bot's jobs; *job.Runner is it.
type Runner interface {
	provision.Queue
	Register(job.Kind)
	Retry(tx provision.Tx, kind, key string) error
	Wake(tx provision.Tx, kind, key string) error
	Failing(tx provision.Tx, kind, prefix string) iter.Seq2[string, time.Time]
	Troubles(tx provision.Tx, kind string) iter.Seq2[job.Trouble, error]
}

var _ Runner = (*job.Runner)(nil)

// Service is what the messages need of the core; *core.Core is it. Every error it returns is a
// *provision.Error.
type Service interface {
	orderReader
	unreachedNotes
	operatorFinder
	adminFinder
	bulkReader
}

// Config is what an Outbox needs. Installer and CatalogApp may be left out.
type Config struct {
	Service    Service
	Store      provision.Store
	Runner     Runner
	Courier    chats.Courier
	Installer  provision.Installer // nil: people without the app are not told
	CatalogApp string              // the app's id in the organisation's catalogue; empty as for a nil Installer
	ServiceURL string              // for people never met, where the requester's is not known either
	Words      *text.Catalogue
	DialPlan   provision.DialPlan
	Now        func() time.Time // business time
	Log        *slog.Logger
	Between    *between.Programs // nil: no other program is on the store
	// Answered waits until what people have just written in a conversation, named by [chats.ConversationKey], is
	// answered: what that has set off may be over before, and is to be read after it. nil: nothing to wait for.
	Answered func(ctx context.Context, conversation string) error
}

// Outbox tells people what became of their orders. It is safe for concurrent use.
type Outbox struct {
	Config
	lanes *lanes
	mail  chats.Courier // the jobs' way to the connector
	zones sync.Map      // IANA name → *time.Location: loading one reads a file

	drawings drawings
}

// New returns an Outbox.
func New(c Config) *Outbox {
	if c.Answered == nil {
		c.Answered = func(context.Context, string) error { return nil }
	}
	b := &Outbox{Config: c}
	b.lanes = newLanes(c.Courier, b)
	b.mail = lanesOf{b.lanes, true}
	return b
}

// ForTurns is the turns' way to the connector.
func (b *Outbox) ForTurns() chats.Courier { return lanesOf{b.lanes, false} }

// Log keys. Never names, numbers, cards or tokens.
const (
	logError  = "error"
	logResult = "result"
)
