package draft

import (
	"context"
	"slices"

	"calltab/internal/provision"
	"calltab/internal/provision/people"
)

// correction is a request to change a phone that is only being ordered: "change henry to metered", while the form for
// Henry is open. It is put into that form as the answers that it names.
type correction struct{ *Service }

// of finds the form that a request is about: the requester's own for the person who was found and has no phone. id is
// empty where there is none. What was sent for approval once is changed on its card.
func (s correction) of(ctx context.Context, r provision.Request, got people.Found) (id provision.OrderID, err error) {
	if r.Kind.Gives() || r.Kind.Ends() || r.Undoes != "" || len(got.People) != 1 {
		return "", nil
	}
	who := got.People[0].ID
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		sub, _, err := s.roster.SubscriberIn(tx, r.Tenant, who)
		if err != nil || sub.Number != "" {
			return err
		}
		drafts, err := s.limits.Drafts(tx, r.Tenant, r.Requester.ID)
		for _, d := range drafts {
			if d.Person.ID == who && takes(d) {
				id = d.ID
			}
		}
		return err
	})
	return id, err
}

// takes reports a form for a phone that takes corrections: it has not been sent, and nothing stands against its person.
func takes(d provision.Order) bool {
	answerable := []provision.Form{provision.FormPerson, provision.FormLocation, provision.FormPlan, provision.FormNumber, provision.FormReview}
	return d.State == provision.Draft && d.Kind.Gives() && d.Undoes == "" && d.Submitted.IsZero() &&
		slices.Contains(answerable, d.Form)
}

// put puts what a request names into a form, in one commit. What cannot be is said, and what was chosen before stays. A
// request that names nothing has the form ask.
func (s correction) put(ctx context.Context, r provision.Request, id provision.OrderID) (provision.Sheet, error) {
	acc, err := s.access.Access(ctx, r.Tenant, r.Requester.ID)
	if err != nil {
		return provision.Sheet{}, err
	}
	return s.order.Update(ctx, r.Tenant, id, func(tx provision.Tx, o *provision.Order) error {
		if !takes(*o) {
			o.Notice = provision.Say("card-was-old")
			return nil
		}
		o.Notice = provision.Message{}
		if err := o.RequestedWith(acc); err != nil {
			return err
		}
		if err := s.limits.UseForm(tx, r.Tenant, r.Requester.ID, acc); err != nil {
			return err
		}
		for _, a := range named(r) {
			if err := s.apply(tx, o, a, people.Found{}); err != nil {
				return err
			}
			if o.Notice.ID != "" {
				break
			}
		}
		if open := asksFor(r); o.Offers(open) {
			o.Form = open
		}
		if err := o.InReach(); err != nil {
			return err
		}
		return s.order.Write(tx, o, provision.OrderChanged, r.Requester.ID, string(o.Form))
	})
}

// named are the answers that a request names.
func named(r provision.Request) (all []provision.Answer) {
	if r.Location != "" {
		all = append(all, provision.Answer{Location: r.Location})
	}
	if r.Plan != "" {
		all = append(all, provision.Answer{Plan: r.Plan})
	}
	if r.Number != "" {
		all = append(all, provision.Answer{Number: r.Number})
	}
	return all
}

// asksFor is the form of what a request to change a phone leaves open; empty where it names what changes.
func asksFor(r provision.Request) provision.Form {
	switch {
	case r.Kind == provision.ChangePlan && r.Plan == "":
		return provision.FormPlan
	case r.Kind == provision.ChangeNumber && r.Number == "":
		return provision.FormNumber
	case r.Kind == provision.Move && r.Location == "" && r.Number == "":
		return provision.FormLocation
	}
	return ""
}
