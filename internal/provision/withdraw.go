package provision

import (
	"cmp"
	"context"
	"slices"
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
func (s *Service) Withdraw(ctx context.Context, tenant TenantID, by Actor, id OrderID) (Sheet, error) {
	if err := s.compared(ctx, tenant); err != nil {
		return Sheet{}, err
	}
	sheet, err := s.Sheet(ctx, tenant, id)
	if err == nil {
		err = s.mayTakeBack(ctx, by, sheet.Order)
	}
	if err != nil {
		return Sheet{}, err
	}
	return s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		switch {
		case o.Withdrawn() && (o.State == Running || o.State == Cancelled):
			return nil
		case o.AtWork():
			return s.turnHeld(tx, o, by)
		case !o.CanWithdraw():
			return conflict("take order back", "withdraw-not-waiting", "order", string(id))
		}
		if err := s.mayAct(tx, *o); err != nil {
			return err
		}
		if err := s.reserve(tx, o); err != nil {
			return err
		}
		if o.State == Parked {
			if err := s.Operator.Accept(tx, JobWatch, JobKey(tenant, id)); err != nil {
				return err
			}
		}
		endDoubt(tx, *o)
		now := s.Now().UTC()
		o.State, o.TakenBack = Running, Decision{Ruling: TakeBack, By: by, At: now}
		o.Late, o.Conditions, o.Problem, o.Notice, o.Work = InTime, nil, Message{}, Message{}, nil
		for _, name := range o.Kind.BackSteps() {
			o.Work = append(o.Work, StepState{Name: name, State: StepWaiting})
		}
		o.Work[0].State, o.Work[0].Since = StepRunning, now
		if err := s.Queue.Add(tx, JobTakeBack, JobKey(tenant, id), nil, now); err != nil {
			return err
		}
		return s.Write(tx, o, OrderWithdrawn, by.ID, "")
	})
}

// turnHeld has the work of an order undo what it has done, where it has not begun or an outage holds it: other work is
// over in minutes. What its card says of an outage stays: that holds the way back as well.
func (s *Service) turnHeld(tx Tx, o *Order, by Actor) error {
	held, err := s.held(tx, *o)
	if err != nil {
		return err
	}
	if !held {
		return conflict("take order back", "withdraw-not-waiting", "order", string(o.ID))
	}
	if err := s.mayAct(tx, *o); err != nil {
		return err
	}
	if err := s.Operator.Undo(tx, o.Kind.Job(), JobKey(o.Tenant, o.ID)); err != nil {
		return err
	}
	endDoubt(tx, *o)
	o.State, o.TakenBack = Running, Decision{Ruling: TakeBack, By: by, At: s.Now().UTC()}
	if !o.Waits() {
		o.Notice = Message{}
	}
	return s.Write(tx, o, OrderWithdrawn, by.ID, "")
}

// CanWithdraw reports an order whose phone is waited for, or was until the watch gave up, and whose own work is done:
// Withdraw takes it back by steps of their own.
func (o Order) CanWithdraw() bool {
	return !o.stepsLeft() && (o.State == Waiting || o.State == Parked && o.Halt.Job == JobWatch)
}

// AtWork reports an order whose own work goes on, and does not go back: Withdraw turns it round. One that waits for
// Microsoft's side may still be letting the old number go.
func (o Order) AtWork() bool {
	switch o.State {
	case Approved:
		return true
	case Running:
		return !o.Undoing()
	case Waiting:
		return o.stepsLeft()
	}
	return false
}

// held reports an order whose work has not begun, or has met an outage that is not over.
func (s *Service) held(tx Tx, o Order) (bool, error) {
	if o.State == Approved || o.ShowsTakeBack() {
		return true, nil
	}
	all, err := s.Outages(tx, o.Tenant)
	held := HeldOrder{Job: o.Kind.Job(), Order: o.ID}
	return slices.ContainsFunc(all, func(out Outage) bool { return slices.Contains(out.Held, held) }), err
}

// ShowsTakeBack reports whether the order's card offers to take it back: while its phone is waited for, and while an
// outage holds its work, as the card says then.
func (o Order) ShowsTakeBack() bool {
	return o.CanWithdraw() || o.AtWork() && (o.Waits() || o.Notice.ID == "microsoft-silent")
}

func (o Order) stepsLeft() bool {
	return slices.ContainsFunc(o.Work, func(step StepState) bool {
		return step.State == StepWaiting || step.State == StepRunning
	})
}

// Withdrawn reports an order that was taken back while it was at work or waited, or is being taken back.
func (o Order) Withdrawn() bool { return !o.TakenBack.At.IsZero() }

// reserve sees that what the person had before can be given back, and keeps their earlier number from being given away
// meanwhile.
func (s *Service) reserve(tx Tx, o *Order) error {
	v, err := s.givesBack(tx, *o)
	if err != nil || v.State != Free && v.State != Cooling {
		return err
	}
	after := Number{E164: v.E164, Location: v.Location, State: Held, Order: o.ID, Rested: v.Rested, Rest: v.Rest}
	if v.State == Cooling {
		after.Rest = Rest{Order: v.Order, User: v.User, Since: v.Rested, Until: v.Until}
	}
	e := AuditEvent{Event: NumberHeld, Order: o.ID, Note: "to be given back"}
	return s.change(tx, o.Tenant, v, after, e)
}

// givesBack is the number that taking an order back would give back, zero where it is the order's own or there was none. Conflict says
// what the person had before and cannot have again.
func (s *Service) givesBack(tx Tx, o Order) (Number, error) {
	had := o.Had
	if had.Number == "" {
		return Number{}, nil
	}
	if _, err := s.LocationIn(tx, o.Tenant, had.Location); err != nil {
		return Number{}, s.notBack(err, "withdraw-location-gone", "location", string(had.Location))
	}
	if had.Plan != "" {
		if _, err := s.PlanIn(tx, o.Tenant, had.Plan); err != nil {
			return Number{}, s.notBack(err, "withdraw-plan-gone", "plan", string(had.Plan))
		}
	}
	if had.Number == o.Number {
		return Number{}, nil
	}
	v, err := number(tx, o.Tenant, had.Number)
	if err != nil {
		return v, s.notBack(err, "withdraw-number-gone", "number", string(had.Number))
	}
	another, err := s.hadByAnother(tx, o.Tenant, v, o.Person.ID)
	if err != nil {
		return v, err
	}
	mine := v.User == o.Person.ID && (v.State == Assigned || v.State == Cooling) || v.State == Held && v.Order == o.ID
	if !mine && (v.State != Free || another) {
		return v, conflict("take order back", "withdraw-number-gone", "number", string(had.Number), "person", o.Person.Name())
	}
	return v, nil
}

// takesBack reports whether taking an order back would be accepted, as far as the records say.
func (s *Service) takesBack(ctx context.Context, o Order) (ok bool, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		ok = false
		refused := s.mayAct(tx, o)
		if refused == nil {
			_, refused = s.givesBack(tx, o)
		}
		if KindOf(refused) == Conflict {
			return nil
		}
		ok = refused == nil
		return refused
	})
	return ok, err
}

// notBack says what is not there any more that would be given back.
func (s *Service) notBack(err error, id string, pairs ...string) error {
	if KindOf(err) != NotFound {
		return err
	}
	return conflict("take order back", id, pairs...)
}

// EndWithdrawn ends an order that was taken back while it waited: its number rests, since it was visible on the
// person, who has again what they had before, as far as it is not lost. Who had no phone stays imported at the
// location.
func (s *Service) EndWithdrawn(tx Tx, o *Order, lost Loss) error {
	o.State, o.Problem, o.Lost = Cancelled, Message{}, lost.Had
	if o.Number != o.Had.Number {
		if err := s.Rest(tx, o, o.Number, lost.Number); err != nil {
			return err
		}
	}
	newer, err := s.Overtaken(tx, *o)
	if err != nil || newer.ID != "" {
		return err
	}
	if err := s.giveBack(tx, o, lost); err != nil {
		return err
	}
	if o.Had.User == "" {
		if err := s.leaveImported(tx, o, o.Location); err != nil {
			return err
		}
	}
	if err := s.unmarkUndone(tx, *o); err != nil {
		return err
	}
	sub, _, err := s.SubscriberIn(tx, o.Tenant, o.Person.ID)
	if err != nil {
		return err
	}
	e := AuditEvent{Event: SubscriberChanged, Order: o.ID, User: sub.User, Number: sub.Number, Note: string(sub.Plan)}
	return s.audit(tx, o.Tenant, e)
}

// EndTurned ends an order that was taken back while its work went on, once everything is undone. Its number is free
// again, or rests where the records had it on the person already.
func (s *Service) EndTurned(tx Tx, o *Order, lost Loss) error {
	to := Free
	if lost.Number {
		to = Blocked
	}
	if o.Number != o.Had.Number {
		if err := s.Rest(tx, o, o.Number, lost.Number); err != nil {
			return err
		}
		if err := s.letGo(tx, o, to, ""); err != nil {
			return err
		}
	}
	if err := s.giveBack(tx, o, lost); err != nil {
		return err
	}
	o.State, o.Problem, o.Notice, o.Reasons, o.Lost = Cancelled, Message{}, Message{}, nil, lost.Had
	return s.Write(tx, o, OrderCancelled, "", "")
}

// unmarkUndone notes that an order is not undone after all, where the one that undid it was taken back itself.
func (s *Service) unmarkUndone(tx Tx, o Order) error {
	if o.Undoes == "" {
		return nil
	}
	old, err := s.OrderIn(tx, o.Tenant, o.Undoes)
	if err != nil || old.UndoneBy != o.ID {
		return ignoreNotFound(err)
	}
	old.UndoneBy = ""
	return s.Write(tx, &old, OrderProgress, "", "")
}

// imported is how a person without a phone is kept: as the order found them, or else as the directory has them.
func (o Order) imported() Subscriber {
	upn, name := cmp.Or(o.Had.UPN, o.Person.UPN), o.Had.Name
	if name == "" {
		name = o.Person.Name()
	}
	return Subscriber{User: o.Person.ID, UPN: upn, Name: name, Order: o.ID}
}
