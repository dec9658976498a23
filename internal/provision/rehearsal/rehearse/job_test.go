package rehearse

import (
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/rehearsal"
)

// TestNext: while an operator is waited for, nothing is looked at until the next try is due, and once there are no more
// tries, each hour: each change of the order is looked at at once. So is what an outage holds less and less often.
func TestNext(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	kept := rehearsal.Rehearsal{Began: now.Add(-10 * time.Hour)}
	for name, c := range map[string]struct {
		state provision.OrderState
		until time.Time
		taken time.Time
		ended time.Time
		tried time.Time
		again int
		want  time.Duration
	}{
		"time is over":           {state: provision.Running, until: now, want: lookPause},
		"over for some minutes":  {state: provision.Running, until: now.Add(-10 * time.Minute), want: 10 * time.Minute},
		"over for hours":         {state: provision.Running, until: now.Add(-9 * time.Hour), want: tryPause},
		"going back just now":    {state: provision.Running, until: now.Add(9 * time.Hour), taken: now, want: lookPause},
		"going back for long":    {state: provision.Running, until: now.Add(9 * time.Hour), taken: now.Add(-8 * time.Minute), want: 8 * time.Minute},
		"stopped just now":       {state: provision.Parked, ended: now.Add(-10 * time.Minute), again: 1, want: 50 * time.Minute},
		"a try is due":           {state: provision.Parked, ended: now.Add(-2 * time.Hour), again: 1, want: lookPause},
		"tried, and in doubt":    {state: provision.Parked, ended: now.Add(-9 * time.Hour), tried: now, again: 1, want: tryPause},
		"by a clock ahead":       {state: provision.Parked, ended: now.Add(48 * time.Hour), again: 1, want: tryPause},
		"no more tries":          {state: provision.Parked, ended: now.Add(-48 * time.Hour), again: mostTries, want: tryPause},
		"with its time not over": {state: provision.Running, until: now.Add(20 * time.Minute), want: 20 * time.Minute},
	} {
		var o provision.Order
		o.State = c.state
		o.Ended = c.ended
		o.TakenBack.At = c.taken
		kept.Until = c.until
		kept.Again = c.again
		kept.Tried = c.tried
		if got := next(o, kept, now); got != c.want {
			t.Errorf("%s: want %s, got %s", name, c.want, got)
		}
	}
}
