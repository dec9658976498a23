package roster

import (
	"context"
	"fmt"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// Sync begins to read a tenant's people, or joins the reading that runs. One that has stopped goes on.
func (s *Service) Sync(ctx context.Context, tenant provision.TenantID,
	by provision.Actor) (provision.SyncReport, error) {
	var roll provision.SyncReport
	if _, err := s.access.Permit(ctx, "read people", tenant, by, provision.Operate); err != nil {
		return roll, err
	}
	err := s.Store.Update(ctx, func(tx provision.Tx) (err error) {
		sy, err := s.SyncIn(tx, tenant)
		if err != nil {
			return err
		}
		switch sy.State {
		case provision.SyncRunning:
		case provision.SyncStopped:
			sy.State = provision.SyncRunning
			sy.Problem = provision.Message{}
			sy.By = by
			sy.Restarts = 0
		default:
			sy = provision.Sync{State: provision.SyncRunning, Round: sy.Round + 1, Mark: sy.Mark, Whole: sy.Mark == "",
				By: by, Began: s.Now().UTC()}
		}
		if err := s.Queue.Add(tx, provision.JobSync, string(tenant), nil, s.Now()); err != nil {
			return err
		}
		if err := s.putSync(tx, tenant, sy); err != nil {
			return err
		}
		roll, err = s.rollIn(tx, tenant)
		return err
	})
	return roll, err
}

// Roll says how the reading of a tenant stands.
func (s *Service) Roll(ctx context.Context, tenant provision.TenantID) (provision.SyncReport, error) {
	var roll provision.SyncReport
	err := s.Store.View(ctx, func(tx provision.Tx) (err error) {
		roll, err = s.rollIn(tx, tenant)
		return err
	})
	return roll, err
}

func (s *Service) rollIn(tx provision.Tx, tenant provision.TenantID) (provision.SyncReport, error) {
	sy, err := s.SyncIn(tx, tenant)
	return provision.SyncReport{
		Sync: sy, Now: s.Now(),
		Candidates: record.Count(tx, record.TableRosterCount, record.Key(tenant, string(candidates))),
		Others:     record.Count(tx, record.TableRosterCount, record.Key(tenant, string(others))),
	}, err
}

// SyncIn reads how far the reading of a tenant is; the zero Sync where there was none.
func (s *Service) SyncIn(tx provision.Tx, tenant provision.TenantID) (provision.Sync, error) {
	sy, _, err := record.Load[provision.Sync](tx, record.TableSyncs, string(tenant))
	return sy, err
}

// putSync writes a reading that has begun, ended or stopped, and tells the listener.
func (s *Service) putSync(tx provision.Tx, tenant provision.TenantID, sy provision.Sync) error {
	record.Save(tx, record.TableSyncs, string(tenant), sy)
	roll, err := s.rollIn(tx, tenant)
	if err != nil {
		return err
	}
	return s.Listener.SyncChanged(tx, tenant, roll)
}

// SyncEnded records, in the transaction that ends the job of a reading, that it is done.
func (s *Service) SyncEnded(tx provision.Tx, tenant provision.TenantID) error {
	roll, err := s.rollIn(tx, tenant)
	if err != nil {
		return err
	}
	sy := roll.Sync
	sy.State, sy.Ended = provision.SyncDone, s.Now().UTC()
	if err := s.putSync(tx, tenant, sy); err != nil {
		return err
	}
	note := fmt.Sprintf("%d read, %d candidates, %d others", sy.Read, roll.Candidates, roll.Others)
	return s.audit.Append(tx, tenant, provision.AuditEvent{Event: provision.RosterRead, Actor: sy.By.ID, Note: note})
}

// SyncParked records that the reading has stopped and why, in the transaction that parks its job.
func (s *Service) SyncParked(tx provision.Tx, tenant provision.TenantID, why provision.Message) error {
	sy, err := s.SyncIn(tx, tenant)
	if err != nil {
		return err
	}
	sy.State, sy.Problem = provision.SyncStopped, why
	return s.putSync(tx, tenant, sy)
}
