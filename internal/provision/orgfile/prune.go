package orgfile

import (
	"context"
	"slices"

	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/people"
	"calltab/internal/provision/stock"
)

// unusedTries is how often a location or plan is looked at whose people are at work just then.
const unusedTries = 5

// pruneUnused removes the locations and plans that the file does not name and that nobody uses. To see who uses one,
// every person and every order is read, outside of the transaction that removes: it removes only where the audit
// trail, in which all that could make a difference leaves a link, still ends where it ended then.
func (r *run) pruneUnused(ctx context.Context) error {
	for tries := 1; ; tries++ {
		var look surplus
		err := r.store.View(ctx, func(tx provision.Tx) (err error) {
			look, err = r.surplus(tx)
			return err
		})
		if err != nil {
			return err
		}
		if tries > unusedTries {
			look.refuseAll()
		}
		if r.dry || len(look.removed) == 0 {
			r.say(look.removed)
			r.say(look.refused)
			return nil
		}
		done, err := r.remove(ctx, look)
		if err != nil {
			return err
		}
		r.say(done)
		if len(done) > 0 {
			tries = 0
		}
	}
}

// surplus is what a file does not name.
type surplus struct {
	at      uint64           // where the audit trail ended
	plans   []provision.Plan // all that there were
	removed []Diff
	refused []Diff
}

func (l *surplus) add(d Diff, u stock.Use) {
	d.Use = u
	if u == (stock.Use{}) {
		d.Verb = VerbRemoved
		l.removed = append(l.removed, d)
		return
	}
	d.Verb = VerbRefused
	l.refused = append(l.refused, d)
}

// refuseAll gives up: people are at work all the time.
func (l *surplus) refuseAll() {
	for _, d := range l.removed {
		d.Verb = VerbRefused
		l.refused = append(l.refused, d)
	}
	l.removed = nil
}

func (r *run) surplus(tx provision.Tx) (l surplus, err error) {
	inv, err := stock.InventoryIn(tx, r.tenant)
	if err != nil {
		return l, err
	}
	l.plans = inv.Plans
	all := slices.DeleteFunc(inv.Locations, func(st provision.Stock) bool {
		return slices.ContainsFunc(r.file.Locations, func(n provision.Location) bool { return n.ID == st.ID })
	})
	offered := slices.DeleteFunc(slices.Clone(inv.Plans), func(p provision.Plan) bool {
		return slices.ContainsFunc(r.file.Plans, func(n provision.Plan) bool { return n.ID == p.ID })
	})
	if len(all)+len(offered) == 0 {
		return l, nil
	}
	if l.at, err = audit.TrailEnd(tx, r.tenant); err != nil {
		return l, err
	}
	locations, plans, err := stock.UsesIn(tx, r.tenant)
	if err != nil {
		return l, err
	}
	for _, st := range all {
		u := locations[st.ID]
		for state, n := range st.Numbers {
			goes := state == provision.Free || state == provision.Blocked
			if !r.dry || !goes { // when nothing is written, those that go are still there
				u.Numbers += n
			}
		}
		l.add(Diff{Location: st.ID}, u)
	}
	for _, p := range offered {
		l.add(Diff{Plan: p.ID}, plans[p.ID])
	}
	return l, nil
}

// remove removes some of what is surplus, and returns it: nothing where the audit trail has gone on or numbers were
// added.
func (r *run) remove(ctx context.Context, look surplus) (done []Diff, err error) {
	some := look.removed[:min(len(look.removed), stock.MostKeys(r.store)/2)]
	err = r.store.Update(ctx, func(tx provision.Tx) error {
		done = nil
		if at, err := audit.TrailEnd(tx, r.tenant); err != nil || at != look.at {
			return err
		}
		c := people.InventoryChange{By: r.by, Note: noteOf(some)}
		left := slices.Clone(look.plans)
		for _, d := range some {
			if d.Location != "" {
				c.Gone = append(c.Gone, d.Location)
			}
			left = slices.DeleteFunc(left, func(p provision.Plan) bool { return p.ID == d.Plan })
		}
		c.Plans = &left
		done = some
		return r.ChangeInventory(tx, r.tenant, c)
	})
	return done, err
}
