package approve

import (
	"cmp"
	"context"
	"log/slog"
	"slices"

	"calltab/internal/provision"
	"calltab/internal/provision/names"
	"calltab/internal/provision/order"
	"calltab/internal/provision/record"
)

// How many orders are looked at for a name one by one, and how many people whom it can mean. Very many orders are
// looked at only for a name that many people have, or where neither roster nor directory answers.
const (
	fewWaiting  = 20
	manyWaiting = 1000
	mostMeant   = 50
)

// ToApproveFor lists at most so many of the orders that wait for an approver, the oldest first: those for the people
// whom a name can mean. Very many may wait for one person, so that beyond a few it looks for the people, in the roster,
// else in the directory, and for the order that is at work for each of them.
func (s *Service) ToApproveFor(ctx context.Context, tenant provision.TenantID, by provision.Actor, name string,
	limit int) ([]provision.Order, error) {
	q := names.Read(name)
	var found []provision.Order
	more := false
	err := s.Store.View(ctx, func(tx provision.Tx) (err error) {
		w := waiting{Service: s, tx: tx, tenant: tenant, by: by.ID, limit: limit, named: &q}
		if more = w.more(fewWaiting); !more {
			err = w.read("")
			found = w.found
			return err
		}
		meant, all, err := s.roster.Named(tx, tenant, name, mostMeant)
		if err != nil {
			return err
		}
		if all {
			found, err = w.atWork(meant)
			return err
		}
		w.most = manyWaiting // so many have the name that some of the first orders are likely for one of them
		err = w.read("")
		found = w.found
		return err
	})
	if err != nil || !more || len(found) > 0 {
		return found, err
	}
	return s.notInRoster(ctx, tenant, by, name, limit)
}

// notInRoster is ToApproveFor by the directory, and order by order where it does not answer, or has more people of the
// name than a search tells.
func (s *Service) notInRoster(ctx context.Context, tenant provision.TenantID, by provision.Actor, name string,
	limit int) (found []provision.Order, err error) {
	q := names.Read(name)
	asking, cancel := context.WithTimeout(ctx, provision.LookupTime/2)
	meant, failed := s.Directory.Search(asking, tenant, name, provision.BestCount+1)
	cancel()
	err = s.Store.View(ctx, func(tx provision.Tx) (err error) {
		w := waiting{Service: s, tx: tx, tenant: tenant, by: by.ID, limit: limit, named: &q, most: manyWaiting}
		found, err = w.atWork(meant)
		if err != nil || len(found) > 0 || failed == nil && len(meant) <= provision.BestCount {
			return err
		}
		err = w.read("")
		found = w.found
		return err
	})
	return found, err
}

// more reports whether more than so many orders wait.
func (w *waiting) more(than int) bool {
	count := 0
	for range w.tx.Scan(record.TableToApprove, record.Key(w.tenant, string(w.by), ""), "") {
		count++
		if count > than {
			return true
		}
	}
	return false
}

// atWork are the orders that wait and are at work for one of these people, the oldest first.
func (w *waiting) atWork(meant []provision.Person) ([]provision.Order, error) {
	var all []provision.Order
	for _, p := range meant {
		id := order.LiveOrder(w.tx, w.tenant, p.ID)
		if id == "" {
			continue
		}
		o, err := w.order.OrderIn(w.tx, w.tenant, id)
		if err != nil && provision.KindOf(err) == provision.Internal {
			w.Log.Error("order to approve left out", slog.Any("error", err))
			continue
		}
		if err != nil {
			return nil, err
		}
		asked := slices.ContainsFunc(o.Approval.Asked, func(a provision.Asked) bool { return a.ID == w.by })
		if asked && w.named.Match(o.Person) != names.NoMatch {
			all = append(all, o)
		}
	}
	slices.SortFunc(all, func(a, b provision.Order) int {
		if c := a.Approval.Since.Compare(b.Approval.Since); c != 0 {
			return c
		}
		return cmp.Compare(a.ID, b.ID)
	})
	return all[:min(w.limit, len(all))], nil
}
