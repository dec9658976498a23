package provision

import (
	"context"
	"slices"
)

// unusedTries is how often a location or plan is looked at whose people are at work just then.
const unusedTries = 5

// unused removes the locations and plans that the inventory does not name and that nobody uses. To see who uses one, every
// person and every order is read, outside of the transaction that removes: it removes only where the audit trail, in which
// whatever could make a difference leaves a link, still ends where it ended then.
func (a *applying) unused(ctx context.Context) error {
	for tries := 1; ; tries++ {
		var look surplus
		err := a.Store.View(ctx, func(tx Tx) (err error) {
			look, err = a.surplus(tx)
			return err
		})
		if err != nil {
			return err
		}
		if tries > unusedTries {
			look.refuseAll()
		}
		if a.dry || len(look.removed) == 0 {
			a.say(look.removed)
			a.say(look.refused)
			return nil
		}
		done, err := a.remove(ctx, look)
		if err != nil {
			return err
		}
		if a.say(done); len(done) > 0 {
			tries = 0
		}
	}
}

// surplus is what an inventory does not name.
type surplus struct {
	at      uint64 // where the audit trail ended
	plans   []Plan // all that there were
	removed []Difference
	refused []Difference
}

func (l *surplus) add(d Difference, u Use) {
	d.Use = u
	if u == (Use{}) {
		d.Verb = Removed
		l.removed = append(l.removed, d)
		return
	}
	d.Verb = Refused
	l.refused = append(l.refused, d)
}

// refuseAll gives up: people are at work all the time.
func (l *surplus) refuseAll() {
	for _, d := range l.removed {
		d.Verb = Refused
		l.refused = append(l.refused, d)
	}
	l.removed = nil
}

func (a *applying) surplus(tx Tx) (l surplus, err error) {
	inv, err := InventoryIn(tx, a.tenant)
	if err != nil {
		return l, err
	}
	l.plans = inv.Plans
	all := slices.DeleteFunc(inv.Locations, func(st Stock) bool {
		return slices.ContainsFunc(a.inv.Locations, func(n Location) bool { return n.ID == st.ID })
	})
	offered := slices.DeleteFunc(slices.Clone(inv.Plans), func(p Plan) bool {
		return slices.ContainsFunc(a.inv.Plans, func(n Plan) bool { return n.ID == p.ID })
	})
	if len(all)+len(offered) == 0 {
		return l, nil
	}
	if l.at, err = TrailEnd(tx, a.tenant); err != nil {
		return l, err
	}
	locations, plans, err := UsesIn(tx, a.tenant)
	if err != nil {
		return l, err
	}
	for _, st := range all {
		u := locations[st.ID]
		for state, n := range st.Numbers {
			if !a.dry || state != Free && state != Blocked { // when nothing is written these are still there
				u.Numbers += n
			}
		}
		l.add(Difference{Location: st.ID}, u)
	}
	for _, p := range offered {
		l.add(Difference{Plan: p.ID}, plans[p.ID])
	}
	return l, nil
}

// remove removes some of what is surplus, and returns it: nothing where the audit trail has gone on or numbers were added.
func (a *applying) remove(ctx context.Context, look surplus) (done []Difference, err error) {
	some := look.removed[:min(len(look.removed), mostKeys/2)]
	err = a.Store.Update(ctx, func(tx Tx) error {
		done = nil
		if at, err := TrailEnd(tx, a.tenant); err != nil || at != look.at {
			return err
		}
		c := InventoryChange{By: a.by, Note: noteOf(some)}
		left := slices.Clone(look.plans)
		for _, d := range some {
			if d.Location != "" {
				c.Gone = append(c.Gone, d.Location)
			}
			left = slices.DeleteFunc(left, func(p Plan) bool { return p.ID == d.Plan })
		}
		c.Plans = &left
		done = some
		return a.ChangeInventory(tx, a.tenant, c)
	})
	return done, err
}
