package chats

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"calltab/internal/provision"
)

// Outgoing is a message to people: either a text or a card, never both (an activity with both cannot be edited later).
type Outgoing struct {
	Text    string          // Markdown as Teams reads it
	Card    json.RawMessage // an Adaptive Card
	Summary string          // with a card: what a notification shows
	// with a card: Markdown in its place where it is too big for Teams; empty: its summary, and how to see it
	Plain string
	// with a text, in a personal chat: lines that its person can send by a press, three at most; it is no message's
	// without them
	Next []string
	// in place of both, in a personal chat: a file that the person can have, or where one is that they wanted
	Offer  *FileOffer
	Stored *StoredFile
}

// FileOffer asks a person whether they want a file.
type FileOffer struct {
	Name        string
	Description string
	Size        int64  // in bytes, about
	Context     string // comes back with the answer
}

// StoredFile is a file in a person's OneDrive.
type StoredFile struct{ Name, URL, ID, Type string }

// Courier carries messages to Teams. Its methods may be called concurrently and return *DeliveryError. They do not
// retry.
type Courier interface {
	// Post sends a message and returns its activity id.
	Post(ctx context.Context, to Conversation, m Outgoing) (string, error)
	// Typing shows for a moment that the bot is about to write. It leaves nothing behind, so it may be sent to see
	// whether the connector takes anything at all.
	Typing(ctx context.Context, to Conversation) error
	// Edit replaces a message that Post sent.
	Edit(ctx context.Context, to Conversation, activityID string, m Outgoing) error
	// Thread begins a new thread in a channel with a message, and returns the thread and the message's activity id. in
	// names the channel by its id, and where it is reached.
	Thread(ctx context.Context, in Conversation, m Outgoing) (Conversation, string, error)
	// Member finds a person's MRI in a conversation.
	Member(ctx context.Context, in Conversation, user provision.UserID) (string, error)
	// Open returns the personal conversation with a user in whose Teams the app is installed; NotInstalled otherwise.
	Open(ctx context.Context, serviceURL string, tenant provision.TenantID, user provision.UserID) (Conversation, error)
}

// Message is a card with its line for notifications, as views make it.
type Message struct {
	Card    json.RawMessage
	Summary string
}

// Made is a Message of what a view returns.
func Made(c json.RawMessage, summary string) Message { return Message{c, summary} }

// Undelivered says why a message could not be delivered.
type Undelivered string

// The reasons, as far as they change what to do.
const (
	// the app is not in the person's Teams (BotNotInConversationRoster and its like)
	NotInstalled Undelivered = "not-installed"
	// the person blocked the bot (ConversationBlockedByUser, MessageWritesBlocked)
	BlockedByUser Undelivered = "blocked"
	Gone          Undelivered = "gone"      // conversation or activity is not there any more
	TooBig        Undelivered = "too-big"   // over the size limit
	Elsewhere     Undelivered = "elsewhere" // the tenant is served at another address now
	Refused       Undelivered = "refused"   // any other lasting refusal
	Busy          Undelivered = "busy"      // throttled, down, or the network: try again
)

// DeliveryError is why a message could not be delivered.
type DeliveryError struct {
	Reason     Undelivered
	Status     int    // HTTP; 0: no answer came
	Code       string // the connector's error code and, after a slash, its sub-code
	RetryAfter time.Duration
	Err        error
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

// Reason is why a delivery failed; empty for no error, Busy for one that says nothing (the network, the turn's time).
func Reason(err error) Undelivered {
	if err == nil {
		return ""
	}
	var d *DeliveryError
	switch {
	// no verdict on the message
	case errors.As(err, &d) && (d.Reason == Elsewhere || d.Reason == Refused && d.Status >= 500):
		return Busy
	case errors.As(err, &d):
		return d.Reason
	}
	return Busy
}

// Said is what the courier said of a delivery; empty for no error and for another one.
func Said(err error) Undelivered {
	if err == nil {
		return ""
	}
	var d *DeliveryError
	if errors.As(err, &d) {
		return d.Reason
	}
	return ""
}

// Delay is how long the other side asked to wait.
func Delay(err error) time.Duration {
	var d interface{ RetryDelay() time.Duration }
	if errors.As(err, &d) {
		return d.RetryDelay()
	}
	return 0
}

// Unreachable reports whether a person cannot be written to in a conversation, now or later.
func Unreachable(r Undelivered) bool { return r == NotInstalled || r == BlockedByUser || r == Gone }
