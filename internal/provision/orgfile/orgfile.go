package orgfile

import (
	"context"
	"iter"

	"calltab/internal/provision"
	"calltab/internal/provision/people"
	"calltab/internal/provision/stock"
)

// OrgFile is an organisation file as the core takes it. Fingerprint names its text: importing the same one again costs
// nothing.
type OrgFile struct {
	Locations    []provision.Location
	Plans        []provision.Plan
	AccessPolicy provision.AccessPolicy
	Numbers      iter.Seq2[provision.E164, provision.LocationID]
	Has          func(provision.E164) (provision.LocationID, bool) // the same numbers, one by one; only Apply needs it
	Blocked      func(provision.E164) bool                         // of a number that nobody may have; nil: none is
	Fingerprint  string
}

// Core is what the room needs of [core.Core].
type Core interface {
	ChangeInventory(tx provision.Tx, tenant provision.TenantID, c people.InventoryChange) error
	NoteFile(tx provision.Tx, tenant provision.TenantID, f people.WholeFile) error
	LocationIn(tx provision.Tx, tenant provision.TenantID, id provision.LocationID) (provision.Location, error)
	EachNumber(ctx context.Context, tenant provision.TenantID) iter.Seq2[provision.Number, error]
	NumberHolder(ctx context.Context, tenant provision.TenantID, n provision.E164) (provision.Holder, error)
	LearnLicences(ctx context.Context) error
}

// Service brings the inventory of a store up to organisation files. It is safe for concurrent use, as its core is.
type Service struct {
	store provision.Store
	core  Core
}

// New returns a service for the store that the core works on.
func New(store provision.Store, core Core) *Service { return &Service{store: store, core: core} }

// Import brings locations, plans and numbers up to a file: what is new is added and what changed is changed. What the
// file no longer names stays, as orders may rest on it; plans of that sort come last. A number that the store has keeps
// its state, but for a free one that the file blocks, and moves to another location only while it is free or blocked.
// It may be cut off anywhere and run again.
func (s *Service) Import(ctx context.Context, tenant provision.TenantID, file OrgFile) error {
	_, err := s.Imported(ctx, tenant, file)
	return err
}

// Counts are how many things of a file were made so, and how many stay as they are.
type Counts struct{ Added, Changed, Refused int }

// Imported is Import, and says what came of it: nothing where the file was imported before.
func (s *Service) Imported(ctx context.Context, tenant provision.TenantID, file OrgFile) (Counts, error) {
	r := &run{Core: s.core, store: s.store, tenant: tenant, file: file, tell: func(Diff) {}, counts: map[Verb]int{}}
	same, err := r.known(ctx)
	if err != nil || same {
		return Counts{}, err
	}
	if err := r.all(ctx, r.locations, r.plans, r.accessPolicy, r.numbers); err != nil {
		return Counts{}, err
	}
	done := Counts{r.counts[VerbAdded], r.counts[VerbChanged], r.counts[VerbRefused]}
	return done, r.finish(ctx, provision.Imported)
}

// Superseded reports whether a later file than this one was imported or applied.
func (s *Service) Superseded(ctx context.Context, tenant provision.TenantID, file OrgFile) (is bool, err error) {
	err = s.store.View(ctx, func(tx provision.Tx) error {
		is = people.Superseded(tx, tenant, file.Fingerprint)
		return nil
	})
	return is, err
}

// Apply brings a tenant's inventory up to a file, which must have Has, and tells of each difference in the order in
// which it is made: locations and plans, numbers, and last the numbers, locations and plans that go. Unlike Import it
// also removes what the file does not name, but never a number that is held, assigned or cooling, and never a location
// or plan that is still in use: those are refused, as is a blocked number that Microsoft shows in use. With dry set
// nothing is written. Conflict while the numbers of a restored store are compared: what is added could be assigned to a
// person by now. Everything is changed in many small transactions, each with its link of the audit trail: cut off
// anywhere and run again, it ends the same.
func (s *Service) Apply(
	ctx context.Context, tenant provision.TenantID, by provision.UserID, file OrgFile, dry bool, tell func(Diff),
) error {
	if !dry {
		err := s.store.View(ctx, func(tx provision.Tx) error { return stock.RequireCompared(tx, tenant) })
		if err != nil {
			return err
		}
	}
	r := &run{
		Core: s.core, store: s.store, tenant: tenant, by: by, file: file,
		dry: dry, prune: true, tell: tell, counts: map[Verb]int{},
	}
	if err := r.all(ctx, r.locations, r.plans, r.accessPolicy, r.numbers, r.leftovers, r.pruneUnused); err != nil {
		return err
	}
	if !dry {
		if err := s.core.LearnLicences(ctx); err != nil {
			return err
		}
	}
	same, err := r.known(ctx)
	if err != nil || dry || same && r.unchanged() {
		return err
	}
	return r.finish(ctx, provision.Applied)
}
