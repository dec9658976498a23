package provision

import (
	"context"
	"fmt"
	"slices"
)

// goneSites removes the locations and plans that the inventory does not name and that nobody uses.
func (a *applying) goneSites(ctx context.Context) error {
	run := a.Store.Update
	if a.dry {
		run = a.Store.View
	}
	var told []Difference
	err := run(ctx, func(tx Tx) error {
		told = nil
		locations, plans, err := a.used(tx)
		if err != nil {
			return err
		}
		if told, err = a.goneLocations(tx, locations, told); err != nil {
			return err
		}
		told, err = a.gonePlans(tx, plans, told)
		return err
	})
	for _, d := range told {
		a.say(d)
	}
	return err
}

// used is which locations and plans somebody has, or has ordered.
func (a *applying) used(tx Tx) (locations map[LocationID]bool, plans map[PlanID]bool, err error) {
	locations, plans = map[LocationID]bool{}, map[PlanID]bool{}
	for k, raw := range tx.Scan(tableSubscribers, key(a.tenant, ""), "") {
		var sub Subscriber
		if err := decode(tableSubscribers, k, raw, &sub); err != nil {
			return nil, nil, err
		}
		locations[sub.Location], plans[sub.Plan] = true, true
	}
	for _, id := range tx.Scan(tableLive, key(a.tenant, ""), "") {
		o, err := a.OrderIn(tx, a.tenant, OrderID(id))
		if err != nil {
			return nil, nil, err
		}
		locations[o.Location], plans[o.Plan] = true, true
	}
	return locations, plans, nil
}

func (a *applying) goneLocations(tx Tx, used map[LocationID]bool, told []Difference) ([]Difference, error) {
	all, err := stock(tx, a.tenant)
	if err != nil {
		return nil, err
	}
	for _, st := range all {
		if slices.ContainsFunc(a.inv.Locations, func(l Location) bool { return l.ID == st.ID }) {
			continue
		}
		left := 0
		for state, n := range st.Numbers {
			if !a.dry || state != Free && state != Blocked { // with dry they are still there
				left += n
			}
		}
		if used[st.ID] || left > 0 {
			told = append(told, Difference{Verb: Refused, Location: st.ID, Why: "in use"})
			continue
		}
		told = append(told, Difference{Verb: Removed, Location: st.ID})
		if !a.dry {
			tx.Delete(tableLocations, key(a.tenant, string(st.ID)))
		}
	}
	return told, nil
}

func (a *applying) gonePlans(tx Tx, used map[PlanID]bool, told []Difference) ([]Difference, error) {
	all, err := plans(tx, a.tenant)
	if err != nil {
		return nil, err
	}
	var kept []Plan
	for _, p := range all {
		switch {
		case slices.ContainsFunc(a.inv.Plans, func(n Plan) bool { return n.ID == p.ID }):
			kept = append(kept, p)
		case used[p.ID]:
			kept = append(kept, p)
			told = append(told, Difference{Verb: Refused, Plan: p.ID, Why: "in use"})
		default:
			told = append(told, Difference{Verb: Removed, Plan: p.ID})
		}
	}
	if a.dry {
		return told, nil
	}
	for i := range all {
		k := key(a.tenant, fmt.Sprintf("%03d", i))
		if i < len(kept) {
			save(tx, tablePlans, k, kept[i])
		} else {
			tx.Delete(tablePlans, k)
		}
	}
	return told, nil
}
