package provision

import (
	"errors"
	"fmt"
	"time"
)

// ErrorKind says what a caller can do about an error. The zero value is Internal.
type ErrorKind int

// The kinds of errors.
const (
	Internal    ErrorKind = iota // ours: show a reference, log the rest
	Invalid                      // the input is wrong: say what is expected
	NotFound                     // the thing is not there
	Conflict                     // the world moved on: show it as it is now
	Denied                       // the caller, or Calltab itself, may not do this
	Throttled                    // too fast: wait RetryAfter
	Unavailable                  // the other side is down or slow: try again later
)

var kindNames = [...]string{"internal", "invalid", "not-found", "conflict", "denied", "throttled", "unavailable"}

// String is the kind's name in logs and metrics.
func (k ErrorKind) String() string { return kindNames[k] }

// Error is the one error type of the core. Say is what a person reads (an id of the message catalogue and its
// arguments; empty: only a reference is shown); Err is for the log and never shown.
type Error struct {
	Op         string // what was attempted, lower case: "assign number"
	Kind       ErrorKind
	Say        Message
	Code       string        // the other side's own code, for classification and the log
	RetryAfter time.Duration // 0: the other side named no time
	Err        error
}

// CodeHeld is the Code of a call that was not made, as the other side had asked for a pause: nothing came of it.
const CodeHeld = "held"

// Message is a sentence by its id in the message catalogue, with its arguments. The zero value says nothing.
type Message struct {
	ID   string            `json:"id,omitempty"`
	Args map[string]string `json:"args,omitempty"`
}

// Say makes a Message of an id and of name, value pairs.
func Say(id string, pairs ...string) Message {
	m := Message{ID: id}
	for i := 0; i+1 < len(pairs); i += 2 {
		if m.Args == nil {
			m.Args = make(map[string]string, len(pairs)/2)
		}
		m.Args[pairs[i]] = pairs[i+1]
	}
	return m
}

// Error is the text for the log.
func (e *Error) Error() string {
	s := e.Op + ": " + e.Kind.String()
	if e.Code != "" {
		s += " (" + e.Code + ")"
	}
	if e.Say.ID != "" {
		s += " " + e.Say.ID
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// RetryDelay is how long the other side asked to wait; the job runner honours it.
func (e *Error) RetryDelay() time.Duration { return e.RetryAfter }

// KindOf returns the kind of the first Error in err's chain, else Internal.
func KindOf(err error) ErrorKind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// SayOf returns what a person may read of err; ok is false where only a reference may be shown.
func SayOf(err error) (Message, bool) {
	var e *Error
	if errors.As(err, &e) && e.Say.ID != "" {
		return e.Say, true
	}
	return Message{}, false
}

// NewConflict says by a message that something is in the way.
func NewConflict(op, id string, pairs ...string) error {
	return &Error{Op: op, Kind: Conflict, Say: Say(id, pairs...)}
}

// NewNotFound says by a message that something is not there.
func NewNotFound(op, id string, pairs ...string) error {
	return &Error{Op: op, Kind: NotFound, Say: Say(id, pairs...)}
}

// NewInternal is a fault of Calltab's own: the text is for the log.
func NewInternal(op, format string, args ...any) error {
	return &Error{Op: op, Err: fmt.Errorf(format, args...)}
}
