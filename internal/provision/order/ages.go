package order

import (
	"slices"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// Oldest is since when the oldest order has been in each state that is not the end: pending, approved, running, waiting
// and parked. A state without orders is not in it. It looks at most orders at most, of all tenants; where more are at
// work, an older one may be among the others.
func Oldest(tx provision.Tx, most int) (map[provision.OrderState]time.Time, error) {
	oldest := map[provision.OrderState]time.Time{}
	looked := 0
	for key, id := range tx.Scan(record.TableLive, "", "") {
		if looked == most {
			break
		}
		looked++
		tenant, _, _ := strings.Cut(key, "/")
		at := record.Key(provision.TenantID(tenant), string(id))
		o, ok, err := record.RecallLately[provision.Order](tx, record.TableOrders, at)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		since := inState(o)
		if before, ok := oldest[o.State]; !ok || since.Before(before) {
			oldest[o.State] = since
		}
	}
	return oldest, nil
}

// inState is since when an order that is not over has been in its state, as near as its record says.
func inState(o provision.Order) time.Time {
	since := o.Submitted
	switch o.State {
	case provision.Pending:
		since = later(since, o.Approval.Since)
	case provision.Approved:
		for _, d := range o.Approval.Given {
			since = later(since, d.At)
		}
	case provision.Running:
		begun := slices.DeleteFunc(slices.Clone(o.Work), func(w provision.StepState) bool { return w.Since.IsZero() })
		if len(begun) > 0 {
			since = later(since, begun[0].Since)
		}
	case provision.Waiting:
		since = later(later(since, o.Accepted), o.ReopenedAt)
	case provision.Parked:
		since = later(since, o.Ended)
	}
	if since.IsZero() {
		return o.Created
	}
	return since
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
