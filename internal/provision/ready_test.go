package provision_test

import (
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/span"
)

// TestSpanIsKeptOnce: only the first time that a phone is seen to be ready says how long that took.
func TestSpanIsKeptOnce(t *testing.T) {
	t.Parallel()
	accepted := start.Add(time.Hour)
	for _, c := range []struct {
		name   string
		change func(o *provision.Order)
		kept   bool
	}{
		{"first", func(*provision.Order) {}, true},
		{"ready before", func(o *provision.Order) { o.Ready = accepted }, false},
		{"left as it is, then reopened", func(o *provision.Order) { o.Reopened = 1 }, false},
		{"never accepted", func(o *provision.Order) { o.Accepted = time.Time{} }, false},
		{"a phone taken away", func(o *provision.Order) { o.Kind = provision.Release }, false},
	} {
		d := newDesk(t)
		o := provision.Order{ID: "one", Tenant: tenant, Kind: provision.Add, State: provision.Waiting}
		o.Location, o.Accepted = "seattle", accepted
		c.change(&o)
		d.update(func(tx provision.Tx) error {
			if err := d.BecomeReady(tx, &o, nil, accepted.Add(7*time.Minute)); err != nil {
				return err
			}
			u, err := span.In(tx, tenant, "seattle")
			if (u.Count == 1) != c.kept || o.State != provision.Done || !o.Ready.Equal(accepted.Add(7*time.Minute)) {
				t.Errorf("%s: %d kept, the order is %s", c.name, u.Count, o.State)
			}
			return err
		})
	}
}
