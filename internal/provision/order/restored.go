package order

import (
	"calltab/internal/provision"
	"calltab/internal/provision/people"
	"calltab/internal/provision/record"
	"calltab/internal/provision/stock"
)

// compareAgain begins another comparison when an order ends that the backup had at work: what Microsoft shows of its
// person and its numbers was left to the order until then.
func (s *Service) compareAgain(tx provision.Tx, before provision.Order, o provision.Order) error {
	if !before.State.Live() || o.State.Live() {
		return nil
	}
	stock.EndDoubt(tx, o)
	own, ok, err := record.Load[stock.Restored](tx, record.TableRestored, string(o.Tenant))
	if err != nil || !ok || own.Compared.IsZero() || o.Submitted.After(own.Backup) {
		return err
	}
	ns, err := people.NumberSync(tx, o.Tenant)
	if err != nil {
		return err
	}
	switch ns.State {
	case provision.SyncRunning:
		ns.Again = true
		record.Save(tx, record.TableNumberSyncs, string(o.Tenant), ns)
		return nil
	case provision.SyncStopped:
		return nil // a person goes on with it
	}
	return s.CompareAnew(tx, o.Tenant, ns)
}

// CompareAnew begins a round that nobody asked for.
func (s *Service) CompareAnew(tx provision.Tx, tenant provision.TenantID, before provision.NumberSync) error {
	record.Save(tx, record.TableNumberSyncs, string(tenant),
		provision.NumberSync{Round: before.Round + 1, Began: s.Now().UTC(), State: provision.SyncRunning})
	return s.Queue.Add(tx, provision.JobNumbers, string(tenant), nil, s.Now())
}
