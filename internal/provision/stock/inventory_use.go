package stock

import (
	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// UsesIn counts by whom locations and plans are used: by people, and by orders that are not over, parked ones included.
// What a person had before an order is used as well, as the order may be undone. Numbers are not counted: [InventoryIn]
// has them.
//
// It reads every person and every order, so it belongs into a View. A transaction that relies on it makes sure that
// [audit.TrailEnd] is what it was: all that could make a difference leaves an event of the audit trail.
func UsesIn(tx provision.Tx, tenant provision.TenantID) (locations map[provision.LocationID]Use,
	plans map[provision.PlanID]Use, err error) {
	locations, plans = map[provision.LocationID]Use{}, map[provision.PlanID]Use{}
	add := func(loc provision.LocationID, plan provision.PlanID, u Use) {
		l, p := locations[loc], plans[plan]
		locations[loc] = Use{People: l.People + u.People, Orders: l.Orders + u.Orders}
		plans[plan] = Use{People: p.People + u.People, Orders: p.Orders + u.Orders}
	}
	for k, raw := range tx.Scan(record.TableSubscribers, record.Key(tenant, ""), "") {
		var sub provision.Subscriber
		if err := record.Decode(record.TableSubscribers, k, raw, &sub); err != nil {
			return nil, nil, err
		}
		add(sub.Location, sub.Plan, Use{People: 1})
	}
	for k, raw := range tx.Scan(record.TableOrders, record.Key(tenant, ""), "") {
		var o provision.Order
		if err := record.Decode(record.TableOrders, k, raw, &o); err != nil {
			return nil, nil, err
		}
		if o.State.Over() && o.State != provision.Parked {
			continue
		}
		add(o.Location, o.Plan, Use{Orders: 1})
		if o.Had.Location != o.Location {
			add(o.Had.Location, "", Use{Orders: 1})
		}
		if o.Had.Plan != o.Plan {
			add("", o.Had.Plan, Use{Orders: 1})
		}
	}
	return locations, plans, nil
}

// Use counts what needs a location or a plan. The zero value is a location or plan that nothing needs.
type Use struct{ Numbers, People, Orders int }
