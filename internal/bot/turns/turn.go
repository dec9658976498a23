package turns

import (
	"context"
	"io"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/provision"
)

// Kind is what a person did in Teams.
type Kind string

// The kinds of turns.
const (
	Message Kind = "message" // wrote text
	// pressed a card's button in a client without Universal Actions: the answer is a message or an edit
	Submit    Kind = "submit"
	Action    Kind = "action"    // pressed a card's button: the answer is the new card
	Dropped   Kind = "file"      // dropped files
	Search    Kind = "search"    // types into a type-ahead input
	Installed Kind = "installed" // the app was installed, or the bot was added
	Removed   Kind = "removed"   // the app was removed
	Consented Kind = "consent"   // allowed or declined to be sent a file
	Edited    Kind = "edited"    // edited a message: read again only where it had not been understood
	Other     Kind = "other"     // anything else: answered quietly
)

// Turn is one activity from Teams, verified: token, tenant and service URL are checked before a Turn exists.
type Turn struct {
	ID           string    // activity id; a repeated one is the same turn again
	Of           string    // Edited: activity id of the message as it was first written
	At           time.Time // when it was sent; zero where Teams does not say
	Kind         Kind
	Actor        Actor
	Conversation chats.Conversation
	Text         string            // Message, Edited: without the mention of the bot, other mentions as their names
	Mentions     []Mention         // people mentioned in Text, not the bot
	Verb         string            // Submit, Action: what was pressed
	Data         map[string]string // Submit, Action: the card's data and its inputs. Untrusted.
	ReplyTo      string            // Submit, Action, Search: activity id of the card
	Dataset      string            // Search
	Query        string            // Search
	Files        []File            // Dropped: at least one
	Consent      Consent           // Consented
	Targeted     bool              // Message: sent in a group or channel, and seen by its sender alone
	Automatic    bool              // Action: the client refreshed the card by itself
}

// Actor is the verified sender.
type Actor struct {
	Tenant provision.TenantID
	User   provision.UserID // Entra object id; empty for senders without one: they may do nothing
	MRI    string           // the sender's id for this bot, "29:…"
	Name   string           // for cards; never for a decision
	Locale string
	Zone   string // IANA time zone of the client; empty where it does not say
}

// File is a file that a person dropped into the chat. Untrusted.
type File struct {
	Name string
	Type string // its ending, without the point
	URL  string // where it can be read, for a short while and by anybody who has the address
}

// Consent is what a person answers to an offered file. Untrusted.
type Consent struct {
	Accepted bool
	Context  string // as it was offered
	Upload   Upload
}

// Upload is where a file that a person wants is to be put. The address can be written by anybody who has it, for a
// quarter of an hour.
type Upload struct {
	URL  string `json:"url"`
	Open string `json:"open"` // where people open it
	Name string `json:"name"`
	ID   string `json:"id"`
	Type string `json:"type"`
}

// Mention is a person mentioned in a message.
type Mention struct {
	MRI  string
	Name string
	User provision.UserID // where Teams says it; else resolve by MRI or name
}

// Files reads what people drop into the chat.
type Files interface {
	// Fetch reads a file whole. Errors are *provision.Error: Denied for an address that is not Teams's, Invalid for a
	// file that is too big, Unavailable for one that does not come in time.
	Fetch(ctx context.Context, url string) ([]byte, error)
	// Put writes a file of size bytes. Errors are as those of Fetch; Gone, in a DeliveryError, for an address whose
	// time is over.
	Put(ctx context.Context, url string, size int64, body io.Reader) error
}
