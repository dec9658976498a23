package clock_test

import (
	"strings"
	"testing"
	"time"

	"calltab/internal/provision/pgstore/clock"
)

func TestClockNeverGoesBack(t *testing.T) {
	t.Parallel()
	var c clock.Clock
	here := time.Unix(1000, 0)
	there := time.Unix(5000, 0)
	at := func(d time.Duration) time.Time { return here.Add(d) }
	want := func(now, want time.Duration) {
		t.Helper()
		if got := c.Now(at(now)).Sub(there); got != want {
			t.Errorf("after %v it is %v, want %v", now, got, want)
		}
	}
	c.Note(there, here)
	want(0, 0)
	want(time.Second, time.Second)
	c.Note(there.Add(time.Second), at(3*time.Second)) // an answer that took long
	want(3*time.Second, 3*time.Second)
	c.Note(there.Add(5*time.Second), at(4*time.Second)) // and one that did not
	want(5*time.Second, 6*time.Second)
	c.Note(there.Add(-time.Hour), at(2*time.Minute)) // a standby whose clock is behind
	want(2*time.Minute, 6*time.Second)
	want(2*time.Minute+30*time.Minute, 6*time.Second)
	want(2*time.Minute+61*time.Minute, time.Minute)
}

// TestClocksApart: the machine's clock and the database's are compared at each answer, also while the time that is told
// stands still, and what has changed is told once.
func TestClocksApart(t *testing.T) {
	t.Parallel()
	var c clock.Clock
	var apart clock.Apart
	var told []string
	here := time.Unix(1000, 0)
	for _, ahead := range []time.Duration{0, 4 * time.Minute, 2 * time.Hour, 2 * time.Hour, 0, time.Second, -time.Hour, 0} {
		here = here.Add(time.Second)
		c.Note(here.Add(ahead), here)
		if got := c.Ahead(); got != ahead {
			t.Errorf("it is %v ahead, want %v", got, ahead)
		}
		apart.Tell(c.Ahead(), func() { told = append(told, "apart") }, func() { told = append(told, "again") })
	}
	if got := strings.Join(told, " "); got != "apart again apart again" {
		t.Errorf("told %s", got)
	}
}
