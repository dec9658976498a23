package result

import (
	"cmp"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/observe"
	"calltab/internal/provision/stock"
)

// AcceptTime is how long Microsoft may take to say what is so, within a turn.
const AcceptTime = 4 * time.Second

// follow makes the records of an order's numbers and of its person what Microsoft shows. An order that has been
// overtaken only gives back what it still holds: the phone is another order's.
func (s *Service) follow(tx provision.Tx, o *provision.Order, v observe.Observed) error {
	newer, err := s.order.Overtaken(tx, *o)
	if err != nil {
		return err
	}
	if newer.ID != "" {
		o.Past = true
		return s.followHeld(tx, o, v)
	}
	has := o.HasOf(v.Observation.Holders)
	for _, h := range v.Observation.Holders {
		if err := s.followNumber(tx, o, h, has); err != nil {
			return err
		}
	}
	if has == o.Number && provision.AllMet(v.Conditions) {
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
func (s *Service) followHad(tx provision.Tx, o *provision.Order) error {
	sub, _, err := s.roster.SubscriberIn(tx, o.Tenant, o.Person.ID)
	if err != nil {
		return err
	}
	had := o.Had
	o.NoChange = sub.User == had.User && sub.Number == had.Number && sub.Plan == had.Plan &&
		sub.Location == had.Location
	if !o.NoChange || sub.Order == had.Order {
		return nil
	}
	if err := s.Past(tx, o, false); err != nil {
		return err
	}
	return s.people.PutSubscriber(tx, o.Tenant, had)
}

// followHeld is followNumber for the numbers that an order holds and nobody has.
func (s *Service) followHeld(tx provision.Tx, o *provision.Order, v observe.Observed) error {
	for _, h := range v.Observation.Holders {
		n, err := stock.Number(tx, o.Tenant, h.Number)
		if provision.IgnoreNotFound(err) != nil {
			return err
		}
		if err != nil || n.State != provision.Held || n.Order != o.ID || h.HeldBy == provision.HeldByPerson {
			continue
		}
		if err := s.followNumber(tx, o, h, ""); err != nil {
			return err
		}
	}
	return nil
}

// followNumber records where a number of the order is. One that nobody has goes back to the stock, after a cooling
// period where it was in use; one that is somewhere else, or beside the number that the person has, is set aside. A
// number that Microsoft shows on the person is recorded as the person's again where it is free by now, cools down, or
// was set aside.
func (s *Service) followNumber(tx provision.Tx, o *provision.Order, h provision.Holder, has provision.E164) error {
	v, err := stock.Number(tx, o.Tenant, h.Number)
	if err != nil {
		return provision.IgnoreNotFound(err)
	}
	mine := v.State == provision.Held && v.Order == o.ID || v.State == provision.Assigned && v.User == o.Person.ID
	nobodys := v.State != provision.Held && v.State != provision.Assigned
	switch {
	case !mine && !(nobodys && h.Number == has):
		return nil
	case h.Number == has && v.State == provision.Assigned:
		return nil
	case h.Number == has:
		after := provision.Number{E164: v.E164, Location: v.Location, State: provision.Assigned, Order: o.ID,
			User: o.Person.ID}
		return s.stock.Change(tx, o.Tenant, v, after,
			provision.AuditEvent{Event: provision.NumberAssigned, Order: o.ID, User: o.Person.ID})
	case v.State == provision.Assigned:
		return s.Rest(tx, o, h.Number, h.HeldBy != provision.HeldByNobody)
	}
	after := provision.Number{E164: v.E164, Location: v.Location, State: provision.Free, Rested: v.Rested}
	if h.HeldBy != provision.HeldByNobody {
		after.State, after.Taken = provision.Blocked, true
	}
	if after, err = s.stock.Resume(tx, o.Tenant, v, after); err != nil {
		return err
	}
	return s.stock.Change(tx, o.Tenant, v, after, provision.AuditEvent{Event: provision.NumberReleased, Order: o.ID,
		User: o.Person.ID, Note: string(after.State)})
}

// followPerson records what phone the person has: their number, with the plan that is in effect. A person who is gone
// is no subscriber any more. A phone with a number that the order is not about stays as it is.
func (s *Service) followPerson(tx provision.Tx, o *provision.Order, has provision.E164, v observe.Observed) error {
	before, there, err := s.roster.SubscriberIn(tx, o.Tenant, o.Person.ID)
	if err != nil {
		return err
	}
	after := provision.Subscriber{User: o.Person.ID, UPN: o.Person.UPN, Name: o.Person.Name(), Number: has, Order: o.ID,
		Since: s.Now().UTC()}
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
		n, err := stock.Number(tx, o.Tenant, has)
		if provision.IgnoreNotFound(err) != nil {
			return err
		}
		if err == nil && (n.State != provision.Assigned || n.User != o.Person.ID) {
			return nil // the stock has it for another person: an operator decides, with what repair shows
		}
		if after.Plan, err = s.planNow(tx, o, v.Voice); err != nil {
			return err
		}
	}
	e := provision.AuditEvent{Event: provision.SubscriberChanged, Order: o.ID, User: o.Person.ID, Number: has,
		Note: string(after.Plan)}
	switch {
	case has != "" && has == before.Number && after.Plan == before.Plan && after.Location == before.Location:
		return nil // they have what they had
	case has == "" && !there:
		return nil
	case has == "" && (o.Kind == provision.Remove || v.Observation.Account == provision.AccountGone):
		err = s.people.DropSubscriber(tx, o.Tenant, o.Person.ID)
		e.Event = provision.SubscriberRemoved
	default:
		err = s.people.PutSubscriber(tx, o.Tenant, after)
	}
	if err != nil {
		return err
	}
	if err := s.Past(tx, o, true); err != nil {
		return err
	}
	return s.audit.Append(tx, o.Tenant, e)
}

// planNow is the plan that is in effect for the person: the one ordered, else the one before, else none of ours.
func (s *Service) planNow(tx provision.Tx, o *provision.Order, voice provision.Voice) (provision.PlanID, error) {
	for _, id := range []provision.PlanID{o.Plan, o.Had.Plan} {
		if id == "" || !voice.Found {
			continue
		}
		p, err := s.stock.PlanIn(tx, o.Tenant, id)
		if err == nil && p.InEffect(voice) {
			return id, nil
		}
		if provision.IgnoreNotFound(err) != nil {
			return "", err
		}
	}
	return "", nil
}
