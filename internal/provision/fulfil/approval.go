package fulfil

import (
	"context"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/approve"
	"calltab/internal/provision/job"
)

// Approvers have some working days to decide. Time in which an outage keeps the message from them, or their decision
// from Calltab, does not count: the end is put off by as much, and by the time in which Calltab itself does not run.
// Nobody hears of the end of an outage by themselves, so the job looks.

// awayPause is how often it is looked whether approvers can decide again.
const awayPause = 10 * time.Minute

// approvalLook is the state of a watch-approval.
type approvalLook struct {
	At time.Time `json:"at,omitzero"` // when it last looked
}

// awaitApproval reminds the approvers of a pending order, and ends it when their time is over.
func (s *Saga) awaitApproval(ctx context.Context, r *job.Run) error {
	tenant, id := provision.ParseJobKey(r.Key())
	var last approvalLook
	if err := r.Load(&last); err != nil {
		return job.Stop(err)
	}
	now := r.Now().UTC()
	provision.SetRight(now, &last.At)
	r.Measures(last.At, now)
	away, err := s.svc.ApproversAway(ctx, tenant, id)
	if provision.KindOf(err) == provision.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if err := r.Save(approvalLook{now}); err != nil {
		return err
	}
	if !away.IsZero() {
		if err := s.svc.HoldApproval(ctx, tenant, id, away, last.At); err != nil {
			return err
		}
		return job.Wait(awayPause)
	}
	if err := s.svc.ResumeApproval(ctx, tenant, id, stoodStill(r, last.At)); err != nil {
		return err
	}
	again, over, err := s.svc.Await(ctx, tenant, id)
	if err != nil || over {
		return err
	}
	return job.Wait(min(again, approve.ApprovalPause))
}

// stoodStill is since when the job could not run, as its program did not; the zero time where it could ever since a
// moment.
func stoodStill(r *job.Run, since time.Time) time.Time {
	now := r.Now()
	lost := now.Sub(since) - r.Elapsed(since)
	if since.IsZero() || lost <= 0 {
		return zero
	}
	return now.Add(-lost)
}
