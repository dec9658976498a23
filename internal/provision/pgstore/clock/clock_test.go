package clock_test

import (
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
