package fulfil

import (
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/fading"
	"calltab/internal/provision/job"
	"calltab/internal/provision/rehearsal"
)

// work is one try of one step.
type work struct {
	*Saga
	run    *job.Run
	order  provision.Order
	loc    provision.Location
	plan   provision.Plan
	hadAt  provision.Location // where the person was before; the order's where they were nowhere
	had    provision.Plan     // the plan before; zero: none
	undone provision.Order    // the order that this one takes back; zero: none
	state  progress

	backup    time.Time // of an order in doubt since a store was put back: the moment of the backup; zero: it is not
	rehearsed bool      // it only tries the tenant out: its phone is taken back, and nobody is told of it
	overtaken bool      // another order has the person's phone
	trial     *trial
	stalled   bool               // the try has met an outage
	recent    fading.Policies    // of the person, at the last look (voice)
	outages   []provision.Outage // of the tenant, when the try began
}

// open reads the order with what it is about.
func (w *work) open(tx job.Tx, tenant provision.TenantID, id provision.OrderID) (err error) {
	if w.order, err = w.svc.OrderIn(tx, tenant, id); err != nil {
		return err
	}
	if w.loc, err = w.svc.LocationIn(tx, tenant, w.order.Location); err != nil {
		return err
	}
	if w.order.Plan != "" {
		if w.plan, err = w.svc.PlanIn(tx, tenant, w.order.Plan); err != nil {
			return err
		}
	}
	if w.outages, err = w.svc.Outages(tx, tenant); err != nil {
		return err
	}
	if w.hadAt, w.had, err = w.before(tx, w.order); err != nil {
		return err
	}
	newer, err := w.svc.Overtaken(tx, w.order)
	if err != nil {
		return err
	}
	w.overtaken = newer.ID != ""
	w.rehearsed = rehearsal.Is(tx, tenant, id)
	if w.backup, err = w.svc.WorkOfBackup(tx, w.order); err != nil {
		return err
	}
	if w.order.Undoes != "" {
		w.undone, err = w.svc.OrderIn(tx, tenant, w.order.Undoes)
	}
	return err
}

// before reads where the person was and with which plan. Of a phone that has long worked and is only watched again,
// both may be gone since.
func (w *work) before(tx job.Tx, o provision.Order) (at provision.Location, plan provision.Plan, err error) {
	if o.Had.User == "" {
		return w.loc, plan, nil
	}
	if at, err = w.svc.LocationIn(tx, o.Tenant, o.Had.Location); missing(err) {
		err = nil
	}
	if err == nil && o.Had.Plan != "" {
		plan, err = w.svc.PlanIn(tx, o.Tenant, o.Had.Plan)
	}
	if missing(err) {
		err = nil
	}
	return at, plan, err
}

func missing(err error) bool { return err != nil && provision.KindOf(err) == provision.NotFound }

// gave are the policies that the order gave which is taken back: the plan may set others by now.
func (w *work) gave() (all []provision.NamedPolicy) {
	for _, old := range w.undone.Before {
		if old.Set != "" {
			all = append(all, provision.NamedPolicy{Type: old.Type, Name: old.Set})
		}
	}
	return all
}

// own is the policy of a type that the person had directly before the order that is taken back; empty for none.
func (w *work) own(kind string) string {
	for _, old := range w.undone.Before {
		if old.Type == kind {
			return old.ID
		}
	}
	return ""
}
