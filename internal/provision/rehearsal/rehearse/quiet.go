package rehearse

import (
	"calltab/internal/provision"
)

// Quiet keeps news of rehearsals from a listener, but for one: that a phone cannot be taken back, operators have to know,
// once, and again where what one of them decided has come to nothing. Each change wakes the job.
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
	if !is || !r.Over.IsZero() {
		return q.Listener.OrderChanged(tx, o, e)
	}
	if err := q.s.svc.Queue.Add(tx, Kind, provision.JobKey(o.Tenant, o.ID), nil, q.s.svc.Now()); err != nil {
		return err
	}
	stuck := e == provision.OrderParked && !o.CanUndo() && !o.CanWithdraw()
	if !stuck || r.Tried.After(o.Decided.At) {
		e = provision.OrderProgress // it tells nobody, and edits the cards of operators who were told before
	}
	return q.Listener.OrderChanged(tx, o, e)
}

// LinkCame is that of provision.Listener. A link to the carrier's login is for a person who keeps their phone.
func (q quiet) LinkCame(tx provision.Tx, o provision.Order, link string) error {
	r, is, err := q.s.rehearsal(tx, o.Tenant, o.ID)
	if err != nil || is && r.Over.IsZero() {
		return err
	}
	return q.Listener.LinkCame(tx, o, link)
}
