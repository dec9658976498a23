package reconcile

import (
	"context"
	"fmt"

	"calltab/internal/provision"
	"calltab/internal/provision/people"
	"calltab/internal/provision/record"
)

// SyncNumbers begins to hold the inventory against Microsoft's, or joins the round that runs. One that has stopped goes
// on.
func (s *Service) SyncNumbers(ctx context.Context, tenant provision.TenantID,
	by provision.Actor) (provision.NumberReport, error) {
	var report provision.NumberReport
	acc, err := s.access.Access(ctx, tenant, by.ID)
	if err == nil {
		err = acc.NeedAll("compare numbers", provision.Manage)
	}
	if err != nil {
		return report, err
	}
	err = s.Store.Update(ctx, func(tx provision.Tx) error {
		ns, err := people.NumberSync(tx, tenant)
		if err != nil {
			return err
		}
		switch ns.State {
		case provision.SyncRunning:
		case provision.SyncStopped:
			ns.State = provision.SyncRunning
			ns.Problem = provision.Message{}
			ns.By = by
		default:
			ns = provision.NumberSync{State: provision.SyncRunning, Round: ns.Round + 1, By: by, Began: s.Now().UTC()}
		}
		record.Save(tx, record.TableNumberSyncs, string(tenant), ns)
		if err := s.Queue.Add(tx, provision.JobNumbers, string(tenant), nil, s.Now()); err != nil {
			return err
		}
		report, err = s.people.NumberReport(tx, tenant)
		return err
	})
	return report, err
}

// NumberReportIn reads how the round stands.
func (s *Service) NumberReportIn(tx provision.Tx, tenant provision.TenantID) (provision.NumberReport, error) {
	return s.people.NumberReport(tx, tenant)
}

// NumbersEnded records, in the transaction that ends the job of a round, that it is done.
func (s *Service) NumbersEnded(tx provision.Tx, tenant provision.TenantID) error {
	report, err := s.people.NumberReport(tx, tenant)
	if err != nil {
		return err
	}
	ns := report.NumberSync
	ns.State, ns.Ended = provision.SyncDone, s.Now().UTC()
	s.endRestored(tx, tenant)
	note := fmt.Sprintf("%d read, %d matched, %d adopted, %d elsewhere, %d unknown, %d missing", ns.Read,
		report.Count[provision.NumberMatched],
		report.Count[provision.NumberAdopted], report.Count[provision.NumberElsewhere],
		report.Count[provision.NumberUnknown], report.Count[provision.NumberMissing])
	if err := s.audit.Append(tx, tenant, provision.AuditEvent{Event: provision.NumbersRead, Actor: ns.By.ID,
		Note: note}); err != nil {
		return err
	}
	again := ns.Again
	ns.Again = false
	if err := s.people.PutNumberSync(tx, tenant, ns); err != nil || !again {
		return err
	}
	return s.order.CompareAnew(tx, tenant, ns)
}

// NumbersParked records that the round has stopped and why, in the transaction that parks its job.
func (s *Service) NumbersParked(tx provision.Tx, tenant provision.TenantID, why provision.Message) error {
	ns, err := people.NumberSync(tx, tenant)
	if err != nil {
		return err
	}
	ns.State, ns.Problem = provision.SyncStopped, why
	return s.people.PutNumberSync(tx, tenant, ns)
}

// classifyNumber writes down how a number compares in a round, in the place of what was found before.
func classifyNumber(tx provision.Tx, tenant provision.TenantID, f provision.NumberFinding) {
	at := record.Key(tenant, string(f.Number))
	if _, was := SeenNumber(tx, at); was != f.Class {
		unclassifyNumber(tx, tenant, f.Number)
		record.Bump(tx, record.TableNumberCount, record.Key(tenant, string(f.Class)), 1)
	}
	tx.Put(record.TableNumberSeen, at, fmt.Appendf(nil, "%d %s", f.Round, f.Class))
	if f.Class != provision.NumberMatched {
		record.Save(tx, record.TableNumberFound, record.Key(tenant, string(f.Class), string(f.Number)), f)
	}
}

// unclassifyNumber forgets how a number compared.
func unclassifyNumber(tx provision.Tx, tenant provision.TenantID, n provision.E164) {
	at := record.Key(tenant, string(n))
	_, was := SeenNumber(tx, at)
	if was == "" {
		return
	}
	record.Bump(tx, record.TableNumberCount, record.Key(tenant, string(was)), -1)
	tx.Delete(record.TableNumberFound, record.Key(tenant, string(was), string(n)))
	tx.Delete(record.TableNumberSeen, at)
}

// SeenNumber is the round that last told of a number, and the class that it gave it.
func SeenNumber(tx provision.Tx, at string) (round int, c provision.NumberClass) {
	raw, _ := tx.Get(record.TableNumberSeen, at)
	_, _ = fmt.Sscan(string(raw), &round, &c)
	return round, c
}
