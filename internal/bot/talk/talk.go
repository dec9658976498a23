// Package talk is one turn being answered: what is said, shown and posted, and where, and the one transaction at its
// end that remembers it. It knows no command, form or button: its callers decide what is answered.
//
//	talk.go      the Exchange, and what it needs
//	targeted.go  answers in a group that one person alone sees
//	sender.go    who asks, how they read, and where answers go that are nobody else's business
//	exchange.go  what is said, shown, posted
//	typing.go    the sign that a turn takes long
//	ask.go       questions with a button for each answer
//	commit.go    what is remembered
package talk

import (
	"sync"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/outbox"
	"calltab/internal/bot/resolve"
	"calltab/internal/bot/text"
	"calltab/internal/bot/turns"
	"calltab/internal/provision"
)

// Service is what answering needs of the core.
type Service interface {
	resolve.Service
	refusalLog
	sheetReader
}

// Config is what answering needs.
type Config struct {
	Service Service
	Outbox  *outbox.Outbox // for what goes out later, and whose words, clock and store are used
	Courier chats.Courier  // the turns' way to the connector
	NewID   func() string  // references of errors: short, lower-case letters and digits
	// in groups and channels the asker alone sees the answer; else it goes on in the personal chat
	Targeted bool
	refusing sync.Map // tenant → when its service refused that
	// After has f called once that much wall time has passed, and returns what keeps it from being called, false where
	// it was. Nil: nothing shows that a turn takes long.
	After func(d time.Duration, f func()) (stop func() bool)
}

// Exchange is one turn being answered: what was asked, what is known, and what the commit at its end will write.
type Exchange struct {
	c     *Config
	Turn  turns.Turn
	Words *text.Words

	home   chats.Conversation // where forms and results go: the personal chat
	opened bool               // home was not known before
	dead   bool               // home turned out to be gone
	public bool               // what is said may be seen by all members
	moved  bool               // home was refused, and is the personal chat now
	mute   bool               // home was refused, and there is no other

	Record   chats.Record // the conversation's, as read at the start
	raw      []byte       // what it was read from
	Repeated bool

	Answer  chats.Answer
	sent    []chats.Sent           // cards of orders, to remember
	adopted bool                   // sent is a card that was there before and shows something older
	unsure  bool                   // Microsoft did not say what the person may do with the order that is shown
	later   []outbox.DeferredReply // messages that could not go out now
	chosen  string                 // the message whose question was answered with a button
	stale   bool                   // … which was settled before

	What      string            // command, verb or dataset, for the log and the trail
	Order     provision.OrderID // whose card the turn showed, for the log
	Looked    []string          // whom the turn showed, for the log
	Result    string
	Reference string // shown with an error of ours
	Cause     error  // for the log
	Stack     string
}

// Begin begins to answer a turn.
func (c *Config) Begin(t turns.Turn) *Exchange {
	x := &Exchange{c: c, Turn: t, Words: c.Outbox.Words.For(t.Actor.Locale), Result: ResultOK}
	x.home = x.here()
	return x
}

// Now is the business time.
func (x *Exchange) Now() time.Time { return x.c.Outbox.Now() }

// What became of a turn, for the log and for metrics; besides these the kinds of the core's errors.
const (
	ResultOK       = "ok"
	ResultRepeated = "repeated"
	ResultRefused  = "refused"
	ResultUnknown  = "unknown" // nothing of ours was written or pressed
	ResultIgnored  = "ignored"
	ResultOld      = "old" // it came too late to do anything
	ResultError    = "error"
)
