package fulfil

import (
	"context"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// lookup goes on with a draft whose person Graph did not show in time. After half an hour, or at the last try where
// something else is wrong, it asks the requester again, so that no draft waits for an operator.
func (s *Saga) lookup(ctx context.Context, r *job.Run) error {
	tenant, id := provision.ParseJobKey(r.Key())
	err := s.svc.FinishLookup(ctx, tenant, id)
	if err == nil {
		return nil
	}
	last := r.Attempt() >= job.DefaultAttempts
	if silent(err) {
		last = r.Now().Sub(r.Since()) >= lookupPatience
	}
	if !last {
		return err
	}
	r.Commit(func(tx job.Tx) error {
		o, err := s.svc.OrderIn(tx, tenant, id)
		if err != nil || o.State != provision.Draft || o.Form != provision.FormLookup {
			return err
		}
		o.Form, o.Notice = provision.FormPerson, provision.Say("microsoft-busy")
		return s.svc.Write(tx, &o, provision.OrderChanged, "", "lookup given up")
	})
	return nil
}
