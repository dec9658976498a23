package reconcile

import (
	"context"
	"slices"

	"calltab/internal/provision"
	"calltab/internal/provision/observe"
	"calltab/internal/provision/record"
	"calltab/internal/provision/repair"
	"calltab/internal/provision/roster"
	"calltab/internal/provision/stock"
)

// request is an order that may be settled, with what Microsoft shows of its person and of the numbers that it is about.
type request struct {
	order provision.Order
	shown repair.ShownPhone
}

// settleRequests looks at the requests of a restored store, a few at a try. from is where it goes on among the live
// orders.
func (s *Service) settleRequests(ctx context.Context, tenant provision.TenantID, _ provision.NumberSync,
	from string) (roster.SyncPage, error) {
	var all []request
	next := ""
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		all, next = nil, ""
		if _, ok := stock.IsRestored(tx, tenant); !ok {
			return nil
		}
		for k, id := range tx.Scan(record.TableLive, record.Key(tenant, ""), from) {
			if len(all) == roster.AskCount {
				next = k
				break
			}
			o, err := s.order.OrderIn(tx, tenant, provision.OrderID(id))
			if err != nil {
				return err
			}
			if o.MayBeSettled() {
				all = append(all, request{order: o})
			}
		}
		return nil
	})
	if err != nil || len(all) == 0 {
		return roster.SyncPage{}, err
	}
	err = roster.EachAtOnce(roster.AskAtOnce, len(all), func(i int) (err error) {
		all[i].shown, err = s.showRequest(ctx, all[i].order)
		return err
	})
	if err != nil {
		return roster.SyncPage{}, err
	}
	return roster.SyncPage{Next: next}, roster.FewAtOnce(ctx, s.Store, all,
		func(tx provision.Tx, r request) (int, error) {
			return s.settleRequest(tx, r)
		})
}

// showRequest reads Microsoft. The number that the request asks for is among those that it tells of.
func (s *Service) showRequest(ctx context.Context, o provision.Order) (repair.ShownPhone, error) {
	v, err := s.repair.ShowPhone(ctx, o.Tenant, o.Person.ID)
	if err != nil || o.Number == "" {
		return v, err
	}
	if slices.ContainsFunc(v.Holders, func(h provision.Holder) bool { return h.Number == o.Number }) {
		return v, nil
	}
	account := observe.AccountState(v.Person, !v.Person.Gone, nil)
	_, h, err := s.observe.HolderOf(ctx, o, o.Number,
		observe.Observed{Voice: v.Voice, Observation: provision.Observation{Account: account}})
	v.Holders = append(v.Holders, h)
	return v, err
}

// settleRequest ends a request that the world has overtaken, and sets the records of its person to what Microsoft
// shows. One of which Microsoft shows nothing new stays.
func (s *Service) settleRequest(tx provision.Tx, r request) (touched int, err error) {
	o, err := s.order.OrderIn(tx, r.order.Tenant, r.order.ID)
	if err != nil || !o.MayBeSettled() || o.Revision != r.order.Revision {
		return 1, err
	}
	mark, _ := stock.IsRestored(tx, o.Tenant)
	plan, err := s.repair.PlanShown(tx, o.Tenant, o.Plan, r.shown.Voice)
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

// shownOn is the number that Microsoft shows on the person as their own: the one that the request asks for before any
// other. Its record is zero but for the number where it is not in the stock, or not for this person.
func (s *Service) shownOn(tx provision.Tx, o provision.Order, v repair.ShownPhone) (has provision.Number, err error) {
	for _, h := range v.Holders {
		if h.HeldBy != provision.HeldByPerson || has.E164 != "" && h.Number != o.Number {
			continue
		}
		rec, err := stock.Number(tx, o.Tenant, h.Number)
		if provision.IgnoreNotFound(err) != nil {
			return has, err
		}
		has = provision.Number{E164: h.Number}
		held := rec.State == provision.Held && rec.Order != o.ID
		if err == nil && !held && (rec.State != provision.Assigned || rec.User == o.Person.ID) {
			has = rec
		}
	}
	return has, nil
}

// overtakenBy is why a request ends by what Microsoft shows; zero where it does not.
func overtakenBy(o provision.Order, has provision.Number, plan provision.PlanID,
	v repair.ShownPhone) provision.Message {
	args := []string{"person", o.Person.Name(), "number", string(has.E164), "other", string(o.Number)}
	changed := has.E164 != o.Had.Number
	another := has.Location != "" && has.E164 != o.Number
	switch {
	case v.Person.Gone, o.CanWithdraw() && !another:
		return provision.Message{}
	case o.Kind.Ends() && has.E164 == "", o.Kind == provision.ChangePlan && !changed && plan == o.Plan:
		return provision.Say("settled-done", args...)
	case has.E164 != "" && changed && (o.Kind.Ends() || o.Kind == provision.ChangePlan || has.Location == ""):
		return provision.Say("settled-changed", args...)
	case has.E164 != "" && changed && has.E164 == o.Number:
		return provision.Say("settled-done", args...)
	case has.E164 != "" && changed:
		return provision.Say("settled-other", args...)
	case o.Kind.Asks(provision.FormNumber) && v.Elsewhere(o.Number):
		return provision.Say("settled-taken", args...)
	case o.CanWithdraw(): // they have again what they had before
		return provision.Say("settled-changed", args...)
	}
	return provision.Message{}
}

// endRequest ends a request: as done where what it asked for is so, or else as cancelled. What it holds goes back to
// the stock first. The watch of one that waited ends by itself, and what stopped it for a person goes.
func (s *Service) endRequest(tx provision.Tx, o *provision.Order, v repair.ShownPhone, has provision.Number,
	plan provision.PlanID, why provision.Message) error {
	to := provision.Free
	if v.Elsewhere(o.Number) {
		to = provision.Blocked
	}
	// a number that the person had cools down, with their records
	if o.Kind.Asks(provision.FormNumber) && o.State == provision.Pending {
		if err := s.stock.LetGo(tx, o, to, ""); err != nil {
			return err
		}
	}
	if o.State == provision.Parked {
		if err := s.Operator.Accept(tx, o.Halt.Job, provision.JobKey(o.Tenant, o.ID)); err != nil {
			return err
		}
	}
	done := why.ID == "settled-done" || why.ID == "settled-other"
	repair, err := s.repair.ExamineIn(tx, o.Tenant, stock.AnyOperator, v)
	if err != nil {
		return err
	}
	if done {
		repair.AsDoneBy(*o, plan)
	}
	if err := s.repair.MendIn(tx, o.Tenant, provision.Actor{}, repair); err != nil {
		return err
	}
	o.State = provision.Cancelled
	if done {
		o.State = provision.Done
	}
	if done && !o.Kind.Ends() { // what is so, and not what was asked for
		o.Number = has.E164
		o.Plan = repair.After.Plan
		o.Location = has.Location
	}
	if done && o.Kind == provision.Remove {
		if err := s.people.DropSubscriber(tx, o.Tenant, o.Person.ID); err != nil {
			return err
		}
	}
	o.Notice, o.Settled = provision.Message{}, provision.Settled{At: s.Now().UTC(), Why: why}
	o.Problem = provision.Message{}
	o.Late = provision.InTime
	o.Conditions = nil
	o.Approval.Asked, o.Approval.Next = nil, nil
	return s.order.Write(tx, o, provision.OrderSettled, "", why.ID)
}
