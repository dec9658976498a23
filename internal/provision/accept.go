package provision

import (
	"cmp"
	"time"
)

// acceptTime is how long Microsoft may take to say what is so, within a turn.
const acceptTime = 4 * time.Second

// follow makes the records of an order's numbers and of its person what Microsoft shows. An order that has been overtaken only
// gives back what it still holds: the phone is another order's.
func (s *Service) follow(tx Tx, o *Order, v seen) error {
	newer, err := s.Overtaken(tx, *o)
	if err != nil {
		return err
	}
	if newer.ID != "" {
		o.Past = true
		return s.followHeld(tx, o, v)
	}
	has := o.hasOf(v.known.Holders)
	for _, h := range v.known.Holders {
		if err := s.followNumber(tx, o, h, has); err != nil {
			return err
		}
	}
	if has == o.Number && AllMet(v.conditions) {
		o.Ready = s.Now().UTC()
	}
	if has != o.Number && !o.Kind.Ends() {
		o.Past = true // what it gave is gone: nobody is asked any more whether it works
	}
	if err := s.followPerson(tx, o, has, v); err != nil {
		return err
	}
	return s.followHad(tx, o)
}

// followHad notes whether the person has what they had before the order: then it is the order before that made it so.
func (s *Service) followHad(tx Tx, o *Order) error {
	sub, _, err := s.SubscriberIn(tx, o.Tenant, o.Person.ID)
	if err != nil {
		return err
	}
	had := o.Had
	o.NoChange = sub.User == had.User && sub.Number == had.Number && sub.Plan == had.Plan && sub.Location == had.Location
	if !o.NoChange || sub.Order == had.Order {
		return nil
	}
	if err := s.past(tx, o, false); err != nil {
		return err
	}
	return s.putSubscriber(tx, o.Tenant, had)
}

// hasOf is the number that Microsoft shows on the order's person, empty for none. One that the order is not about is theirs from
// elsewhere, and comes first.
func (o Order) hasOf(all []Holder) (has E164) {
	for _, h := range all {
		if h.Whose != Persons {
			continue
		}
		if other := h.Number != o.Number && h.Number != o.Had.Number; has == "" || other {
			has = h.Number
		}
	}
	return has
}

// followHeld is followNumber for the numbers that an order holds and nobody has.
func (s *Service) followHeld(tx Tx, o *Order, v seen) error {
	for _, h := range v.known.Holders {
		n, err := number(tx, o.Tenant, h.Number)
		if ignoreNotFound(err) != nil {
			return err
		}
		if err != nil || n.State != Held || n.Order != o.ID || h.Whose == Persons {
			continue
		}
		if err := s.followNumber(tx, o, h, ""); err != nil {
			return err
		}
	}
	return nil
}

// followNumber records where a number of the order is. One that nobody has goes back to the stock, by way of a rest where it
// was in use; one that is somewhere else, or beside the number that the person has, is set aside. A number that
// Microsoft shows on the person is recorded as the person's again where it is free by now, rests, or was set aside.
func (s *Service) followNumber(tx Tx, o *Order, h Holder, has E164) error {
	v, err := number(tx, o.Tenant, h.Number)
	if err != nil {
		return ignoreNotFound(err)
	}
	mine := v.State == Held && v.Order == o.ID || v.State == Assigned && v.User == o.Person.ID
	nobodys := v.State != Held && v.State != Assigned
	switch {
	case !mine && !(nobodys && h.Number == has):
		return nil
	case h.Number == has && v.State == Assigned:
		return nil
	case h.Number == has:
		after := Number{E164: v.E164, Location: v.Location, State: Assigned, Order: o.ID, User: o.Person.ID}
		return s.change(tx, o.Tenant, v, after, AuditEvent{Event: NumberAssigned, Order: o.ID, User: o.Person.ID})
	case v.State == Assigned:
		return s.Rest(tx, o, h.Number, h.Whose != Nobodys)
	}
	after := Number{E164: v.E164, Location: v.Location, State: Free, Rested: v.Rested}
	if h.Whose != Nobodys {
		after.State, after.Taken = Blocked, true
	}
	if after, err = s.resume(tx, o.Tenant, v, after); err != nil {
		return err
	}
	return s.change(tx, o.Tenant, v, after, AuditEvent{Event: NumberReleased, Order: o.ID, User: o.Person.ID, Note: string(after.State)})
}

// followPerson records what phone the person has: the number that is theirs, with the plan that is in effect. Somebody who is
// gone is not looked after any more. A phone with a number that the order is not about stays as it is.
func (s *Service) followPerson(tx Tx, o *Order, has E164, v seen) error {
	before, there, err := s.SubscriberIn(tx, o.Tenant, o.Person.ID)
	if err != nil {
		return err
	}
	after := Subscriber{User: o.Person.ID, UPN: o.Person.UPN, Name: o.Person.Name(), Number: has, Order: o.ID, Since: s.Now().UTC()}
	switch {
	case has == "" && o.Kind.Ends():
		after.Location = o.Location
	case has == "":
		after.Location = cmp.Or(before.Location, o.Had.Location, o.Location)
	case has == o.Number:
		after.Location = o.Location
	case has == o.Had.Number:
		after.Location = o.Had.Location
	default:
		return nil
	}
	if has != "" {
		n, err := number(tx, o.Tenant, has)
		if ignoreNotFound(err) != nil {
			return err
		}
		if err == nil && (n.State != Assigned || n.User != o.Person.ID) {
			return nil // the stock has it for another person: an operator decides, with what repair shows
		}
		if after.Plan, err = s.planNow(tx, o, v.voice); err != nil {
			return err
		}
	}
	e := AuditEvent{Event: SubscriberChanged, Order: o.ID, User: o.Person.ID, Number: has, Note: string(after.Plan)}
	switch {
	case has != "" && has == before.Number && after.Plan == before.Plan && after.Location == before.Location:
		return nil // they have what they had
	case has == "" && !there:
		return nil
	case has == "" && (o.Kind == Remove || v.known.Account == AccountGone):
		err = s.dropSubscriber(tx, o.Tenant, o.Person.ID)
		e.Event = SubscriberRemoved
	default:
		err = s.putSubscriber(tx, o.Tenant, after)
	}
	if err != nil {
		return err
	}
	if err := s.past(tx, o, true); err != nil {
		return err
	}
	return s.audit(tx, o.Tenant, e)
}

// planNow is the plan that is in effect for the person: the one ordered, else the one before, else none of ours.
func (s *Service) planNow(tx Tx, o *Order, voice Voice) (PlanID, error) {
	for _, id := range []PlanID{o.Plan, o.Had.Plan} {
		if id == "" || !voice.Found {
			continue
		}
		p, err := s.PlanIn(tx, o.Tenant, id)
		if err == nil && p.InEffect(voice) {
			return id, nil
		}
		if ignoreNotFound(err) != nil {
			return "", err
		}
	}
	return "", nil
}
