package provision

import (
	"context"
	"fmt"
	"time"
)

// Sync is how the reading of a tenant's people stands. A reading is a round: the first one reads everybody, the later ones
// what has changed in the directory, and always what the telephone service knows.
type Sync struct {
	State    SyncState `json:"state,omitempty"` // empty: never read
	Round    int       `json:"round,omitempty"`
	Whole    bool      `json:"whole,omitempty"`  // the directory is read from its beginning
	Singly   bool      `json:"singly,omitempty"` // the telephone service could not list everybody, so those who matter are asked for one by one
	Step     StepName  `json:"step,omitempty"`   // running: of JobSync
	By       Actor     `json:"by,omitzero"`
	Began    time.Time `json:"began,omitzero"`
	Ended    time.Time `json:"ended,omitzero"`
	Read     int       `json:"read,omitempty"`     // how many people the directory has told of in this round
	Voices   int       `json:"voices,omitempty"`   // … and the telephone service
	Problem  Message   `json:"problem,omitzero"`   // stopped: why
	Restarts int       `json:"restarts,omitempty"` // how often Microsoft had forgotten in this round how far it was read
	Mark     string    `json:"mark,omitempty"`     // where the directory's changes begin that were not read yet
}

// SyncState is where a reading is. It is persisted: never rename one.
type SyncState string

// The states of a reading.
const (
	SyncRunning SyncState = "running"
	SyncDone    SyncState = "done"
	SyncStopped SyncState = "stopped" // it goes on where it was when it is begun again
)

// Roll is a reading with how many people it led to.
type Roll struct {
	Sync
	Candidates int
	Others     int
	Now        time.Time
}

// Sync begins to read a tenant's people, or joins the reading that runs. One that has stopped goes on.
func (s *Service) Sync(ctx context.Context, tenant TenantID, by Actor) (Roll, error) {
	var roll Roll
	if _, err := s.permit(ctx, "read people", tenant, by, Operate); err != nil {
		return roll, err
	}
	err := s.Store.Update(ctx, func(tx Tx) (err error) {
		sy, err := s.syncIn(tx, tenant)
		if err != nil {
			return err
		}
		switch sy.State {
		case SyncRunning:
		case SyncStopped:
			sy.State, sy.Problem, sy.By, sy.Restarts = SyncRunning, Message{}, by, 0
		default:
			sy = Sync{State: SyncRunning, Round: sy.Round + 1, Mark: sy.Mark, Whole: sy.Mark == "", By: by, Began: s.Now().UTC()}
		}
		if err := s.Queue.Add(tx, JobSync, string(tenant), nil, s.Now()); err != nil {
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
func (s *Service) Roll(ctx context.Context, tenant TenantID) (Roll, error) {
	var roll Roll
	err := s.Store.View(ctx, func(tx Tx) (err error) {
		roll, err = s.rollIn(tx, tenant)
		return err
	})
	return roll, err
}

func (s *Service) rollIn(tx Tx, tenant TenantID) (Roll, error) {
	sy, err := s.syncIn(tx, tenant)
	return Roll{
		Sync: sy, Now: s.Now(),
		Candidates: count(tx, tableRosterCount, key(tenant, string(candidates))), Others: count(tx, tableRosterCount, key(tenant, string(others))),
	}, err
}

func (s *Service) syncIn(tx Tx, tenant TenantID) (Sync, error) {
	sy, _, err := load[Sync](tx, tableSyncs, string(tenant))
	return sy, err
}

// putSync writes a reading that has begun, ended or stopped, and tells whoever listens.
func (s *Service) putSync(tx Tx, tenant TenantID, sy Sync) error {
	save(tx, tableSyncs, string(tenant), sy)
	roll, err := s.rollIn(tx, tenant)
	if err != nil {
		return err
	}
	return s.listener.SyncChanged(tx, tenant, roll)
}

// SyncEnded records, in the transaction that ends the job of a reading, that it is done.
func (s *Service) SyncEnded(tx Tx, tenant TenantID) error {
	roll, err := s.rollIn(tx, tenant)
	if err != nil {
		return err
	}
	sy := roll.Sync
	sy.State, sy.Ended = SyncDone, s.Now().UTC()
	if err := s.putSync(tx, tenant, sy); err != nil {
		return err
	}
	note := fmt.Sprintf("%d read, %d candidates, %d others", sy.Read, roll.Candidates, roll.Others)
	return s.audit(tx, tenant, AuditEvent{Event: RosterRead, Actor: sy.By.ID, Note: note})
}

// SyncParked records that the reading has stopped and why, in the transaction that parks its job.
func (s *Service) SyncParked(tx Tx, tenant TenantID, why Message) error {
	sy, err := s.syncIn(tx, tenant)
	if err != nil {
		return err
	}
	sy.State, sy.Problem = SyncStopped, why
	return s.putSync(tx, tenant, sy)
}
