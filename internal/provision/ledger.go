package provision

import "context"

// Ledger is the carrier of whoever has none to tell: it keeps the lines that are in use in the store, for whoever bills or
// routes them. The zero value is of no use.
type Ledger struct{ Store Store }

var _ Carrier = Ledger{}

// Tell writes the line down, or strikes it out.
func (l Ledger) Tell(ctx context.Context, n Notice) (Receipt, error) {
	return Receipt{}, l.Store.Update(ctx, func(tx Tx) error {
		at := key(n.Tenant, string(n.Number))
		if n.Event != LineRelease {
			save(tx, tableLines, at, n.Line)
			return nil
		}
		if had, ok, err := load[Line](tx, tableLines, at); err != nil || !ok || had.User != n.User {
			return err
		}
		tx.Delete(tableLines, at)
		return nil
	})
}

// Lines lists the lines of a tenant in use behind a number, by number; limit 0 means all.
func (l Ledger) Lines(ctx context.Context, tenant TenantID, after E164, limit int) ([]Line, error) {
	var all []Line
	err := l.Store.View(ctx, func(tx Tx) error {
		all = nil
		from := ""
		if after != "" {
			from = key(tenant, string(after)) + "\x00"
		}
		for k, raw := range tx.Scan(tableLines, key(tenant, ""), from) {
			var line Line
			if err := decode(tableLines, k, raw, &line); err != nil {
				return err
			}
			if all = append(all, line); len(all) == limit {
				break
			}
		}
		return nil
	})
	return all, err
}
