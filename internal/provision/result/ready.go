package result

import (
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/span"
)

// BecomeReady records that the watch of an order sees every condition met. The first time it also keeps how long that
// took since Microsoft had the number. An order that an operator leaves as it is does not come here: nobody saw when
// its phone became ready, and what is reopened before it ever was tells nothing either.
func (s *Service) BecomeReady(tx provision.Tx, o *provision.Order, list []provision.Condition, now time.Time) error {
	first := o.Ready.IsZero() && o.Reopened == 0 && !o.Accepted.IsZero()
	o.State = provision.Done
	o.Conditions = list
	o.Ready = now
	if !first || o.Kind.Ends() {
		return nil
	}
	return span.Keep(tx, o.Tenant, o.Location, o.Ready.Sub(o.Accepted))
}
