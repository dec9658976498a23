package approve

import (
	"calltab/internal/provision"
)

// approve has the work begin.
func (s *Service) Approve(tx provision.Tx, o *provision.Order) error {
	o.State, o.Work = provision.Approved, nil
	for _, name := range o.Kind.Steps() {
		o.Work = append(o.Work, provision.StepState{Name: name, State: provision.StepWaiting})
	}
	return s.Queue.Add(tx, o.Kind.Job(), provision.JobKey(o.Tenant, o.ID), nil, s.Now())
}
