package provision

import "time"

// An order that a backup was at work on was finished after it, in the world that the store does not know, and what it did may have
// been changed again since. When the store is put back its work goes on by what Microsoft shows. Where that would take a phone away
// that works, the work stops first, and an operator decides (fulfil/restored.go). The decision ends the doubt.

func workMark(tenant TenantID, id OrderID) string {
	return key(restoredAll, string(tenant), string(id))
}

// markWork marks the orders that Calltab is at work on, in the transaction that marks the store as restored.
func markWork(tx Tx, mark Restored) {
	var at []string
	for k, id := range tx.Scan(tableLive, "", "") {
		tenant := TenantOfJob(k)
		o, ok, err := load[Order](tx, tableOrders, key(tenant, string(id)))
		if ok && err == nil && (o.AtWork() || o.State == Running) {
			at = append(at, workMark(tenant, o.ID))
		}
	}
	for _, k := range at {
		save(tx, tableRestored, k, mark)
	}
}

// WorkOfBackup is the moment of the backup that an order was at work in, where nobody has decided about it since; zero for every
// other order.
func (s *Service) WorkOfBackup(tx Tx, o Order) (time.Time, error) {
	mark, _, err := load[Restored](tx, tableRestored, workMark(o.Tenant, o.ID))
	return mark.Backup, err
}

// endDoubt notes that a person has decided about an order since the store was put back, or that it has ended.
func endDoubt(tx Tx, o Order) { tx.Delete(tableRestored, workMark(o.Tenant, o.ID)) }
