package stock

import (
	"calltab/internal/provision"
	"calltab/internal/provision/record"
	"calltab/internal/provision/rehearsal"
)

// An order that a backup was at work on was finished after it, in the world that the store does not know, and what it
// did may have been changed again since. When the store is put back its work goes on by what Microsoft shows. Where
// that would take a phone away that works, the work stops first, and an operator decides (fulfil/restored.go). The
// decision ends the doubt.

// WorkMark is the key of the mark of an order that a backup was at work on.
func WorkMark(tenant provision.TenantID, id provision.OrderID) string {
	return record.Key(restoredAll, string(tenant), string(id))
}

// markWork marks the orders that Calltab is at work on, in the transaction that marks the store as restored. Among them
// is a rehearsal that waits: it goes back by itself, and its person may have the same number for good by now.
func markWork(tx provision.Tx, mark Restored) {
	var at []string
	for k, id := range tx.Scan(record.TableLive, "", "") {
		tenant := TenantOfJob(k)
		o, ok, err := record.Load[provision.Order](tx, record.TableOrders, record.Key(tenant, string(id)))
		if ok && err == nil && (o.AtWork() || o.State == provision.Running || rehearsal.Is(tx, tenant, o.ID)) {
			at = append(at, WorkMark(tenant, o.ID))
		}
	}
	for _, k := range at {
		record.Save(tx, record.TableRestored, k, mark)
	}
}

// EndDoubt notes that a person has decided about an order since the store was put back, or that it has ended.
func EndDoubt(tx provision.Tx, o provision.Order) {
	tx.Delete(record.TableRestored, WorkMark(o.Tenant, o.ID))
}
