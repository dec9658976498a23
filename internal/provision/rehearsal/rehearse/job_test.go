package rehearse

import (
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/rehearsal"
)

// TestNext: while an operator is waited for, nothing is looked at until the next try is due, and once there are no more
// tries, each hour: each change of the order is looked at at once.
func TestNext(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	kept := rehearsal.Rehearsal{Began: now.Add(-3 * time.Hour), Until: now.Add(-2 * time.Hour)}
	for name, c := range map[string]struct {
		state provision.OrderState
		ended time.Time
		again int
		want  time.Duration
	}{
		"at work":          {provision.Running, time.Time{}, 0, lookPause},
		"stopped just now": {provision.Parked, now.Add(-10 * time.Minute), 1, 50 * time.Minute},
		"a try is due":     {provision.Parked, now.Add(-2 * time.Hour), 1, lookPause},
		"by a clock ahead": {provision.Parked, now.Add(48 * time.Hour), 1, tryPause},
		"no more tries":    {provision.Parked, now.Add(-48 * time.Hour), mostTries, tryPause},
	} {
		var o provision.Order
		o.State = c.state
		o.Ended = c.ended
		kept.Again = c.again
		if got := next(o, kept, now); got != c.want {
			t.Errorf("%s: want %s, got %s", name, c.want, got)
		}
	}
}
