package provision

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"
)

// Repair is how the records of a person's phone differ from what Microsoft shows, and what they would be set to.
type Repair struct {
	Person  Person
	Before  Subscriber // zero: there is no record
	After   Subscriber // the same as Before where nothing is wrong with it
	Numbers []NumberRepair
	Left    []Message         // what is left as it is, and why
	Live    Order             // while it is at work nothing is set; without an ID: none
	Mark    string            // names what was read: the records are set only to what was shown
	Set     bool              // the records have just been set
	Names   map[string]string // of the locations and plans, by their ids
	Now     time.Time
}

// NumberRepair is the record of a number as it is and as it should be.
type NumberRepair struct{ Before, After Number }

// Differs reports whether there is anything to set.
func (r Repair) Differs() bool { return r.Before != r.After || len(r.Numbers) > 0 }

// shownPhone is what Microsoft shows of a person and of the numbers that they or their records name.
type shownPhone struct {
	person  Person
	voice   Voice
	holders []Holder
}

// Examine reads what Microsoft shows of a person and holds the records against it, for operators of all the sites that
// it is about.
func (s *Service) Examine(ctx context.Context, tenant TenantID, by Actor, user UserID) (Repair, error) {
	acc, err := s.permit(ctx, "repair phone", tenant, by, Operate)
	if err != nil {
		return Repair{}, err
	}
	shown, err := s.showPhone(ctx, tenant, user)
	if err != nil {
		return Repair{}, err
	}
	var r Repair
	err = s.Store.View(ctx, func(tx Tx) error {
		r, err = s.examine(tx, tenant, acc, shown)
		return err
	})
	return r, err
}

// Mend sets the records to what Microsoft shows, in one transaction. mark is that of the Repair that was shown: where
// something has changed since, nothing is set and the new one comes back.
func (s *Service) Mend(ctx context.Context, tenant TenantID, by Actor, user UserID, mark string) (Repair, error) {
	if err := s.compared(ctx, tenant); err != nil {
		return Repair{}, err
	}
	acc, err := s.permit(ctx, "repair phone", tenant, by, Operate)
	if err != nil {
		return Repair{}, err
	}
	shown, err := s.showPhone(ctx, tenant, user)
	if err != nil {
		return Repair{}, err
	}
	var r Repair
	err = s.Store.Update(context.WithoutCancel(ctx), func(tx Tx) error {
		if r, err = s.examine(tx, tenant, acc, shown); err != nil {
			return err
		}
		if r.Live.ID != "" || r.Mark != mark || !r.Differs() {
			return nil
		}
		r.Set = true
		return s.mend(tx, tenant, by, r)
	})
	return r, err
}

// showPhone reads Microsoft, within a turn.
func (s *Service) showPhone(ctx context.Context, tenant TenantID, user UserID) (v shownPhone, err error) {
	ctx, cancel := context.WithTimeout(ctx, acceptTime)
	defer cancel()
	var there bool
	if v.person, there, err = s.Account(ctx, tenant, user); err != nil {
		return v, err
	}
	if !there {
		v.person = Person{ID: user, Gone: true}
	}
	if v.voice, err = s.Telephony.Voice(ctx, tenant, user); err != nil {
		return v, err
	}
	numbers, err := s.numbersAbout(ctx, tenant, user, v.voice)
	if err != nil {
		return v, err
	}
	look := seen{voice: v.voice, known: Known{Account: accountState(v.person, there, nil)}}
	for _, n := range numbers {
		_, h, err := s.holder(ctx, Order{Tenant: tenant, Person: v.person}, n, look)
		if err != nil {
			return v, err
		}
		v.holders = append(v.holders, h)
	}
	return v, nil
}

// numbersAbout are the numbers that Microsoft shows on a person, that of their record, and those of their orders that
// the stock has as theirs.
func (s *Service) numbersAbout(ctx context.Context, tenant TenantID, user UserID, v Voice) (all []E164, err error) {
	add := func(n E164) {
		if n != "" && !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	err = s.Store.View(ctx, func(tx Tx) error {
		all = slices.Clone(v.Numbers)
		sub, _, err := s.SubscriberIn(tx, tenant, user)
		if err != nil {
			return err
		}
		add(sub.Number)
		for o, err := range s.ordersBy(tx, tenant, Filter{Person: user}) {
			if err != nil {
				return err
			}
			for _, n := range []E164{o.Number, o.Had.Number} {
				if rec, err := number(tx, tenant, n); err == nil && rec.State == Assigned && rec.User == user {
					add(n)
				}
			}
		}
		return nil
	})
	return all, err
}

// examine holds the records against what Microsoft shows.
func (s *Service) examine(tx Tx, tenant TenantID, acc Access, v shownPhone) (r Repair, err error) {
	sub, there, err := s.SubscriberIn(tx, tenant, v.person.ID)
	if err != nil {
		return r, err
	}
	var records []Number
	sites := []LocationID{}
	if sub.Location != "" {
		sites = append(sites, sub.Location)
	}
	for _, h := range v.holders {
		rec, err := number(tx, tenant, h.Number)
		if ignoreNotFound(err) != nil {
			return r, err
		}
		if err == nil {
			sites = append(sites, rec.Location)
		}
		records = append(records, rec)
	}
	if err := acc.need("repair phone", Operate, sites...); err != nil {
		return r, err
	}
	plan, err := s.planShown(tx, tenant, sub.Plan, v.voice)
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
	if live := liveOrder(tx, tenant, v.person.ID); live != "" {
		r.Live, err = s.OrderIn(tx, tenant, live)
	}
	return r, err
}

// namesIn are the names of a tenant's locations and plans, by their ids.
func (s *Service) namesIn(tx Tx, tenant TenantID) (map[string]string, error) {
	names := map[string]string{}
	sites, err := stock(tx, tenant)
	if err != nil {
		return nil, err
	}
	for _, l := range sites {
		names[string(l.ID)] = l.Name
	}
	all, err := plans(tx, tenant)
	for _, p := range all {
		names[string(p.ID)] = p.Name
	}
	return names, err
}

// planShown is the plan that is in effect for a person: the one of their record where it is, or else the first one
// that is.
func (s *Service) planShown(tx Tx, tenant TenantID, had PlanID, v Voice) (PlanID, error) {
	if had != "" {
		p, err := s.PlanIn(tx, tenant, had)
		if ignoreNotFound(err) != nil {
			return "", err
		}
		if err == nil && p.InEffect(v) {
			return had, nil
		}
	}
	return s.planInEffect(tx, tenant, v)
}

// restsUntil fills in how long a number rests that is taken from a person.
func (s *Service) restsUntil(tx Tx, tenant TenantID, n *Number) error {
	if n.State != Cooling {
		return nil
	}
	loc, err := s.LocationIn(tx, tenant, n.Location)
	if err != nil {
		return err
	}
	n.Rested = s.Now().UTC()
	if n.Until = n.Rested.Add(loc.Cooling()); loc.Cooling() == 0 {
		*n = Number{E164: n.E164, Location: n.Location, State: Free, Rested: n.Rested}
	}
	return nil
}

// compareRecords says how the records of a person and of numbers would have to be to agree with what Microsoft shows.
// records has that of each holder's number, zero for one that is not in the stock; plan is the one in effect. It takes
// no number from another person's record, nor from an order that holds it.
func compareRecords(v shownPhone, sub Subscriber, there bool, records []Number, plan PlanID) Repair {
	user := v.person.ID
	r := Repair{Person: v.person, Before: sub, After: sub}
	if r.Person.DisplayName == "" {
		r.Person.DisplayName, r.Person.UPN = sub.Name, sub.UPN
	}
	has, left := v.ownNumber(sub, records)
	r.Left = left
	r.Numbers = v.numberRepairs(has, records)
	if has.E164 == "" && !there {
		return r.marked()
	}
	r.After.User, r.After.Number, r.After.Plan = user, has.E164, plan
	switch {
	case has.E164 == "":
		r.After.Plan = ""
	case plan == "" && has.E164 == sub.Number:
		r.After.Plan = sub.Plan
		r.Left = append(r.Left, Say("repair-no-plan", "number", string(has.E164)))
	}
	if has.E164 != "" && (has.E164 != sub.Number || sub.Location == "") {
		r.After.Location = has.Location
	}
	if has.E164 != sub.Number {
		r.After.Order = "" // no order has made it so
	}
	if !there {
		r.After.UPN, r.After.Name = v.person.UPN, v.person.Name()
	}
	return r.marked()
}

// ownNumber is the number of the stock that Microsoft shows on the person, the one of their record before any other,
// and what is left as it is of the others.
func (v shownPhone) ownNumber(sub Subscriber, records []Number) (has Number, left []Message) {
	for i, h := range v.holders {
		rec, id := records[i], ""
		switch {
		case h.Whose != Persons:
		case rec.E164 == "":
			id = "repair-not-ours"
		case rec.State == Held:
			id = "repair-held"
		case rec.State == Assigned && rec.User != v.person.ID:
			id = "repair-others"
		case has.E164 == "" || h.Number == sub.Number:
			has = rec
		}
		if id != "" {
			left = append(left, Say(id, "number", string(h.Number)))
		}
	}
	return has, left
}

// numberRepairs are the records of numbers that would change where the person's number is has. One that nobody has
// rests, one that is elsewhere or beside the person's own is set aside.
func (v shownPhone) numberRepairs(has Number, records []Number) (all []NumberRepair) {
	user := v.person.ID
	for i, h := range v.holders {
		before := records[i]
		after := Number{E164: before.E164, Location: before.Location}
		theirs := before.State == Assigned && before.User == user
		switch {
		case before.E164 == "", before.State == Held, before.State == Assigned && !theirs:
			continue
		case before.E164 == has.E164:
			after.State, after.User = Assigned, user
		case h.Whose == Persons, theirs && h.Whose != Nobodys:
			after.State, after.Taken = Blocked, true
		case theirs:
			after.State, after.User = Cooling, user
		default:
			continue
		}
		if before.State != after.State {
			all = append(all, NumberRepair{before, after})
		}
	}
	return all
}

// marked names what a repair would do.
func (r Repair) marked() Repair {
	sum := sha256.New()
	fmt.Fprintf(sum, "%v\n%v\n", r.Before, r.After)
	for _, n := range r.Numbers {
		fmt.Fprintf(sum, "%v %v %v\n", n.Before, n.After.State, n.After.User)
	}
	r.Mark = hex.EncodeToString(sum.Sum(nil)[:8])
	return r
}

// mend writes what a repair says, with its links of the trail, and has the carrier told.
func (s *Service) mend(tx Tx, tenant TenantID, by Actor, r Repair) error {
	was := r.Before
	for _, n := range r.Numbers {
		line := Line{Number: n.Before.E164, User: was.User, UPN: was.UPN, Name: was.Name, Location: was.Location, Plan: was.Plan}
		if err := s.Queue.Add(tx, JobLine, key(tenant, string(n.Before.E164)), line, s.Now()); err != nil {
			return err
		}
		e := AuditEvent{Event: NumberReleased, Actor: by.ID, User: r.Person.ID, Note: "repaired: " + string(n.After.State)}
		switch n.After.State {
		case Assigned:
			e.Event = NumberAssigned
		case Cooling:
			if err := s.Queue.Add(tx, JobCool, key(tenant, string(n.After.E164)), nil, n.After.Until); err != nil {
				return err
			}
		}
		if err := s.change(tx, tenant, n.Before, n.After, e); err != nil {
			return err
		}
	}
	if was == r.After {
		return nil
	}
	if r.After.Order != was.Order {
		if err := s.past(tx, &Order{Tenant: tenant, Had: was}, true); err != nil {
			return err
		}
	}
	after := r.After
	if after.Number != "" { // with the plan that it has by now
		if err := s.Queue.Add(tx, JobLine, key(tenant, string(after.Number)), nil, s.Now()); err != nil {
			return err
		}
	}
	after.Since = s.Now().UTC()
	if err := s.putSubscriber(tx, tenant, after); err != nil {
		return err
	}
	e := AuditEvent{Event: SubscriberChanged, Actor: by.ID, User: after.User, Number: after.Number, Note: "repaired: " + string(after.Plan)}
	return s.audit(tx, tenant, e)
}
