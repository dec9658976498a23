package provision

import (
	"cmp"
	"context"
	"strings"
	"time"
)

// Subscriber is a person whom Calltab looks after: imported with a location, and mostly with a phone.
type Subscriber struct {
	User     UserID     `json:"user"`
	UPN      string     `json:"upn,omitempty"`  // as last seen, to find whoever is gone from the directory; with the name it stands
	Name     string     `json:"name,omitempty"` // beside the audit chain, so that both can be forgotten
	Location LocationID `json:"location"`
	Plan     PlanID     `json:"plan,omitempty"`   // empty: no phone yet
	Number   E164       `json:"number,omitempty"` // empty: no phone yet
	Order    OrderID    `json:"order,omitempty"`  // the one that made it so; empty: imported without one
	Since    time.Time  `json:"since"`
}

// SubscriberIn reads a person's record; ok is false for somebody whom Calltab does not look after.
func (s *Service) SubscriberIn(tx Tx, tenant TenantID, user UserID) (sub Subscriber, ok bool, err error) {
	return load[Subscriber](tx, tableSubscribers, key(tenant, string(user)))
}

func (s *Service) putSubscriber(tx Tx, tenant TenantID, sub Subscriber) error {
	before, _, err := s.SubscriberIn(tx, tenant, sub.User)
	if err != nil {
		return err
	}
	save(tx, tableSubscribers, key(tenant, string(sub.User)), sub)
	return s.rejudgeWithout(tx, tenant, sub.User, before.Number, sub.Number)
}

func (s *Service) dropSubscriber(tx Tx, tenant TenantID, user UserID) error {
	before, _, err := s.SubscriberIn(tx, tenant, user)
	if err != nil {
		return err
	}
	tx.Delete(tableSubscribers, key(tenant, string(user)))
	return s.rejudgeWithout(tx, tenant, user, before.Number, "")
}

// lookFor finds the people whom the text means, for an order. Whoever has a phone from here can lose it although the directory
// does not know them any more. whole is as for people. An employee finds themselves and who reports to them, and learns of nobody else.
func (s *Service) lookFor(ctx context.Context, o Order, text string, whole bool, limit time.Duration) (sighting, error) {
	if o.role() == RoleEmployee {
		got, err := s.look(ctx, o.Tenant, text, whole, limit, s.team(o))
		if err != nil && KindOf(err) == NotFound {
			err = notYourTeam
		}
		got.team = true
		return got, err
	}
	got, err := s.look(ctx, o.Tenant, text, whole, limit, nil)
	if err == nil && len(got.people) == 1 && len(o.Within) > 0 && o.Kind.Gives() {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		got.team, err = s.inTeam(ctx, o, got.people[0].ID)
		return got, err
	}
	if err == nil || !o.Kind.Ends() || KindOf(err) != NotFound {
		return got, err
	}
	gone, found := s.gone(ctx, o.Tenant, text)
	if found != nil || len(gone) == 0 {
		return got, err
	}
	return sighting{people: gone, asked: true}, nil
}

// gone finds subscribers by object id, user name or full name in Calltab's own records. It reads them all: it is for the
// rare person whom the directory does not have.
func (s *Service) gone(ctx context.Context, tenant TenantID, text string) ([]Person, error) {
	var found []Person
	err := s.Store.View(ctx, func(tx Tx) error {
		found = nil
		for k, raw := range tx.Scan(tableSubscribers, key(tenant, ""), "") {
			var sub Subscriber
			if err := decode(tableSubscribers, k, raw, &sub); err != nil {
				return err
			}
			if strings.EqualFold(text, string(sub.User)) || strings.EqualFold(text, sub.UPN) || strings.EqualFold(text, sub.Name) {
				found = append(found, Person{ID: sub.User, UPN: sub.UPN, DisplayName: sub.Name, Gone: true})
			}
		}
		return nil
	})
	return found, err
}

// owner reads a request's number as its person where somebody has it; the one that the person has now comes first.
func (s *Service) owner(ctx context.Context, r *Request) error {
	own := cmp.Or(r.FromNumber, r.Number)
	if own == "" || r.Kind.Gives() || r.Query != "" || r.User != "" {
		return nil
	}
	return s.Store.View(ctx, func(tx Tx) error {
		v, err := number(tx, r.Tenant, own)
		if err == nil && v.State == Assigned {
			r.User = v.User
			if own == r.Number {
				r.Number = ""
			}
		}
		return err
	})
}

// against is everything that stands against an order for the person who is now known, and fills in what the order takes over
// from the phone that they have.
func (s *Service) against(tx Tx, o *Order, st Standing) ([]Reason, error) {
	st.Order = liveOrder(tx, o.Tenant, o.Person.ID)
	if err := s.Recall(tx, o.Tenant, o.Person.ID, &st); err != nil {
		return nil, err
	}
	if o.Undoes != "" {
		return s.againstUndo(tx, o, st)
	}
	return s.againstKind(tx, o, st)
}

// againstKind is what stands against an order of its kind.
func (s *Service) againstKind(tx Tx, o *Order, st Standing) ([]Reason, error) {
	sub := st.Subscriber
	if o.Kind.Gives() {
		o.giveTo(sub)
		return Eligible(o.Person, st).Reasons, nil
	}
	if sub.Number == "" && (sub.User == "" || o.Kind != Remove) {
		return []Reason{{Rule: NoPhone}}, nil
	}
	if err := s.takeOver(tx, o, sub); err != nil {
		return nil, err
	}
	if !o.Kind.Ends() {
		st.Mine = append(st.Mine, sub.Number)
		return Eligible(o.Person, st).Reasons, nil
	}
	if st.Order != "" {
		return []Reason{{Rule: HasOrder, Args: Say("", "order", string(st.Order)).Args}}, nil
	}
	return nil, nil
}

// giveTo takes the location over of somebody who was imported: it is not asked again. One that came from the person before, whom
// the requester has exchanged, goes with them.
func (o *Order) giveTo(sub Subscriber) {
	if o.Had.User != "" && o.Had.User != sub.User && o.Location == o.Had.Location {
		o.Location = ""
	}
	if o.Had = (Subscriber{}); sub.Number != "" {
		return // that stands against the order
	}
	if o.Had = sub; o.Location == "" {
		o.Location = sub.Location
	}
}

// takeOver fills a draft in with what stays as it is.
func (s *Service) takeOver(tx Tx, o *Order, sub Subscriber) error {
	if o.Had.User != "" && o.Had != sub {
		if err := s.drop(tx, o); err != nil { // it was for somebody else, or for another location
			return err
		}
	}
	o.Had = sub
	if o.Kind != Move {
		o.Location = sub.Location
	}
	if o.Kind != ChangePlan {
		o.Plan = sub.Plan
	}
	if !o.Kind.asks(FormNumber) {
		o.Number = sub.Number
	}
	return nil
}

// unchanged reports whether the phone is still what a draft is about. Where it is not, the draft goes on with what is so now.
func (s *Service) unchanged(tx Tx, o *Order) (bool, error) {
	if o.Undoes != "" {
		return s.stillUndoes(tx, o)
	}
	sub, _, err := s.SubscriberIn(tx, o.Tenant, o.Person.ID)
	if err != nil {
		return false, err
	}
	if o.Kind.Gives() && sub.Number != "" { // they were found to have it
		if err := s.drop(tx, o); err != nil {
			return false, err
		}
		o.Form, o.Reasons = FormRefused, []Reason{{Rule: HasPhone, Args: Say("", "number", string(sub.Number)).Args}}
		return false, s.Write(tx, o, OrderChanged, o.Requester.ID, string(o.Form))
	}
	if o.Kind.Gives() {
		o.Had = sub // they may have been imported or removed since: undone, they are again what they are now
		return true, nil
	}
	if sub == o.Had {
		return true, nil
	}
	if sub.User == "" {
		o.Form, o.Reasons = FormRefused, []Reason{{Rule: NoPhone}}
	} else if err := s.takeOver(tx, o, sub); err != nil {
		return false, err
	} else {
		o.Form, o.Notice = next(*o), Say("phone-changed", "person", o.Person.Name())
	}
	return false, s.Write(tx, o, OrderChanged, o.Requester.ID, string(o.Form))
}
