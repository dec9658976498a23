package stock

import (
	"context"
	"fmt"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// A store that was put back from a backup is older than the world: numbers that it takes for free were given since.
// Until a tenant's numbers have been read at Microsoft and compared, nothing is offered, held, given, taken back or
// freed in it. The table has one record under restoredAll, for every tenant, and one for each tenant whose comparing
// has begun.

// Restored says that a store was put back from a backup.
type Restored struct {
	Backup   time.Time `json:"backup"`            // the moment that it shows
	At       time.Time `json:"at"`                // when it was put back
	Compared time.Time `json:"compared,omitzero"` // of a tenant: when its numbers had been compared
}

// restoredAll is no tenant's name.
const restoredAll = "*"

// MarkRestored marks a store that is put back from a backup, in the place of an earlier mark.
func MarkRestored(tx provision.Tx, backup, now time.Time) {
	var old []string
	for k := range tx.Scan(record.TableRestored, "", "") {
		old = append(old, k)
	}
	for _, k := range old {
		tx.Delete(record.TableRestored, k)
	}
	mark := Restored{Backup: backup.UTC(), At: now.UTC()}
	record.Save(tx, record.TableRestored, restoredAll, mark)
	markWork(tx, mark)
}

// IsRestored is the mark of a tenant whose numbers are still to be compared; ok is false where there is none. A mark
// that cannot be read is one.
func IsRestored(tx provision.Tx, tenant provision.TenantID) (r Restored, ok bool) {
	all, ok, err := record.Load[Restored](tx, record.TableRestored, restoredAll)
	if !ok {
		return r, false
	}
	own, began, failed := record.Load[Restored](tx, record.TableRestored, string(tenant))
	return all, err != nil || failed != nil || !began || own.Compared.IsZero()
}

// Comparing reports that a tenant's numbers are still to be compared, since the store was put back from a backup.
func (s *Service) Comparing(ctx context.Context, tenant provision.TenantID) (bool, error) {
	ok := false
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		_, ok = IsRestored(tx, tenant)
		return nil
	})
	return ok, err
}

// Compared refuses what needs numbers that have been compared, before anything is read for it. A replica that has lost
// its database's latest changes marks it beside others at work, so a mark may come after this was asked: saving and
// approving an order and deciding about a list ask again in their transaction, and no step of an order begins while
// numbers are compared.
func (s *Service) Compared(ctx context.Context, tenant provision.TenantID) error {
	return s.Store.View(ctx, func(tx provision.Tx) error { return RequireCompared(tx, tenant) })
}

// RequireCompared refuses what needs numbers that have been compared, with a Conflict that says what to do: those of a
// store that was put back from a backup may be given to people since.
func RequireCompared(tx provision.Tx, tenant provision.TenantID) error {
	r, ok := IsRestored(tx, tenant)
	if !ok {
		return nil
	}
	when := r.Backup.Format("2 January 2006, 15:04 UTC")
	return &provision.Error{
		Op: "use numbers", Kind: provision.Conflict, Say: provision.Say("comparing-restored", "when", when),
		Err: fmt.Errorf("the store was restored from a backup of %s, and a number could be given twice: "+
			"start calltab, which compares all numbers with Microsoft's, and try again once it has", when),
	}
}

// AnyOperator is the access by which Calltab itself sets records.
var AnyOperator = provision.Access{Grants: []provision.Grant{{Role: provision.RoleAdmin}}}

// TenantOfJob is the tenant that a job's key begins with.
func TenantOfJob(key string) provision.TenantID {
	tenant, _, _ := strings.Cut(key, "/")
	return provision.TenantID(tenant)
}
