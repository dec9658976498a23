package undo

import (
	"context"
	"slices"

	"calltab/internal/provision"
	"calltab/internal/provision/rehearsal"
	"calltab/internal/provision/result"
	"calltab/internal/provision/stock"
)

// An order that waits can be taken back in place. One that waits for Microsoft's side, also where its watch has given
// up, goes waiting (or parked) → running → cancelled, and JobTakeBack undoes number, plan and carrier in steps. One
// whose own work has not begun, or is held by an outage, turns round: its job undoes what it has done. Either way no
// step begins that leads forward, and what an outage holds is taken back once the outage lets it. Nobody has to know
// what became of a call whose answer was lost: undoing looks first. Where nothing was sent to anybody there is nothing
// to wait for. Until all is undone it is the live order of its person, so that no other one begins.

// Withdraw takes back an order that an outage holds or whose phone is waited for: its requester may, and operators of
// all its sites. Pressed twice, it is taken back once. Conflict says why it cannot be: it does not wait, or what the
// person had before has gone elsewhere since.
func (s *Service) Withdraw(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	id provision.OrderID) (provision.Sheet, error) {
	if err := s.stock.Compared(ctx, tenant); err != nil {
		return provision.Sheet{}, err
	}
	sheet, err := s.order.Sheet(ctx, tenant, id)
	if err == nil {
		err = s.approve.MayTakeBack(ctx, by, sheet.Order)
	}
	if err != nil {
		return provision.Sheet{}, err
	}
	return s.order.Update(ctx, tenant, id, func(tx provision.Tx, o *provision.Order) error {
		if err := stock.RequireCompared(tx, tenant); err != nil { // another program may have marked it meanwhile
			return err
		}
		switch {
		case o.Withdrawn() && (o.State == provision.Running || o.State == provision.Cancelled):
			return nil
		case o.AtWork():
			return s.turnHeld(tx, o, by)
		case !o.CanWithdraw():
			return provision.NewConflict("take order back", "withdraw-not-waiting", "order", string(id))
		}
		return s.EndWaiting(tx, o, by)
	})
}

// EndWaiting begins to take back an order whose phone is waited for, in its caller's transaction: one for which
// CanWithdraw holds.
func (s *Service) EndWaiting(tx provision.Tx, o *provision.Order, by provision.Actor) error {
	if err := s.order.MayAct(tx, *o); err != nil {
		return err
	}
	if err := s.reserve(tx, o); err != nil {
		return err
	}
	key := provision.JobKey(o.Tenant, o.ID)
	if o.State == provision.Parked {
		if err := s.Operator.Accept(tx, o.Halt.Job, key); err != nil {
			return err
		}
	}
	s.decided(tx, *o, by)
	now := s.Now().UTC()
	o.State, o.TakenBack = provision.Running, provision.Resolved{Resolution: provision.TakeBack, By: by, At: now}
	o.Late = provision.InTime
	o.Conditions = nil
	o.Problem = provision.Message{}
	o.Notice = provision.Message{}
	o.Work = nil
	for _, name := range o.Kind.BackSteps() {
		o.Work = append(o.Work, provision.StepState{Name: name, State: provision.StepWaiting})
	}
	o.Work[0].State, o.Work[0].Since = provision.StepRunning, now
	if err := s.Queue.Add(tx, provision.JobTakeBack, key, nil, now); err != nil {
		return err
	}
	return s.order.Write(tx, o, provision.OrderWithdrawn, by.ID, "")
}

// turnHeld has the work of an order undo what it has done, where it has not begun or an outage holds it: other work is
// over in minutes. What its card says of an outage stays: that holds the way back as well.
func (s *Service) turnHeld(tx provision.Tx, o *provision.Order, by provision.Actor) error {
	held, err := s.held(tx, *o)
	if err != nil {
		return err
	}
	if !held {
		return provision.NewConflict("take order back", "withdraw-not-waiting", "order", string(o.ID))
	}
	return s.Turn(tx, o, by)
}

// Turn has the work of an order undo what it has done, in its caller's transaction: one for which AtWork holds.
func (s *Service) Turn(tx provision.Tx, o *provision.Order, by provision.Actor) error {
	if err := s.order.MayAct(tx, *o); err != nil {
		return err
	}
	o.TakenBack = provision.Resolved{Resolution: provision.TakeBack, By: by, At: s.Now().UTC()}
	if o.Bulk.Held { // its turn has not come: there is no work to turn round
		o.State = provision.Cancelled
		if err := s.approve.GiveUp(tx, o, by.ID); err != nil {
			return err
		}
		return s.order.Write(tx, o, provision.OrderCancelled, by.ID, "")
	}
	if err := s.Operator.Undo(tx, o.Job(), provision.JobKey(o.Tenant, o.ID)); err != nil {
		return err
	}
	s.decided(tx, *o, by)
	o.State = provision.Running
	if !o.Waits() {
		o.Notice = provision.Message{}
	}
	return s.order.Write(tx, o, provision.OrderWithdrawn, by.ID, "")
}

// decided ends the doubt about an order that a backup was at work on, where a person has taken it back. What Calltab
// itself takes back stays in doubt.
func (s *Service) decided(tx provision.Tx, o provision.Order, by provision.Actor) {
	if by.ID != "" {
		stock.EndDoubt(tx, o)
	}
}

// held reports an order whose work has not begun, or has met an outage that is not over.
func (s *Service) held(tx provision.Tx, o provision.Order) (bool, error) {
	if o.State == provision.Approved || o.ShowsTakeBack() {
		return true, nil
	}
	all, err := s.outage.Outages(tx, o.Tenant)
	held := provision.HeldOrder{Job: o.Job(), Order: o.ID}
	return slices.ContainsFunc(all, func(out provision.Outage) bool { return slices.Contains(out.Held, held) }), err
}

// reserve sees that what the person had before can be given back, and keeps their earlier number from being given away
// meanwhile.
func (s *Service) reserve(tx provision.Tx, o *provision.Order) error {
	v, err := s.givesBack(tx, *o)
	if err != nil || v.State != provision.Free && v.State != provision.Cooling && v.State != provision.Reserved {
		return err
	}
	after := stock.HeldBy(v, o.ID)
	e := provision.AuditEvent{Event: provision.NumberHeld, Order: o.ID, Note: "to be given back"}
	return s.stock.Change(tx, o.Tenant, v, after, e)
}

// givesBack is the number that taking an order back would give back, zero where it is the order's own or there was
// none. Conflict says what the person had before and cannot have again.
func (s *Service) givesBack(tx provision.Tx, o provision.Order) (provision.Number, error) {
	had := o.Had
	if had.Number == "" {
		return provision.Number{}, nil
	}
	if _, err := s.stock.LocationIn(tx, o.Tenant, had.Location); err != nil {
		return provision.Number{}, s.notBack(err, "withdraw-location-gone", "location", string(had.Location))
	}
	if had.Plan != "" {
		if _, err := s.stock.PlanIn(tx, o.Tenant, had.Plan); err != nil {
			return provision.Number{}, s.notBack(err, "withdraw-plan-gone", "plan", string(had.Plan))
		}
	}
	if had.Number == o.Number {
		return provision.Number{}, nil
	}
	v, err := stock.Number(tx, o.Tenant, had.Number)
	if err != nil {
		return v, s.notBack(err, "withdraw-number-gone", "number", string(had.Number))
	}
	another, err := s.order.HadByAnother(tx, o.Tenant, v, o.Person.ID)
	if err != nil {
		return v, err
	}
	mine := v.User == o.Person.ID && (v.State == provision.Assigned || v.State == provision.Cooling) ||
		v.State == provision.Held && v.Order == o.ID || v.ReservedFor(o.Person.ID)
	if !mine && (v.State != provision.Free || another) {
		return v, provision.NewConflict("take order back", "withdraw-number-gone", "number", string(had.Number),
			"person", o.Person.Name())
	}
	return v, nil
}

// takesBack reports whether taking an order back would be accepted, as far as the records say.
func (s *Service) takesBack(ctx context.Context, o provision.Order) (ok bool, err error) {
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		ok = false
		refused := s.order.MayAct(tx, o)
		if refused == nil {
			_, refused = s.givesBack(tx, o)
		}
		if provision.KindOf(refused) == provision.Conflict {
			return nil
		}
		ok = refused == nil
		return refused
	})
	return ok, err
}

// notBack says what is not there any more that would be given back.
func (s *Service) notBack(err error, id string, pairs ...string) error {
	if provision.KindOf(err) != provision.NotFound {
		return err
	}
	return provision.NewConflict("take order back", id, pairs...)
}

// EndWithdrawn ends an order that was taken back while it waited: its number cools down, since it was visible on the
// person, who has again what they had before, as far as it is not lost. Who had no phone stays imported at the
// location.
func (s *Service) EndWithdrawn(tx provision.Tx, o *provision.Order, lost result.Loss) error {
	o.State = provision.Cancelled
	o.Problem = provision.Message{}
	o.Lost = lost.Had
	if o.Number != o.Had.Number {
		if err := s.result.Rest(tx, o, o.Number, lost.Number); err != nil {
			return err
		}
	}
	newer, err := s.order.Overtaken(tx, *o)
	if err != nil || newer.ID != "" {
		return err
	}
	if err := s.result.GiveBack(tx, o, lost); err != nil {
		return err
	}
	if o.Had.User == "" && !rehearsal.Is(tx, o.Tenant, o.ID) {
		if err := s.result.LeaveImported(tx, o, o.Location); err != nil {
			return err
		}
	}
	if err := s.unmarkUndone(tx, *o); err != nil {
		return err
	}
	sub, _, err := s.roster.SubscriberIn(tx, o.Tenant, o.Person.ID)
	if err != nil {
		return err
	}
	e := provision.AuditEvent{Event: provision.SubscriberChanged, Order: o.ID, User: sub.User, Number: sub.Number,
		Note: string(sub.Plan)}
	if sub.User == "" {
		e.Event, e.User = provision.SubscriberRemoved, o.Person.ID
	}
	return s.audit.Append(tx, o.Tenant, e)
}

// EndTurned ends an order that was taken back while its work went on, once everything is undone. Its number is free
// again, or cools down where the records had it on the person already.
func (s *Service) EndTurned(tx provision.Tx, o *provision.Order, lost result.Loss) error {
	to := provision.Free
	if lost.Number {
		to = provision.Blocked
	}
	if o.Number != o.Had.Number {
		if err := s.result.Rest(tx, o, o.Number, lost.Number); err != nil {
			return err
		}
		if err := s.stock.LetGo(tx, o, to, ""); err != nil {
			return err
		}
	}
	if err := s.result.GiveBack(tx, o, lost); err != nil {
		return err
	}
	o.State = provision.Cancelled
	o.Problem = provision.Message{}
	o.Notice = provision.Message{}
	o.Reasons = nil
	o.Lost = lost.Had
	return s.order.Write(tx, o, provision.OrderCancelled, "", "")
}

// unmarkUndone notes that an order is not undone after all, where the one that undid it was taken back itself.
func (s *Service) unmarkUndone(tx provision.Tx, o provision.Order) error {
	if o.Undoes == "" {
		return nil
	}
	old, err := s.order.OrderIn(tx, o.Tenant, o.Undoes)
	if err != nil || old.UndoneBy != o.ID {
		return provision.IgnoreNotFound(err)
	}
	old.UndoneBy = ""
	return s.order.Write(tx, &old, provision.OrderProgress, "", "")
}
