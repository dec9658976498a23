package approve

import (
	"context"
	"log/slog"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/names"
	"calltab/internal/provision/record"
	"calltab/internal/provision/rows"
)

// ToApprove lists the orders that wait for an approver, the oldest first.
func (s *Service) ToApprove(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	limit int) ([]provision.Order, error) {
	var found []provision.Order
	err := s.Store.View(ctx, func(tx provision.Tx) (err error) {
		w := waiting{Service: s, tx: tx, tenant: tenant, by: by.ID, limit: limit}
		err = w.read("")
		found = w.found
		return err
	})
	return found, err
}

// ToApproveOf lists those of them that are rows of a bulk. There may be very many others, so it looks from where the
// bulk was begun on, and at all of them only where there are none from there on: a clock may have been ahead.
func (s *Service) ToApproveOf(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	of provision.BulkID, limit int) ([]provision.Order, error) {
	var found []provision.Order
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		found = nil
		b, err := rows.Read(tx, tenant, of)
		if err != nil {
			return err
		}
		if rows.Count(tx, tenant, of).Of(rows.Asked) == 0 {
			return nil
		}
		w := waiting{Service: s, tx: tx, tenant: tenant, by: by.ID, of: of, limit: limit}
		err = w.read(record.Sortable(b.Created))
		if err == nil && len(w.found) == 0 {
			err = w.read("")
		}
		found = w.found
		return err
	})
	return found, err
}

// waiting reads orders that wait for an approver.
type waiting struct {
	*Service
	tx     provision.Tx
	tenant provision.TenantID
	by     provision.UserID
	of     provision.BulkID // empty: of any bulk and of none
	named  *names.Query     // nil: for anybody
	limit  int
	most   int // how many of all are looked at; 0: all
	found  []provision.Order
}

// read reads those that have waited since a moment or a later one, the oldest first. One that cannot be read is left
// out, and is in the log: nobody could decide about the others for it.
func (w *waiting) read(since string) error {
	prefix := record.Key(w.tenant, string(w.by), "")
	looked := 0
	for k := range w.tx.Scan(record.TableToApprove, prefix, prefix+since) {
		looked++
		if w.most > 0 && looked > w.most {
			return nil
		}
		id := provision.OrderID(k[strings.LastIndexByte(k, '/')+1:])
		if w.of != "" && rows.BulkOf(w.tx, w.tenant, id) != w.of {
			continue
		}
		o, err := w.order.OrderIn(w.tx, w.tenant, id)
		if err != nil && provision.KindOf(err) == provision.Internal {
			w.Log.Error("order to approve left out", slog.Any("error", err))
			continue
		}
		if err != nil {
			return err
		}
		if w.of != "" && o.Bulk.ID != w.of { // it is an order of its own by now
			continue
		}
		if w.named != nil && w.named.Match(o.Person) == names.NoMatch {
			continue
		}
		w.found = append(w.found, o)
		if len(w.found) == w.limit {
			return nil
		}
	}
	return nil
}
