package stock

import (
	"context"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// Ledger is the carrier where there is none to tell: it keeps the lines that are in use in the store, for the operator
// who bills or routes them. The zero value is of no use.
type Ledger struct{ Store provision.Store }

var _ provision.Carrier = Ledger{}

// Tell writes the line down, or strikes it out.
func (l Ledger) Tell(ctx context.Context, n provision.Notice) (provision.Receipt, error) {
	return provision.Receipt{}, l.Store.Update(ctx, func(tx provision.Tx) error {
		at := record.Key(n.Tenant, string(n.Number))
		if n.Event != provision.LineRelease {
			record.Save(tx, record.TableLines, at, n.Line)
			return nil
		}
		if had, ok, err := record.Load[provision.Line](tx, record.TableLines, at); err != nil || !ok ||
			had.User != n.User {
			return err
		}
		tx.Delete(record.TableLines, at)
		return nil
	})
}

// Lines lists the lines of a tenant in use behind a number, by number; limit 0 means all.
func (l Ledger) Lines(ctx context.Context, tenant provision.TenantID, after provision.E164,
	limit int) ([]provision.Line, error) {
	var all []provision.Line
	err := l.Store.View(ctx, func(tx provision.Tx) error {
		all = nil
		from := ""
		if after != "" {
			from = record.Key(tenant, string(after)) + "\x00"
		}
		for k, raw := range tx.Scan(record.TableLines, record.Key(tenant, ""), from) {
			var line provision.Line
			if err := record.Decode(record.TableLines, k, raw, &line); err != nil {
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
