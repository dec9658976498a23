package provision

import (
	"context"
	"slices"
	"time"
)

// A request that waits for approval in a backup may have been approved and done after it, or its person has another phone by now. When
// the store is put back, such a request is ended by what Microsoft shows, before the numbers are compared: a person with a live order is
// left to that order, and nobody would ever be at work on this one. So is an order whose phone the
// backup waits for, and whose person has another number of the stock by now: its watch would wait for a number that does not come.

// Settled says why a request ended when the store was put back from a backup. The zero value is that it did not.
type Settled struct {
	At  time.Time `json:"at"`
	Why Message   `json:"why"`
}

// IsSettled reports a request, or an order that waited, that ended because the store was put back: done already, or overtaken.
func (o Order) IsSettled() bool { return !o.Settled.At.IsZero() }

// mayBeSettled reports an order that Calltab is not at work on: what it waits for, Microsoft may show to be overtaken.
func (o Order) mayBeSettled() bool { return o.State == Pending || o.CanWithdraw() }

// request is an order that may be settled, with what Microsoft shows of its person and of the numbers that it is about.
type request struct {
	order Order
	shown shownPhone
}

// settleRequests looks at the requests of a restored store, a few at a try. from is where it goes on among the live orders.
func (s *Service) settleRequests(ctx context.Context, tenant TenantID, _ NumberSync, from string) (Reading, error) {
	var all []request
	next := ""
	err := s.Store.View(ctx, func(tx Tx) error {
		all, next = nil, ""
		if _, ok := restored(tx, tenant); !ok {
			return nil
		}
		for k, id := range tx.Scan(tableLive, key(tenant, ""), from) {
			if len(all) == askCount {
				next = k
				break
			}
			o, err := s.OrderIn(tx, tenant, OrderID(id))
			if err != nil {
				return err
			}
			if o.mayBeSettled() {
				all = append(all, request{order: o})
			}
		}
		return nil
	})
	if err != nil || len(all) == 0 {
		return Reading{}, err
	}
	err = eachAtOnce(askAtOnce, len(all), func(i int) (err error) {
		all[i].shown, err = s.showRequest(ctx, all[i].order)
		return err
	})
	if err != nil {
		return Reading{}, err
	}
	return Reading{Next: next}, fewAtOnce(ctx, s.Store, all, func(tx Tx, r request) (int, error) { return s.settleRequest(tx, r) })
}

// showRequest reads Microsoft. The number that the request asks for is among those that it tells of.
func (s *Service) showRequest(ctx context.Context, o Order) (shownPhone, error) {
	v, err := s.showPhone(ctx, o.Tenant, o.Person.ID)
	if err != nil || o.Number == "" {
		return v, err
	}
	if slices.ContainsFunc(v.holders, func(h Holder) bool { return h.Number == o.Number }) {
		return v, nil
	}
	account := accountState(v.person, !v.person.Gone, nil)
	_, h, err := s.holder(ctx, o, o.Number, seen{voice: v.voice, known: Known{Account: account}})
	v.holders = append(v.holders, h)
	return v, err
}

// settleRequest ends a request that the world has overtaken, and sets the records of its person to what Microsoft shows. One of which
// Microsoft shows nothing new stays.
func (s *Service) settleRequest(tx Tx, r request) (touched int, err error) {
	o, err := s.OrderIn(tx, r.order.Tenant, r.order.ID)
	if err != nil || !o.mayBeSettled() || o.Revision != r.order.Revision {
		return 1, err
	}
	mark, _ := restored(tx, o.Tenant)
	plan, err := s.planShown(tx, o.Tenant, o.Plan, r.shown.voice)
	if err != nil {
		return 1, err
	}
	has, err := s.shownOn(tx, o, r.shown)
	if err != nil {
		return 1, err
	}
	why := overtakenBy(o, has, plan, r.shown)
	if why.ID == "" {
		return 1, nil
	}
	why.Args["when"] = mark.Backup.Format("2 January 2006")
	if err := s.endRequest(tx, &o, r.shown, has, plan, why); err != nil {
		return 0, err
	}
	return 60, nil
}

// shownOn is the number that Microsoft shows on the person as their own: the one that the request asks for before any other. Its
// record is zero but for the number where it is not in the stock, or not for this person.
func (s *Service) shownOn(tx Tx, o Order, v shownPhone) (has Number, err error) {
	for _, h := range v.holders {
		if h.Whose != Persons || has.E164 != "" && h.Number != o.Number {
			continue
		}
		rec, err := number(tx, o.Tenant, h.Number)
		if ignoreNotFound(err) != nil {
			return has, err
		}
		has = Number{E164: h.Number}
		held := rec.State == Held && rec.Order != o.ID
		if err == nil && !held && (rec.State != Assigned || rec.User == o.Person.ID) {
			has = rec
		}
	}
	return has, nil
}

// overtakenBy is why a request ends by what Microsoft shows; zero where it does not.
func overtakenBy(o Order, has Number, plan PlanID, v shownPhone) Message {
	args := []string{"person", o.Person.Name(), "number", string(has.E164), "other", string(o.Number)}
	changed := has.E164 != o.Had.Number
	another := has.Location != "" && has.E164 != o.Number
	switch {
	case v.person.Gone, o.CanWithdraw() && !another:
		return Message{}
	case o.Kind.Ends() && has.E164 == "", o.Kind == ChangePlan && !changed && plan == o.Plan:
		return Say("settled-done", args...)
	case has.E164 != "" && changed && (o.Kind.Ends() || o.Kind == ChangePlan || has.Location == ""):
		return Say("settled-changed", args...)
	case has.E164 != "" && changed && has.E164 == o.Number:
		return Say("settled-done", args...)
	case has.E164 != "" && changed:
		return Say("settled-other", args...)
	case o.Kind.asks(FormNumber) && v.elsewhere(o.Number):
		return Say("settled-taken", args...)
	case o.CanWithdraw(): // they have again what they had before
		return Say("settled-changed", args...)
	}
	return Message{}
}

// elsewhere reports a number that Microsoft shows on another account, or on no account but in use.
func (v shownPhone) elsewhere(n E164) bool {
	return slices.ContainsFunc(v.holders, func(h Holder) bool {
		return h.Number == n && h.Whose != "" && h.Whose != Nobodys && h.Whose != Persons
	})
}

// endRequest ends a request: as done where what it asked for is so, or else as cancelled. What it holds goes back to the stock first. The
// watch of one that waited ends by itself, and what stopped it for a person goes.
func (s *Service) endRequest(tx Tx, o *Order, v shownPhone, has Number, plan PlanID, why Message) error {
	to := Free
	if v.elsewhere(o.Number) {
		to = Blocked
	}
	if o.Kind.asks(FormNumber) && o.State == Pending { // a number that was the person's rests, with their records
		if err := s.letGo(tx, o, to, ""); err != nil {
			return err
		}
	}
	if o.State == Parked {
		if err := s.Operator.Accept(tx, o.Halt.Job, JobKey(o.Tenant, o.ID)); err != nil {
			return err
		}
	}
	done := why.ID == "settled-done" || why.ID == "settled-other"
	repair, err := s.examine(tx, o.Tenant, anyOperator, v)
	if err != nil {
		return err
	}
	if done {
		repair.asDoneBy(*o, plan)
	}
	if err := s.mend(tx, o.Tenant, Actor{}, repair); err != nil {
		return err
	}
	o.State = Cancelled
	if done {
		o.State = Done
	}
	if done && !o.Kind.Ends() { // what is so, and not what was asked for
		o.Number, o.Plan, o.Location = has.E164, repair.After.Plan, has.Location
	}
	if done && o.Kind == Remove {
		if err := s.dropSubscriber(tx, o.Tenant, o.Person.ID); err != nil {
			return err
		}
	}
	o.Notice, o.Settled = Message{}, Settled{At: s.Now().UTC(), Why: why}
	o.Problem, o.Late, o.Conditions = Message{}, InTime, nil
	o.Consent.Asked, o.Consent.Next = nil, nil
	return s.Write(tx, o, OrderSettled, "", why.ID)
}

// asDoneBy has the records say that an order made the phone what it is, with the plan of the order where that is in effect.
func (r *Repair) asDoneBy(o Order, plan PlanID) {
	if r.After.User == "" {
		return
	}
	r.After.Order = o.ID
	if r.After.Number == "" {
		return
	}
	if plan != "" {
		r.After.Plan = plan
	}
	for i := range r.Numbers {
		if after := &r.Numbers[i].After; after.State == Assigned {
			after.Order = o.ID
		}
	}
}
