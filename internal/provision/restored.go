package provision

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// A store that was put back from a backup is older than the world: numbers that it takes for free were given since. Until a tenant's
// numbers have been read at Microsoft and compared, nothing is offered, held, given, taken back or freed in it. The table has one
// record under restoredAll, for every tenant, and one for each tenant whose comparing has begun.

// Restored says that a store was put back from a backup.
type Restored struct {
	Backup   time.Time `json:"backup"`            // the moment that it shows
	At       time.Time `json:"at"`                // when it was put back
	Compared time.Time `json:"compared,omitzero"` // of a tenant: when its numbers had been compared
}

// restoredAll is no tenant's name.
const restoredAll = "*"

// MarkRestored marks a store that is put back from a backup, in the place of an earlier mark.
func MarkRestored(tx Tx, backup, now time.Time) {
	var old []string
	for k := range tx.Scan(tableRestored, "", "") {
		old = append(old, k)
	}
	for _, k := range old {
		tx.Delete(tableRestored, k)
	}
	mark := Restored{Backup: backup.UTC(), At: now.UTC()}
	save(tx, tableRestored, restoredAll, mark)
	markWork(tx, mark)
}

// restored is the mark of a tenant whose numbers are still to be compared; ok is false where there is none. A mark that cannot be
// read is one.
func restored(tx Tx, tenant TenantID) (r Restored, ok bool) {
	all, ok, err := load[Restored](tx, tableRestored, restoredAll)
	if !ok {
		return r, false
	}
	own, began, failed := load[Restored](tx, tableRestored, string(tenant))
	return all, err != nil || failed != nil || !began || own.Compared.IsZero()
}

// Comparing reports that a tenant's numbers are still to be compared, since the store was put back from a backup.
func (s *Service) Comparing(ctx context.Context, tenant TenantID) (bool, error) {
	ok := false
	err := s.Store.View(ctx, func(tx Tx) error {
		_, ok = restored(tx, tenant)
		return nil
	})
	return ok, err
}

// compared refuses what needs numbers that have been compared. A mark goes and does not come while the program runs, so this can be
// asked before the transaction.
func (s *Service) compared(ctx context.Context, tenant TenantID) error {
	return s.Store.View(ctx, func(tx Tx) error { return RequireCompared(tx, tenant) })
}

// RequireCompared refuses what needs numbers that have been compared, with a Conflict that says what to do: those of a store that
// was put back from a backup may be given to people since.
func RequireCompared(tx Tx, tenant TenantID) error {
	r, ok := restored(tx, tenant)
	if !ok {
		return nil
	}
	when := r.Backup.Format("2 January 2006, 15:04 UTC")
	return &Error{
		Op: "use numbers", Kind: Conflict, Say: Say("comparing-restored", "when", when),
		Err: fmt.Errorf("the store was restored from a backup of %s, and a number could be given twice: start calltab, which compares all numbers "+
			"with Microsoft's, and try again once it has", when),
	}
}

// CompareRestored begins to compare a tenant's numbers where the store was put back from a backup. It begins anew at each start: an
// organisation file may have brought numbers since that were not there to be compared. drop forgets the job that there was. Call it at
// each start, after the file and before any work.
func (s *Service) CompareRestored(tx Tx, tenant TenantID, drop func(Tx, string, string) error) error {
	r, ok := restored(tx, tenant)
	if !ok {
		return nil
	}
	ns, err := numberSync(tx, tenant)
	if err != nil {
		return err
	}
	if err := drop(tx, JobNumbers, string(tenant)); err != nil {
		return err
	}
	save(tx, tableRestored, string(tenant), r)
	return s.compareAnew(tx, tenant, ns)
}

// compareAgain begins another comparison when an order ends that the backup had at work: what Microsoft shows of its person and its
// numbers was left to the order until then.
func (s *Service) compareAgain(tx Tx, before Order, o Order) error {
	if !before.State.Live() || o.State.Live() {
		return nil
	}
	endDoubt(tx, o)
	own, ok, err := load[Restored](tx, tableRestored, string(o.Tenant))
	if err != nil || !ok || own.Compared.IsZero() || o.Submitted.After(own.Backup) {
		return err
	}
	ns, err := numberSync(tx, o.Tenant)
	if err != nil {
		return err
	}
	switch ns.State {
	case SyncRunning:
		ns.Again = true
		save(tx, tableNumberSyncs, string(o.Tenant), ns)
		return nil
	case SyncStopped:
		return nil // a person goes on with it
	}
	return s.compareAnew(tx, o.Tenant, ns)
}

// compareAnew begins a round that nobody asked for.
func (s *Service) compareAnew(tx Tx, tenant TenantID, before NumberSync) error {
	save(tx, tableNumberSyncs, string(tenant), NumberSync{Round: before.Round + 1, Began: s.Now().UTC(), State: SyncRunning})
	return s.Queue.Add(tx, JobNumbers, string(tenant), nil, s.Now())
}

// followMoved sets the records of somebody who has another number at Microsoft than the backup says.
func (s *Service) followMoved(tx Tx, tenant TenantID, o owner) (touched int, err error) {
	r, err := s.examine(tx, tenant, anyOperator, *o.moved)
	if err != nil {
		return 0, err
	}
	f := o.finding
	f.Class = NumberElsewhere
	if r.After.Number == f.Number {
		f.Class = NumberAdopted
	}
	classifyNumber(tx, tenant, f)
	if err := s.mend(tx, tenant, Actor{}, r); err != nil || f.Class == NumberAdopted {
		return 60, err
	}
	v, err := number(tx, tenant, f.Number)
	if err != nil {
		return 60, err
	}
	return 60, s.setAside(tx, tenant, v)
}

// anyOperator is the access by which Calltab itself sets records.
var anyOperator = Access{grants: []Grant{{Role: RoleAdmin}}}

// endRestored takes the mark of a tenant away, in the transaction that ends its comparing.
func (s *Service) endRestored(tx Tx, tenant TenantID) {
	if r, ok := restored(tx, tenant); ok {
		r.Compared = s.Now().UTC()
		save(tx, tableRestored, string(tenant), r)
	}
}

// endHold takes a number out of the stock that the backup has held for an order whose work has not begun, and that Microsoft shows on
// somebody: with the order's end it would become free. What is at work looks at Microsoft by itself.
func (s *Service) endHold(tx Tx, tenant TenantID, v Number) (Number, error) {
	if _, ok := restored(tx, tenant); !ok || v.State != Held {
		return v, nil
	}
	o, err := s.OrderIn(tx, tenant, v.Order)
	if ignoreNotFound(err) != nil {
		return v, err
	}
	if err == nil && o.State != Draft && o.State != Pending {
		return v, nil
	}
	after := Number{E164: v.E164, Location: v.Location, State: Blocked, Rested: v.Rested, Taken: true}
	return after, s.change(tx, tenant, v, after, AuditEvent{Event: NumberBlocked, Order: v.Order, Note: "taken"})
}

// TenantOfJob is the tenant that a job's key begins with.
func TenantOfJob(key string) TenantID {
	tenant, _, _ := strings.Cut(key, "/")
	return TenantID(tenant)
}
