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
}

// driftTime is how long the best time that was had is counted on from. After that the next one is taken, whatever it
// says: clocks run apart, and a standby that has taken over has another one.
const driftTime = time.Minute

// Note takes over the time that the database had. Its answer took a while, so it is never ahead of the database, and of
// several the latest is the best.
func (c *Clock) Note(database, received time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
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
