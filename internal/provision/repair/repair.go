package repair

import (
	"context"
	"slices"

	"calltab/internal/provision"
	"calltab/internal/provision/observe"
	"calltab/internal/provision/order"
	"calltab/internal/provision/record"
	"calltab/internal/provision/result"
	"calltab/internal/provision/stock"
)

// ShownPhone is what Microsoft shows of a person and of the numbers that they or their records name.
type ShownPhone struct {
	Person  provision.Person
	Voice   provision.Voice
	Holders []provision.Holder
}

// Elsewhere reports a number that Microsoft shows on another account, or on no account but in use.
func (v ShownPhone) Elsewhere(n provision.E164) bool {
	return slices.ContainsFunc(v.Holders, func(h provision.Holder) bool {
		answered := h.HeldBy != ""
		return h.Number == n && answered && h.HeldBy != provision.HeldByNobody && h.HeldBy != provision.HeldByPerson
	})
}

// Examine reads what Microsoft shows of a person and holds the records against it, for operators of all the sites that
// it is about.
func (s *Service) Examine(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	user provision.UserID) (provision.Repair, error) {
	acc, err := s.access.Permit(ctx, "repair phone", tenant, by, provision.Operate)
	if err != nil {
		return provision.Repair{}, err
	}
	shown, err := s.ShowPhone(ctx, tenant, user)
	if err != nil {
		return provision.Repair{}, err
	}
	var r provision.Repair
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		r, err = s.ExamineIn(tx, tenant, acc, shown)
		return err
	})
	return r, err
}

// Mend sets the records to what Microsoft shows, in one transaction. mark is that of the Repair that was shown: where
// something has changed since, nothing is set and the new one comes back.
func (s *Service) Mend(ctx context.Context, tenant provision.TenantID, by provision.Actor, user provision.UserID,
	mark string) (provision.Repair, error) {
	if err := s.stock.Compared(ctx, tenant); err != nil {
		return provision.Repair{}, err
	}
	acc, err := s.access.Permit(ctx, "repair phone", tenant, by, provision.Operate)
	if err != nil {
		return provision.Repair{}, err
	}
	shown, err := s.ShowPhone(ctx, tenant, user)
	if err != nil {
		return provision.Repair{}, err
	}
	var r provision.Repair
	err = s.Store.Update(context.WithoutCancel(ctx), func(tx provision.Tx) error {
		if r, err = s.ExamineIn(tx, tenant, acc, shown); err != nil {
			return err
		}
		if r.Live.ID != "" || r.Mark != mark || !r.Differs() {
			return nil
		}
		r.Set = true
		return s.MendIn(tx, tenant, by, r)
	})
	return r, err
}

// ShowPhone reads Microsoft, within a turn.
func (s *Service) ShowPhone(ctx context.Context, tenant provision.TenantID,
	user provision.UserID) (v ShownPhone, err error) {
	ctx, cancel := context.WithTimeout(ctx, result.AcceptTime)
	defer cancel()
	var there bool
	if v.Person, there, err = s.observe.Account(ctx, tenant, user); err != nil {
		return v, err
	}
	if !there {
		v.Person = provision.Person{ID: user, Gone: true}
	}
	if v.Voice, err = s.Telephony.Voice(ctx, tenant, user); err != nil {
		return v, err
	}
	numbers, err := s.numbersAbout(ctx, tenant, user, v.Voice)
	if err != nil {
		return v, err
	}
	look := observe.Observed{
		Voice:       v.Voice,
		Observation: provision.Observation{Account: observe.AccountState(v.Person, there, nil)},
	}
	for _, n := range numbers {
		about := provision.Order{Tenant: tenant, OrderWish: provision.OrderWish{Person: v.Person}}
		_, h, err := s.observe.HolderOf(ctx, about, n, look)
		if err != nil {
			return v, err
		}
		v.Holders = append(v.Holders, h)
	}
	return v, nil
}

// numbersAbout are the numbers that Microsoft shows on a person, that of their record, and those of their orders that
// the stock has on them.
func (s *Service) numbersAbout(ctx context.Context, tenant provision.TenantID, user provision.UserID,
	v provision.Voice) (all []provision.E164, err error) {
	add := func(n provision.E164) {
		if n != "" && !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		all = slices.Clone(v.Numbers)
		sub, _, err := s.roster.SubscriberIn(tx, tenant, user)
		if err != nil {
			return err
		}
		add(sub.Number)
		for o, err := range s.order.OrdersBy(tx, tenant, provision.Filter{Person: user}) {
			if err != nil {
				return err
			}
			for _, n := range []provision.E164{o.Number, o.Had.Number} {
				if rec, err := stock.Number(tx, tenant, n); err == nil && rec.State == provision.Assigned &&
					rec.User == user {
					add(n)
				}
			}
		}
		return nil
	})
	return all, err
}

// ExamineIn holds the records against what Microsoft shows.
func (s *Service) ExamineIn(tx provision.Tx, tenant provision.TenantID, acc provision.Access,
	v ShownPhone) (r provision.Repair, err error) {
	sub, there, err := s.roster.SubscriberIn(tx, tenant, v.Person.ID)
	if err != nil {
		return r, err
	}
	var records []provision.Number
	sites := []provision.LocationID{}
	if sub.Location != "" {
		sites = append(sites, sub.Location)
	}
	for _, h := range v.Holders {
		rec, err := stock.Number(tx, tenant, h.Number)
		if provision.IgnoreNotFound(err) != nil {
			return r, err
		}
		if err == nil {
			sites = append(sites, rec.Location)
		}
		records = append(records, rec)
	}
	if err := acc.Need("repair phone", provision.Operate, sites...); err != nil {
		return r, err
	}
	plan, err := s.PlanShown(tx, tenant, sub.Plan, v.Voice)
	if err != nil {
		return r, err
	}
	r = compareRecords(v, sub, there, records, plan)
	r.Now = s.Now()
	if r.Names, err = s.namesIn(tx, tenant); err != nil {
		return r, err
	}
	for i := range r.Numbers {
		if err := s.restsUntil(tx, tenant, &r.Numbers[i].After); err != nil {
			return r, err
		}
	}
	if live := order.LiveOrder(tx, tenant, v.Person.ID); live != "" {
		r.Live, err = s.order.OrderIn(tx, tenant, live)
	}
	return r, err
}

// namesIn are the names of a tenant's locations and plans, by their ids.
func (s *Service) namesIn(tx provision.Tx, tenant provision.TenantID) (map[string]string, error) {
	names := map[string]string{}
	sites, err := stock.NumbersAt(tx, tenant)
	if err != nil {
		return nil, err
	}
	for _, l := range sites {
		names[string(l.ID)] = l.Name
	}
	all, err := stock.Plans(tx, tenant)
	for _, p := range all {
		names[string(p.ID)] = p.Name
	}
	return names, err
}

// PlanShown is the plan that is in effect for a person: the one of their record where it is, or else the first one
// that is.
func (s *Service) PlanShown(tx provision.Tx, tenant provision.TenantID, had provision.PlanID,
	v provision.Voice) (provision.PlanID, error) {
	if had != "" {
		p, err := s.stock.PlanIn(tx, tenant, had)
		if provision.IgnoreNotFound(err) != nil {
			return "", err
		}
		if err == nil && p.InEffect(v) {
			return had, nil
		}
	}
	return s.PlanInEffect(tx, tenant, v)
}

// restsUntil fills in how long a number cools down that is taken from a person.
func (s *Service) restsUntil(tx provision.Tx, tenant provision.TenantID, n *provision.Number) error {
	if n.State != provision.Cooling {
		return nil
	}
	loc, err := s.stock.LocationIn(tx, tenant, n.Location)
	if err != nil {
		return err
	}
	n.Rested = s.Now().UTC()
	n.Until = n.Rested.Add(loc.Cooling())
	if loc.Cooling() == 0 {
		*n = provision.Number{E164: n.E164, Location: n.Location, State: provision.Free, Rested: n.Rested}
	}
	return nil
}

// compareRecords says how the records of a person and of numbers would have to be to agree with what Microsoft shows.
// records has that of each holder's number, zero for one that is not in the stock; plan is the one in effect. It takes
// no number from another person's record, nor from an order that holds it.
func compareRecords(v ShownPhone, sub provision.Subscriber, there bool, records []provision.Number,
	plan provision.PlanID) provision.Repair {
	user := v.Person.ID
	r := provision.Repair{Person: v.Person, Before: sub, After: sub}
	if r.Person.DisplayName == "" {
		r.Person.DisplayName, r.Person.UPN = sub.Name, sub.UPN
	}
	has, left := v.ownNumber(sub, records)
	r.Left = left
	r.Numbers = v.numberRepairs(has, records)
	if has.E164 == "" && !there {
		return r.Marked()
	}
	r.After.User = user
	r.After.Number = has.E164
	r.After.Plan = plan
	switch {
	case has.E164 == "":
		r.After.Plan = ""
	case plan == "" && has.E164 == sub.Number:
		r.After.Plan = sub.Plan
		r.Left = append(r.Left, provision.Say("repair-no-plan", "number", string(has.E164)))
	}
	if has.E164 != "" && (has.E164 != sub.Number || sub.Location == "") {
		r.After.Location = has.Location
	}
	if has.E164 != sub.Number {
		r.After.Order = "" // no order has made it so
	}
	if !there {
		r.After.UPN, r.After.Name = v.Person.UPN, v.Person.Name()
	}
	return r.Marked()
}

// ownNumber is the number of the stock that Microsoft shows on the person, the one of their record before any other,
// and what is left as it is of the others.
func (v ShownPhone) ownNumber(sub provision.Subscriber,
	records []provision.Number) (has provision.Number, left []provision.Message) {
	for i, h := range v.Holders {
		rec, id := records[i], ""
		switch {
		case h.HeldBy != provision.HeldByPerson:
		case rec.E164 == "":
			id = "repair-not-ours"
		case rec.State == provision.Held:
			id = "repair-held"
		case rec.State == provision.Assigned && rec.User != v.Person.ID:
			id = "repair-others"
		case has.E164 == "" || h.Number == sub.Number:
			has = rec
		}
		if id != "" {
			left = append(left, provision.Say(id, "number", string(h.Number)))
		}
	}
	return has, left
}

// numberRepairs are the records of numbers that would change where the person's number is has. One that nobody has
// cools down, one that is elsewhere or beside the person's own is set aside.
func (v ShownPhone) numberRepairs(has provision.Number, records []provision.Number) (all []provision.NumberRepair) {
	user := v.Person.ID
	for i, h := range v.Holders {
		before := records[i]
		after := provision.Number{E164: before.E164, Location: before.Location}
		theirs := before.State == provision.Assigned && before.User == user
		switch {
		case before.E164 == "", before.State == provision.Held, before.State == provision.Assigned && !theirs:
			continue
		case before.E164 == has.E164:
			after.State, after.User = provision.Assigned, user
		case h.HeldBy == provision.HeldByPerson, theirs && h.HeldBy != provision.HeldByNobody:
			after.State, after.Taken = provision.Blocked, true
		case theirs:
			after.State, after.User = provision.Cooling, user
		default:
			continue
		}
		if before.State != after.State {
			all = append(all, provision.NumberRepair{Before: before, After: after})
		}
	}
	return all
}

// MendIn writes what a repair says, with its events of the trail, and has the carrier told.
func (s *Service) MendIn(tx provision.Tx, tenant provision.TenantID, by provision.Actor, r provision.Repair) error {
	was := r.Before
	for _, n := range r.Numbers {
		line := provision.Line{Number: n.Before.E164, User: was.User, UPN: was.UPN, Name: was.Name,
			Location: was.Location, Plan: was.Plan}
		if err := s.Queue.Add(tx, provision.JobLine, record.Key(tenant, string(n.Before.E164)), line,
			s.Now()); err != nil {
			return err
		}
		e := provision.AuditEvent{Event: provision.NumberReleased, Actor: by.ID, User: r.Person.ID, Note: "repaired: " +
			string(n.After.State)}
		switch n.After.State {
		case provision.Assigned:
			e.Event = provision.NumberAssigned
		case provision.Cooling:
			if err := s.Queue.Add(tx, provision.JobCool, record.Key(tenant, string(n.After.E164)), nil,
				n.After.Until); err != nil {
				return err
			}
		}
		if err := s.stock.Change(tx, tenant, n.Before, n.After, e); err != nil {
			return err
		}
	}
	if was == r.After {
		return nil
	}
	if r.After.Order != was.Order {
		before := provision.Order{Tenant: tenant, OrderWish: provision.OrderWish{Had: was}}
		if err := s.result.Past(tx, &before, true); err != nil {
			return err
		}
	}
	after := r.After
	if after.Number != "" { // with the plan that it has by now
		if err := s.Queue.Add(tx, provision.JobLine, record.Key(tenant, string(after.Number)), nil,
			s.Now()); err != nil {
			return err
		}
	}
	after.Since = s.Now().UTC()
	if err := s.people.PutSubscriber(tx, tenant, after); err != nil {
		return err
	}
	e := provision.AuditEvent{Event: provision.SubscriberChanged, Actor: by.ID, User: after.User, Number: after.Number,
		Note: "repaired: " + string(after.Plan)}
	return s.audit.Append(tx, tenant, e)
}
