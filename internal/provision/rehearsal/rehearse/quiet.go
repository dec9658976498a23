package rehearse

import (
	"calltab/internal/provision"
)

// Quiet keeps changes of rehearsals from a listener, but for one: that a phone cannot be taken back, operators have to
// know. Each change wakes the job.
func (s *Service) Quiet(l provision.Listener) provision.Listener { return quiet{l, s} }

type quiet struct {
	provision.Listener
	s *Service
}

// OrderChanged is that of provision.Listener.
func (q quiet) OrderChanged(tx provision.Tx, o provision.Order, e provision.Event) error {
	r, is, err := q.s.rehearsal(tx, o.Tenant, o.ID)
	if err != nil {
		return err
	}
	if !is {
		return q.Listener.OrderChanged(tx, o, e)
	}
	if err := q.wake(tx, o, r.Over.IsZero()); err != nil {
		return err
	}
	stuck := e == provision.OrderParked && !o.CanUndo() && !o.CanWithdraw()
	if !stuck || r.Again > 0 {
		return nil
	}
	return q.Listener.OrderChanged(tx, o, e)
}

// wake has the job look at the order now; one that has ended is not begun anew.
func (q quiet) wake(tx provision.Tx, o provision.Order, open bool) error {
	if !open {
		return nil
	}
	return q.s.svc.Queue.Add(tx, Kind, provision.JobKey(o.Tenant, o.ID), nil, q.s.svc.Now())
}

// LinkCame is that of provision.Listener. A link to the carrier's login is for a person who keeps their phone.
func (q quiet) LinkCame(tx provision.Tx, o provision.Order, link string) error {
	_, is, err := q.s.rehearsal(tx, o.Tenant, o.ID)
	if err != nil || is {
		return err
	}
	return q.Listener.LinkCame(tx, o, link)
}
