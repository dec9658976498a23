// Package clock is the time of a database, as far as it is known here: each answer brings it, and between them this
// process's counts on.
package clock

import (
	"sync"
	"time"
)

// Clock is the database's, as far as it is known: each snapshot brings it, and between them this process's counts on.
// now() of a transaction stands still, and lags where the transaction has waited: it is clock_timestamp().
//
// The zero value is not ready: Note a time first.
type Clock struct {
	mu       sync.Mutex
	base     time.Time // the database's, when it was last taken over
	received time.Time // then, by this process, with what counts on evenly
	last     time.Time // what was told last
	ahead    time.Duration
}

// driftTime is how long the best time that was had is counted on from. After that the next one is taken, whatever it
// says: clocks run apart, and a standby that has taken over has another one.
const driftTime = time.Minute

// Note takes over the time that the database had. Its answer took a while, so it is never ahead of the database, and of
// several the latest is the best.
func (c *Clock) Note(database, received time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead = database.Sub(received.Round(0))
	age := received.Sub(c.received)
	if c.base.IsZero() || age > driftTime || database.After(c.base.Add(age)) {
		c.base, c.received = database, received
	}
}

// Now is the database's time at one of this process's. It never goes back.
func (c *Clock) Now(at time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.base.Add(at.Sub(c.received)); now.After(c.last) {
		c.last = now
	}
	return c.last
}

// Ahead is by how much the database's clock was ahead of this machine's when it was asked last; less than zero where it
// was behind.
func (c *Clock) Ahead() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ahead
}

// MostApart is how far the two clocks may be apart before people notice it.
const MostApart = 5 * time.Minute

// Apart tells when two clocks have come apart, and when they agree again. The zero value has seen them agree.
type Apart struct{ was bool }

// Tell calls one of two functions where that has changed.
func (a *Apart) Tell(ahead time.Duration, apart, again func()) {
	is := ahead.Abs() > MostApart
	if is == a.was {
		return
	}
	a.was = is
	if is {
		apart()
	} else {
		again()
	}
}
