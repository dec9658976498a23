package provision

import (
	"context"
	"fmt"
	"reflect"
	"slices"
)

// Verb is what an inventory does to something that the store has, or lacks.
type Verb string

// The verbs, in the order in which people read them.
const (
	Added   Verb = "added"
	Changed Verb = "changed"
	Removed Verb = "removed"
	Refused Verb = "refused" // it stays, although the inventory does not name it
)

// Difference is one thing in which the store and an inventory differ. Exactly one of LocationID, Plan and Number is set.
type Difference struct {
	Verb     Verb
	Location LocationID // also where Number is to be
	Plan     PlanID
	Number   E164
	Why      string // Refused: the number's state, or "in use"
}

// Apply brings a tenant's inventory up to inv, which must have Has, and tells of each difference in the order in which it is
// made: locations and plans, numbers, and last the locations and plans that go. Unlike Import it also removes what inv does
// not name, but never a number that somebody holds, has or had lately, and never a location or plan that is still in use: those
// are Refused. With dry set nothing is written. Numbers are changed in many small transactions: cut off anywhere and run
// again, it ends the same.
func (s *Service) Apply(ctx context.Context, tenant TenantID, by UserID, inv Inventory, dry bool, tell func(Difference)) error {
	a := &applying{s, tenant, inv, dry, tell, map[Verb]int{}}
	for _, step := range []func(context.Context) error{a.sites, a.numbers, a.blocked, a.leftovers, a.goneSites} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if dry || len(a.counts) == 0 {
		return nil
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		tx.Put(tableImported, string(tenant), []byte(inv.Fingerprint))
		return s.audit(tx, tenant, AuditEvent{Event: Applied, Actor: by, Note: fmt.Sprintf("%d added, %d changed, %d removed, %d refused",
			a.counts[Added], a.counts[Changed], a.counts[Removed], a.counts[Refused])})
	})
}

// applying is one run of Apply.
type applying struct {
	*Service
	tenant TenantID
	inv    Inventory
	dry    bool
	tell   func(Difference)
	counts map[Verb]int
}

func (a *applying) say(d Difference) {
	a.counts[d.Verb]++
	a.tell(d)
}

// sites tells of new and changed locations and plans, and writes them.
func (a *applying) sites(ctx context.Context) error {
	err := a.Store.View(ctx, func(tx Tx) error {
		for _, l := range a.inv.Locations {
			before, there, err := load[Location](tx, tableLocations, key(a.tenant, string(l.ID)))
			if err != nil {
				return err
			}
			a.differs(there, reflect.DeepEqual(before, l), Difference{Location: l.ID})
		}
		before, err := plans(tx, a.tenant)
		for _, p := range a.inv.Plans {
			i := slices.IndexFunc(before, func(b Plan) bool { return b.ID == p.ID })
			a.differs(i >= 0, i >= 0 && before[i] == p, Difference{Plan: p.ID})
		}
		return err
	})
	if err != nil || a.dry {
		return err
	}
	return a.importSites(ctx, a.tenant, a.inv)
}

func (a *applying) differs(there, same bool, d Difference) {
	switch {
	case !there:
		d.Verb = Added
	case !same:
		d.Verb = Changed
	default:
		return
	}
	a.say(d)
}

// compareChunk is how many numbers one look at the store takes in.
const compareChunk = 512

// numbers adds what is new and moves what is free and elsewhere.
func (a *applying) numbers(ctx context.Context) error {
	chunk := make([]Number, 0, compareChunk)
	for n, loc := range a.inv.Numbers {
		if chunk = append(chunk, Number{E164: n, Location: loc, State: Free}); len(chunk) == cap(chunk) {
			if err := a.compare(ctx, chunk); err != nil {
				return err
			}
			chunk = chunk[:0]
		}
	}
	return a.compare(ctx, chunk)
}

func (a *applying) compare(ctx context.Context, chunk []Number) error {
	var change []Number
	err := a.Store.View(ctx, func(tx Tx) error {
		for _, n := range chunk {
			before, there, err := load[Number](tx, tableNumbers, key(a.tenant, string(n.E164)))
			switch {
			case err != nil:
				return err
			case there && before.Location == n.Location:
			case there && before.State != Free && before.State != Blocked:
				a.say(Difference{Verb: Refused, Number: n.E164, Location: before.Location, Why: string(before.State)})
			default:
				a.differs(there, false, Difference{Number: n.E164, Location: n.Location})
				change = append(change, n)
			}
		}
		return nil
	})
	return a.each(ctx, err, change, a.importNumbers)
}

// each writes numbers in small transactions, unless nothing shall be written.
func (a *applying) each(ctx context.Context, err error, all []Number, write func(context.Context, TenantID, []Number) error) error {
	if err != nil || a.dry {
		return err
	}
	for some := range slices.Chunk(all, importChunk) {
		if err := write(ctx, a.tenant, some); err != nil {
			return err
		}
	}
	return nil
}

// blocked blocks the free numbers that the inventory lists so. One that is blocked stays so: it may be blocked because Microsoft
// shows it on somebody else.
func (a *applying) blocked(ctx context.Context) error {
	var block []Number
	err := a.Store.View(ctx, func(tx Tx) error {
		for _, n := range a.inv.Blocked {
			before, there, err := load[Number](tx, tableNumbers, key(a.tenant, string(n)))
			switch {
			case err != nil:
				return err
			case !there && a.dry:
				loc, _ := a.inv.Has(n)
				a.say(Difference{Verb: Changed, Number: n, Location: loc, Why: string(Blocked)})
			case before.State == Free && there:
				a.say(Difference{Verb: Changed, Number: n, Location: before.Location, Why: string(Blocked)})
				block = append(block, before)
			case before.State != Blocked:
				a.say(Difference{Verb: Refused, Number: n, Location: before.Location, Why: string(before.State)})
			}
		}
		return nil
	})
	return a.each(ctx, err, block, func(ctx context.Context, tenant TenantID, some []Number) error {
		return a.rewrite(ctx, some, func(tx Tx, before Number) {
			if before.State == Free {
				after := before
				after.State = Blocked
				putNumber(tx, tenant, before, after)
			}
		})
	})
}

// leftovers removes the numbers that the inventory does not name.
func (a *applying) leftovers(ctx context.Context) error {
	for from := ""; ; {
		var gone []Number
		more := false
		err := a.Store.View(ctx, func(tx Tx) error {
			seen := 0
			gone, more = nil, false
			for k, raw := range tx.Scan(tableNumbers, key(a.tenant, ""), from) {
				if seen++; seen > compareChunk {
					from, more = k, true
					break
				}
				var n Number
				if err := decode(tableNumbers, k, raw, &n); err != nil {
					return err
				}
				if _, named := a.inv.Has(n.E164); !named {
					gone = append(gone, n)
				}
			}
			return nil
		})
		var remove []Number
		for _, n := range gone {
			if n.State == Free || n.State == Blocked {
				a.say(Difference{Verb: Removed, Number: n.E164, Location: n.Location})
				remove = append(remove, n)
				continue
			}
			a.say(Difference{Verb: Refused, Number: n.E164, Location: n.Location, Why: string(n.State)})
		}
		if err := a.each(ctx, err, remove, a.drop); err != nil || !more {
			return err
		}
	}
}

// drop removes numbers that are still free or blocked.
func (a *applying) drop(ctx context.Context, tenant TenantID, some []Number) error {
	return a.rewrite(ctx, some, func(tx Tx, before Number) {
		if before.State == Free || before.State == Blocked {
			removeNumber(tx, tenant, before)
		}
	})
}

// rewrite reads each number again in the transaction that changes it.
func (a *applying) rewrite(ctx context.Context, some []Number, change func(Tx, Number)) error {
	return a.Store.Update(ctx, func(tx Tx) error {
		for _, n := range some {
			before, there, err := load[Number](tx, tableNumbers, key(a.tenant, string(n.E164)))
			if err != nil {
				return err
			}
			if there {
				change(tx, before)
			}
		}
		return nil
	})
}
