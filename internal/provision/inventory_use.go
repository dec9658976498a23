package provision

// Use counts what needs a location or a plan. The zero value is a location or plan that nothing needs.
type Use struct{ Numbers, People, Orders int }

// UsesIn counts by whom locations and plans are used: by people, and by orders that are not over, parked ones included.
// What a person had before an order is used as well, as the order may be undone. Numbers are not counted: [InventoryIn]
// has them.
//
// It reads every person and every order, so it belongs into a View. A transaction that relies on it makes sure that
// [TrailEnd] is what it was: all that could make a difference leaves a link of the audit trail.
func UsesIn(tx Tx, tenant TenantID) (locations map[LocationID]Use, plans map[PlanID]Use, err error) {
	locations, plans = map[LocationID]Use{}, map[PlanID]Use{}
	add := func(loc LocationID, plan PlanID, u Use) {
		l, p := locations[loc], plans[plan]
		locations[loc] = Use{People: l.People + u.People, Orders: l.Orders + u.Orders}
		plans[plan] = Use{People: p.People + u.People, Orders: p.Orders + u.Orders}
	}
	for k, raw := range tx.Scan(tableSubscribers, key(tenant, ""), "") {
		var sub Subscriber
		if err := decode(tableSubscribers, k, raw, &sub); err != nil {
			return nil, nil, err
		}
		add(sub.Location, sub.Plan, Use{People: 1})
	}
	for k, raw := range tx.Scan(tableOrders, key(tenant, ""), "") {
		var o Order
		if err := decode(tableOrders, k, raw, &o); err != nil {
			return nil, nil, err
		}
		if o.State.Over() && o.State != Parked {
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
