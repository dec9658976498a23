package orgfile

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/people"
	"calltab/internal/provision/stock"
)

// locationsChunk is how many locations one transaction writes.
const locationsChunk = 16

// run is one run of Apply or Import.
type run struct {
	Core
	store  provision.Store
	tenant provision.TenantID
	by     provision.UserID
	file   OrgFile
	dry    bool // only tell
	prune  bool // remove what the file does not name, and unblock what it does not block
	tell   func(Diff)
	silent bool // Microsoft has not answered: no other number is asked about

	pending Diff // not told yet: the next number may continue it
	counts  map[Verb]int
}

func (r *run) all(ctx context.Context, steps ...func(context.Context) error) error {
	for _, run := range steps {
		if err := run(ctx); err != nil {
			return err
		}
		r.flush()
	}
	return nil
}

// say tells of differences; numbers that follow one another are told at once.
func (r *run) say(all []Diff) {
	for _, d := range all {
		r.counts[d.Verb] += max(d.Count, 1)
		if d.continues(r.pending) {
			r.pending.Last = d.Last
			r.pending.Count += d.Count
			continue
		}
		r.flush()
		r.pending = d
	}
}

func (r *run) flush() {
	if r.pending.Verb != "" {
		r.tell(r.pending)
	}
	r.pending = Diff{}
}

func (r *run) unchanged() bool {
	return r.counts[VerbAdded]+r.counts[VerbChanged]+r.counts[VerbRemoved] == 0
}

// known reports whether this is the file that was applied last.
func (r *run) known(ctx context.Context) (same bool, err error) {
	err = r.store.View(ctx, func(tx provision.Tx) error {
		same = r.file.Fingerprint != "" && people.LastFile(tx, r.tenant) == r.file.Fingerprint
		return nil
	})
	return same, err
}

// finish notes that all of the file is there.
func (r *run) finish(ctx context.Context, e provision.Event) error {
	n := r.counts
	whole := people.WholeFile{
		By: r.by, Event: e, Fingerprint: r.file.Fingerprint, Locations: r.file.Locations,
		Note: fmt.Sprintf("%d added, %d changed, %d removed, %d refused",
			n[VerbAdded], n[VerbChanged], n[VerbRemoved], n[VerbRefused]),
	}
	return r.store.Update(ctx, func(tx provision.Tx) error { return r.NoteFile(tx, r.tenant, whole) })
}

// A step finds what differs, and says what is to be written for it.
type step func(tx provision.Tx) ([]Diff, people.InventoryChange, error)

// commit tells of the differences that a step finds, after it has written what follows from them in one transaction.
// The step runs in a look first, to find out whether anything is to be written.
func (r *run) commit(ctx context.Context, find step) error {
	var found []Diff
	err := r.store.View(ctx, func(tx provision.Tx) (err error) {
		found, _, err = find(tx)
		return err
	})
	if err != nil {
		return err
	}
	if r.dry || !slices.ContainsFunc(found, Diff.changes) {
		r.say(found)
		return nil
	}
	return r.write(ctx, find)
}

// write is commit for a step that is known to find something to write.
func (r *run) write(ctx context.Context, find step) error {
	var found []Diff
	err := r.store.Update(ctx, func(tx provision.Tx) error {
		all, c, err := find(tx)
		if err != nil {
			return err
		}
		found = all
		c.By = r.by
		c.Note = noteOf(found)
		if c.Note == "" {
			return nil
		}
		return r.ChangeInventory(tx, r.tenant, c)
	})
	if err == nil {
		r.say(found)
	}
	return err
}

// noteOf is what the audit trail says of differences: those of them that change something. Empty: none does.
func noteOf(all []Diff) string {
	var parts []string
	for _, d := range together(all) {
		if d.changes() {
			parts = append(parts, string(d.Verb)+" "+d.What())
		}
	}
	return strings.Join(parts, "; ")
}

// locations adds and changes locations.
func (r *run) locations(ctx context.Context) error {
	for some := range slices.Chunk(r.file.Locations, locationsChunk) {
		err := r.commit(ctx, func(tx provision.Tx) (found []Diff, c people.InventoryChange, err error) {
			for _, l := range some {
				before, err := r.LocationIn(tx, r.tenant, l.ID)
				there := err == nil
				if err != nil && provision.KindOf(err) != provision.NotFound {
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
func (r *run) plans(ctx context.Context) error {
	return r.commit(ctx, func(tx provision.Tx) ([]Diff, people.InventoryChange, error) {
		inv, err := stock.InventoryIn(tx, r.tenant)
		if err != nil {
			return nil, people.InventoryChange{}, err
		}
		after, found := arrange(inv.Plans, r.file.Plans)
		return found, people.InventoryChange{Plans: &after}, nil
	})
}
