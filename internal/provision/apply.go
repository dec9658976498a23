package provision

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Apply brings a tenant's inventory up to inv, which must have Has, and tells of each difference in the order in which it is
// made: locations and plans, numbers, and last the numbers, locations and plans that go. Unlike Import it also removes what inv
// does not name, but never a number that somebody holds, has or had lately, and never a location or plan that is still in use:
// those are Refused, as is a blocked number that Microsoft shows in use. With dry set nothing is written. Conflict while the numbers of a restored store are compared: what is added could be
// somebody's by now. Everything is changed in many small transactions, each with its link of
// the audit trail: cut off anywhere and run again, it ends the same.
func (s *Service) Apply(ctx context.Context, tenant TenantID, by UserID, inv Inventory, dry bool, tell func(Difference)) error {
	if !dry {
		if err := s.compared(ctx, tenant); err != nil {
			return err
		}
	}
	a := &applying{Service: s, tenant: tenant, by: by, inv: inv, dry: dry, prune: true, tell: tell, counts: map[Verb]int{}}
	if err := a.all(ctx, a.locations, a.plans, a.charter, a.numbers, a.leftovers, a.unused); err != nil {
		return err
	}
	if !dry {
		if err := s.LearnLicences(ctx); err != nil {
			return err
		}
	}
	if same, err := a.known(ctx); err != nil || dry || same && a.unchanged() {
		return err
	}
	return a.finish(ctx, Applied)
}

// applying is one run of Apply or Import.
type applying struct {
	*Service
	tenant TenantID
	by     UserID
	inv    Inventory
	dry    bool // only tell
	prune  bool // remove what the inventory does not name, and unblock what it does not block
	tell   func(Difference)
	silent bool // Microsoft has not answered: no other number is asked about

	pending Difference // not told yet: the next number may continue it
	counts  map[Verb]int
}

func (a *applying) all(ctx context.Context, steps ...func(context.Context) error) error {
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
		a.flush()
	}
	return nil
}

// say tells of differences; numbers that follow one another are told at once.
func (a *applying) say(all []Difference) {
	for _, d := range all {
		a.counts[d.Verb] += max(d.Count, 1)
		if d.continues(a.pending) {
			a.pending.Last, a.pending.Count = d.Last, a.pending.Count+d.Count
			continue
		}
		a.flush()
		a.pending = d
	}
}

func (a *applying) flush() {
	if a.pending.Verb != "" {
		a.tell(a.pending)
	}
	a.pending = Difference{}
}

func (a *applying) unchanged() bool { return a.counts[Added]+a.counts[Changed]+a.counts[Removed] == 0 }

// known reports whether this is the inventory that was applied last.
func (a *applying) known(ctx context.Context) (same bool, err error) {
	err = a.Store.View(ctx, func(tx Tx) error {
		same = a.inv.Fingerprint != "" && LastFile(tx, a.tenant) == a.inv.Fingerprint
		return nil
	})
	return same, err
}

// finish notes that all of the inventory is there.
func (a *applying) finish(ctx context.Context, e Event) error {
	note := fmt.Sprintf("%d added, %d changed, %d removed, %d refused", a.counts[Added], a.counts[Changed], a.counts[Removed], a.counts[Refused])
	return a.Store.Update(ctx, func(tx Tx) error {
		return a.NoteFile(tx, a.tenant, WholeFile{By: a.by, Event: e, Note: note, Fingerprint: a.inv.Fingerprint, Locations: a.inv.Locations})
	})
}

// A step finds what differs, and says what is to be written for it.
type step func(tx Tx) ([]Difference, InventoryChange, error)

// commit tells of the differences that a step finds, after it has written what follows from them in one transaction. The step
// runs in a look first, to find out whether anything is to be written.
func (a *applying) commit(ctx context.Context, find step) error {
	var found []Difference
	err := a.Store.View(ctx, func(tx Tx) (err error) {
		found, _, err = find(tx)
		return err
	})
	if writes := slices.ContainsFunc(found, Difference.changes); err == nil && writes && !a.dry {
		err = a.Store.Update(ctx, func(tx Tx) error {
			all, c, err := find(tx)
			if err != nil {
				return err
			}
			found = all
			c.By = a.by
			c.Note = noteOf(found)
			if c.Note == "" {
				return nil
			}
			return a.ChangeInventory(tx, a.tenant, c)
		})
	}
	if err == nil {
		a.say(found)
	}
	return err
}

// noteOf is what the audit trail says of differences: those of them that change something. Empty: none does.
func noteOf(all []Difference) string {
	var parts []string
	for _, d := range together(all) {
		if d.changes() {
			parts = append(parts, string(d.Verb)+" "+d.What())
		}
	}
	return strings.Join(parts, "; ")
}

// locations adds and changes locations.
func (a *applying) locations(ctx context.Context) error {
	for some := range slices.Chunk(a.inv.Locations, importChunk) {
		err := a.commit(ctx, func(tx Tx) (found []Difference, c InventoryChange, err error) {
			for _, l := range some {
				before, err := a.LocationIn(tx, a.tenant, l.ID)
				there := err == nil
				if err := ignoreNotFound(err); err != nil {
					return nil, c, err
				}
				d, differs := differ(before, there, l)
				if differs {
					found = append(found, d)
					c.Put = append(c.Put, l)
				}
			}
			return found, c, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// plans adds and changes plans, and puts them into their order.
func (a *applying) plans(ctx context.Context) error {
	return a.commit(ctx, func(tx Tx) ([]Difference, InventoryChange, error) {
		inv, err := InventoryIn(tx, a.tenant)
		if err != nil {
			return nil, InventoryChange{}, err
		}
		after, found := arrange(inv.Plans, a.inv.Plans)
		return found, InventoryChange{Plans: &after}, nil
	})
}
