package draft

import (
	"context"
	"errors"
	"slices"

	"calltab/internal/provision"
	"calltab/internal/provision/order"
	"calltab/internal/provision/people"
	"calltab/internal/provision/stock"
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
			if d.Person.ID == who && order.TakesCorrection(d) {
				id = d.ID
			}
		}
		return err
	})
	return id, err
}

// errFormGone says that a form takes no corrections any more.
var errFormGone = errors.New("the form has been sent or has ended meanwhile")

// put puts what a request names into a form, in one commit. What cannot be is said, and what was chosen before stays.
// What the request leaves open is asked. The error is errFormGone where there is no such form any more.
func (s correction) put(ctx context.Context, r provision.Request, id provision.OrderID) (provision.Sheet, error) {
	acc, err := s.access.Access(ctx, r.Tenant, r.Requester.ID)
	if err != nil {
		return provision.Sheet{}, err
	}
	return s.order.Update(ctx, r.Tenant, id, func(tx provision.Tx, o *provision.Order) error {
		if !order.TakesCorrection(*o) {
			return errFormGone
		}
		if err := o.RequestedWith(acc); err != nil {
			return err
		}
		if err := s.limits.UseForm(tx, r.Tenant, r.Requester.ID, acc); err != nil {
			return err
		}
		if err := s.fill(tx, o, r); err != nil {
			return err
		}
		open := asksFor(r)
		ready := o.Form != provision.FormPerson && (open != provision.FormNumber || o.Location != "")
		if ready && slices.Contains(o.Forms(), open) {
			o.Form = open
		}
		if err := o.InReach(); err != nil {
			return err
		}
		return s.order.Write(tx, o, provision.OrderChanged, r.Requester.ID, string(o.Form))
	})
}

// fill puts a plan, a location and a number into a form, each where it is named. The first that is not as it was named
// is what is said.
func (s correction) fill(tx provision.Tx, o *provision.Order, r provision.Request) error {
	o.Notice = provision.Message{}
	if r.Plan != "" {
		if err := s.apply(tx, o, provision.Answer{Plan: r.Plan}, people.Found{}); err != nil {
			return err
		}
	}
	said := o.Notice
	o.Notice = provision.Message{}
	var err error
	switch {
	case r.Number != "":
		err = s.takeAt(tx, o, r)
	case r.Location != "":
		err = s.applyLocation(tx, o, r.Location)
	}
	if said.ID != "" {
		o.Notice = said
	}
	return err
}

// takeAt takes a number, and brings its location, as in the line that begins a form. Where that cannot be, both stay as
// they are.
func (s correction) takeAt(tx provision.Tx, o *provision.Order, r provision.Request) error {
	v, err := stock.Number(tx, o.Tenant, r.Number)
	if provision.KindOf(err) == provision.NotFound && err != nil {
		o.Notice, _ = provision.SayOf(err)
		return nil
	}
	if err != nil {
		return err
	}
	was := o.Location
	if r.Location != "" && r.Location != v.Location {
		o.Location = r.Location
		o.Notice, err = s.notHere(tx, o, r.Number)
		o.Location = was
		return err
	}
	o.Location = v.Location
	if bad := s.order.CountryMismatch(tx, o); bad.ID != "" {
		o.Location, o.Notice = was, bad
		return nil
	}
	err = s.take(tx, o, r.Number)
	if k := provision.KindOf(err); err != nil && (k == provision.Conflict || k == provision.NotFound) {
		o.Location = was
		o.Notice, _ = provision.SayOf(err)
		return nil
	}
	if err != nil {
		return err
	}
	if was != o.Location && r.Location == "" {
		l, err := s.stock.LocationIn(tx, o.Tenant, o.Location)
		if err != nil {
			return err
		}
		o.Notice = provision.Say("number-brings-location", "number", string(r.Number), "location", l.Name)
	}
	o.Proposed.Location = ""
	return s.proceed(tx, o, "")
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
