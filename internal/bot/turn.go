package bot

import (
	"context"
	"encoding/json"
	"time"

	"calltab/internal/provision"
)

// Kind is what a person did in Teams.
type Kind string

// The kinds of turns.
const (
	Message   Kind = "message"   // wrote text
	Submit    Kind = "submit"    // pressed a card's button in a client without Universal Actions: the answer is a message or an edit
	Action    Kind = "action"    // pressed a card's button: the answer is the new card
	Dropped   Kind = "file"      // dropped files
	Search    Kind = "search"    // types into a type-ahead input
	Installed Kind = "installed" // the app was installed, or the bot was added
	Removed   Kind = "removed"   // the app was removed
	Edited    Kind = "edited"    // edited or deleted a message: never executed
	Other     Kind = "other"     // anything else: answered quietly
)

// Turn is one activity from Teams, verified: token, tenant and service URL are checked before a Turn exists.
type Turn struct {
	ID           string    // activity id; a repeated one is the same turn again
	At           time.Time // when it was sent; zero where Teams does not say
	Kind         Kind
	Actor        Actor
	Conversation Conversation
	Text         string            // Message: without the mention of the bot, other mentions as their names
	Mentions     []Mention         // people mentioned in Text, not the bot
	Verb         string            // Submit, Action: what was pressed
	Data         map[string]string // Submit, Action: the card's data and its inputs. Untrusted.
	ReplyTo      string            // Submit, Action, Search: activity id of the card
	Dataset      string            // Search
	Query        string            // Search
	Files        []File            // Dropped: at least one
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

// File is a file that somebody dropped into the chat. Untrusted.
type File struct {
	Name string
	Type string // its ending, without the point
	URL  string // where it can be read, for a short while and by anybody who has the address
}

// Mention is a person mentioned in a message.
type Mention struct {
	MRI  string
	Name string
	User provision.UserID // where Teams says it; else resolve by MRI or name
}

// Scope is the sort of a conversation.
type Scope string

// The scopes.
const (
	Personal Scope = "personal"
	Group    Scope = "group"
	Channel  Scope = "channel"
)

// Conversation is where to reach people: everything that a later message needs. It is stored as JSON.
type Conversation struct {
	Tenant     provision.TenantID `json:"tenant"`
	ID         string             `json:"id"`
	Scope      Scope              `json:"scope"`
	ServiceURL string             `json:"service_url"`
	Bot        string             `json:"bot"`            // the bot's MRI, "28:…"
	User       string             `json:"user,omitempty"` // personal: the other person's MRI
}

// Answer is the body of the answer to an Action or a Search; it is not used for other kinds. At most one field is set;
// the zero value acknowledges without a change.
type Answer struct {
	Card    json.RawMessage // replaces the card
	Toast   string          // a line under the card
	Error   string          // a line that says what went wrong
	Choices []Choice        // Search
}

// Choice is one result of a type-ahead.
type Choice struct {
	Title string `json:"title"`
	Value string `json:"value"`
}

// Outgoing is a message to people: either a text or a card, never both (an activity with both cannot be edited later).
type Outgoing struct {
	Text    string          // Markdown as Teams reads it
	Card    json.RawMessage // an Adaptive Card
	Summary string          // with a card: what a notification shows
	Plain   string          // with a card: Markdown in its place where it is too big for Teams; empty: its summary, and how to see it
}

// Courier carries messages to Teams. Its methods may be called concurrently and return *DeliveryError. They do not retry.
type Courier interface {
	// Post sends a message and returns its activity id.
	Post(ctx context.Context, to Conversation, m Outgoing) (string, error)
	// Typing shows for a moment that the bot is about to write. It leaves nothing behind, so it may be sent to see whether the
	// connector takes anything at all.
	Typing(ctx context.Context, to Conversation) error
	// Edit replaces a message that Post sent.
	Edit(ctx context.Context, to Conversation, activityID string, m Outgoing) error
	// Thread begins a new thread in a channel with a message, and returns the thread and the message's activity id. in names the
	// channel by its id, and where it is reached.
	Thread(ctx context.Context, in Conversation, m Outgoing) (Conversation, string, error)
	// Member finds somebody's MRI in a conversation.
	Member(ctx context.Context, in Conversation, user provision.UserID) (string, error)
	// Open returns the personal conversation with a user in whose Teams the app is installed; NotInstalled otherwise.
	Open(ctx context.Context, serviceURL string, tenant provision.TenantID, user provision.UserID) (Conversation, error)
}

// Handler answers turns. Handle is called concurrently, within the request; an error is shown to the person by the
// handler itself, so what it returns is only for the log and the status.
type Handler interface {
	Handle(ctx context.Context, t Turn) (Answer, error)
}

// Undelivered says why a message could not be delivered.
type Undelivered string

// The reasons, as far as they change what to do.
const (
	NotInstalled  Undelivered = "not-installed" // the app is not in the person's Teams (BotNotInConversationRoster and its like)
	BlockedByUser Undelivered = "blocked"       // the person blocked the bot (ConversationBlockedByUser, MessageWritesBlocked)
	Gone          Undelivered = "gone"          // conversation or activity is not there any more
	TooBig        Undelivered = "too-big"       // over the size limit
	Elsewhere     Undelivered = "elsewhere"     // the tenant is served at another address now
	Refused       Undelivered = "refused"       // any other lasting refusal
	Busy          Undelivered = "busy"          // throttled, down, or the network: try again
)

// DeliveryError is why a message could not be delivered.
type DeliveryError struct {
	Reason     Undelivered
	Status     int    // HTTP; 0: no answer came
	Code       string // the connector's error code and, after a slash, its sub-code
	RetryAfter time.Duration
	Err        error

	lane laneKey // in which the message waits
}

// Error is the text for the log.
func (e *DeliveryError) Error() string {
	s := "deliver: " + string(e.Reason)
	if e.Code != "" {
		s += " (" + e.Code + ")"
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *DeliveryError) Unwrap() error { return e.Err }

// RetryDelay is how long the connector asked to wait.
func (e *DeliveryError) RetryDelay() time.Duration { return e.RetryAfter }
