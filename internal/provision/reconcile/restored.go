package reconcile

import (
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/people"
	"calltab/internal/provision/record"
	"calltab/internal/provision/stock"
)

// CompareRestored begins to compare a tenant's numbers where the store was put back from a backup. It begins anew at
// each start: an organisation file may have brought numbers since that were not there to be compared. drop forgets the
// job that there was. Call it at each start, after the file and before any work.
func (s *Service) CompareRestored(tx provision.Tx, tenant provision.TenantID,
	drop func(provision.Tx, string, string) error) error {
	r, ok := stock.IsRestored(tx, tenant)
	if !ok {
		return nil
	}
	ns, err := people.NumberSync(tx, tenant)
	if err != nil {
		return err
	}
	if err := drop(tx, provision.JobNumbers, string(tenant)); err != nil {
		return err
	}
	record.Save(tx, record.TableRestored, string(tenant), r)
	return s.order.CompareAnew(tx, tenant, ns)
}

// followMoved sets the records of a person who has another number at Microsoft than the backup says.
func (s *Service) followMoved(tx provision.Tx, tenant provision.TenantID, o owner) (touched int, err error) {
	r, err := s.repair.ExamineIn(tx, tenant, stock.AnyOperator, *o.moved)
	if err != nil {
		return 0, err
	}
	f := o.finding
	f.Class = provision.NumberElsewhere
	if r.After.Number == f.Number {
		f.Class = provision.NumberAdopted
	}
	classifyNumber(tx, tenant, f)
	if err := s.repair.MendIn(tx, tenant, provision.Actor{}, r); err != nil || f.Class == provision.NumberAdopted {
		return 60, err
	}
	v, err := stock.Number(tx, tenant, f.Number)
	if err != nil {
		return 60, err
	}
	return 60, s.setAside(tx, tenant, v)
}

// endRestored takes the mark of a tenant away, in the transaction that ends its comparing.
func (s *Service) endRestored(tx provision.Tx, tenant provision.TenantID) {
	if r, ok := stock.IsRestored(tx, tenant); ok {
		r.Compared = s.Now().UTC()
		record.Save(tx, record.TableRestored, string(tenant), r)
	}
}

// endHold takes a number out of the stock that the backup has held for an order whose work has not begun, and that
// Microsoft shows on an account: with the order's end it would become free. What is at work looks at Microsoft by
// itself.
func (s *Service) endHold(tx provision.Tx, tenant provision.TenantID, v provision.Number) (provision.Number, error) {
	if _, ok := stock.IsRestored(tx, tenant); !ok || v.State != provision.Held {
		return v, nil
	}
	o, err := s.order.OrderIn(tx, tenant, v.Order)
	if provision.IgnoreNotFound(err) != nil {
		return v, err
	}
	if err == nil && o.State != provision.Draft && o.State != provision.Pending {
		return v, nil
	}
	after := provision.Number{E164: v.E164, Location: v.Location, State: provision.Blocked, Rested: v.Rested,
		Taken: true}
	return after, s.stock.Change(tx, tenant, v, after,
		provision.AuditEvent{Event: provision.NumberBlocked, Order: v.Order, Note: "taken"})
}

// WorkOfBackup is the moment of the backup that an order was at work in, where nobody has decided about it since; zero
// for every other order.
func (s *Service) WorkOfBackup(tx provision.Tx, o provision.Order) (time.Time, error) {
	mark, _, err := record.Load[stock.Restored](tx, record.TableRestored, stock.WorkMark(o.Tenant, o.ID))
	return mark.Backup, err
}
