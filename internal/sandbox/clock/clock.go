// Package clock is the sandbox's business time: the time that orders, operations and delays live by. It stands still
// until it is advanced, so that a run repeats and no script ever sleeps.
//
// It is not wall time. Token lifetimes and TLS certificates stay on wall time, because
// the real client libraries that check them keep clocks of their own.
//
// Callers read Now each time they need it and never keep a Time across a wait.
package clock

import (
	"sync"
	"time"
)

// Clock is a clock of business time. It is safe for concurrent use. Make one with New.
type Clock struct {
	mu   sync.Mutex
	base time.Time
	wall func() time.Time // nil while the clock stands still
	from time.Time        // wall time at which base was true
}

// New returns a clock that stands still at start.
func New(start time.Time) *Clock {
	return &Clock{base: start}
}

// Now returns the business time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time {
	if c.wall == nil {
		return c.base
	}
	if gone := c.wall().Sub(c.from); gone > 0 {
		return c.base.Add(gone)
	}
	return c.base
}

// Advance moves the clock forward by d. A negative d does nothing: orders, holds and
// delays would otherwise see effects before their causes.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d > 0 {
		c.base = c.base.Add(d)
	}
}

// Set moves the clock forward to t, or does nothing when t is not in the future.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if gap := t.Sub(c.now()); gap > 0 {
		c.base = c.base.Add(gap)
	}
}

// Run lets the clock flow with the given wall clock from where it is, for a person who
// plays with the sandbox. Advance and Set still work. A second Run changes only the
// wall clock; the business time goes on without a jump.
func (c *Clock) Run(wall func() time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.base = c.now()
	c.wall, c.from = wall, wall()
}
