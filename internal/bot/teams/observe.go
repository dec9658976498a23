package teams

import (
	"calltab/internal/bot/turns"
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Unread is the kind of what was refused before its kind was known.
const Unread turns.Kind = "unread"

// Observer counts. Its methods may be called concurrently and must return at once. The strings are
// from small fixed sets.
type Observer interface {
	// Begin is called once a turn that was let in, and returns its context.
	Begin(ctx context.Context) context.Context
	// Turn is called once a request, with the context of its turn. Reference is what a person reads of one that went
	// wrong. Result is ok, error, panic, unhandled, or why it was refused: unauthorized,
	// forbidden, invalid, too-large, unsupported, draining.
	Turn(ctx context.Context, kind turns.Kind, result, reference string, seconds float64)
	// Connector is called once a call to the connector. Method is post, edit, open or member; result is ok or a
	// bot.Undelivered.
	Connector(method, result string)
	// Refused is called once a token that was refused. Why is one of [Refusals].
	Refused(why string)
	// Throttled is called when the connector answers 429.
	Throttled()
}

type unobserved struct{}

func (unobserved) Begin(ctx context.Context) context.Context                 { return ctx }
func (unobserved) Turn(context.Context, turns.Kind, string, string, float64) {}
func (unobserved) Connector(string, string)                                  {}
func (unobserved) Refused(string)                                            {}
func (unobserved) Throttled()                                                {}

// references makes the short names that join what a person reads with a line of the log. They are not secret.
type references struct{ last atomic.Uint64 }

func (r *references) next(now time.Time) string {
	return strconv.FormatUint(uint64(now.Unix())%(36*36*36*36)*36+r.last.Add(1)%36, 36)
}

// inHand counts turns, so that shutdown can wait for them. It is no WaitGroup, which must not be joined
// while it is waited for.
type inHand struct {
	mu       sync.Mutex
	n        int
	draining bool
	empty    chan struct{} // made by drain, closed when n is 0
}

// enter reports whether a turn may begin. After true the caller calls leave once.
func (h *inHand) enter() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.draining {
		return false
	}
	h.n++
	return true
}

func (h *inHand) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.n--
	if h.draining && h.n == 0 {
		close(h.empty)
	}
}

func (h *inHand) open() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.draining
}

func (h *inHand) drain(ctx context.Context) error {
	h.mu.Lock()
	if !h.draining {
		h.draining, h.empty = true, make(chan struct{})
		if h.n == 0 {
			close(h.empty)
		}
	}
	h.mu.Unlock()
	select {
	case <-h.empty:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
