package draft

import (
	"cmp"
	"context"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/people"
	"calltab/internal/provision/stock"
)

// meet puts what a lookup found into a draft and picks the next form. A number is held only for a person who may have
// it.
func (s *Service) meet(tx provision.Tx, o *provision.Order, got people.Found) error {
	o.Choices, o.Reasons = nil, nil
	switch {
	case !got.Asked:
		o.Form = provision.FormPerson
	case len(got.People) > 1:
		o.Form, o.Choices = provision.FormWhich, got.People
	default:
		p := got.People[0]
		if o.Person.ID != "" && o.Person.ID != p.ID {
			o.GivenName, o.Surname = "", "" // those of the one before
			takeBackProposals(o)
		}
		o.GivenName = cmp.Or(o.GivenName, strings.TrimSpace(p.GivenName))
		o.Surname = cmp.Or(o.Surname, strings.TrimSpace(p.Surname))
		o.Person, o.Team = p, got.Team
		if o.Bulk.ID == "" { // a list that is checked changes nothing
			if err := s.replace(tx, o); err != nil {
				return err
			}
		}
		var err error
		if o.Reasons, err = s.against(tx, o, got.Facts); err != nil {
			return err
		}
		if len(o.Reasons) > 0 {
			o.Form = provision.FormRefused
			return s.order.Drop(tx, o)
		}
		refused, err := s.settle(tx, o)
		if err != nil {
			return err
		}
		return s.proceed(tx, o, refused)
	}
	return nil
}

// settle holds what the requester wished for against the person who is now known. It returns the form of a wish that
// cannot be; none where all can.
func (s *Service) settle(tx provision.Tx, o *provision.Order) (provision.Form, error) {
	if bad := s.order.CountryMismatch(tx, o); bad.ID != "" && o.Kind.Asks(provision.FormLocation) {
		o.Notice = bad
		o.Location = ""
		o.Wish = ""
		return provision.FormLocation, s.order.Drop(tx, o)
	}
	switch {
	case o.Kind == provision.ChangePlan && o.Plan != "" && o.Plan == o.Had.Plan:
		o.Notice = provision.Say("plan-same")
		return provision.FormPlan, nil
	case o.Kind == provision.Move && o.Location != "" && o.Location == o.Had.Location:
		o.Notice = provision.Say("location-same")
		return provision.FormLocation, nil
	case o.Wish == "":
		return "", nil
	}
	wish := o.Wish
	o.Wish = ""
	if !o.Kind.Asks(provision.FormNumber) {
		return "", nil
	}
	v, err := stock.Number(tx, o.Tenant, wish)
	if err != nil || v.Location != o.Location {
		o.Notice, err = s.notHere(tx, o, wish)
		return provision.FormNumber, err
	}
	err = s.take(tx, o, wish)
	if provision.KindOf(err) == provision.Conflict && err != nil {
		o.Notice = provision.Say("number-taken", "number", string(wish))
		return provision.FormNumber, nil
	}
	return "", err
}

// Resolve is the work of JobLookup: it finds the person of a draft at FormLookup, however long Graph takes.
func (s *Service) FinishLookup(ctx context.Context, tenant provision.TenantID, id provision.OrderID) error {
	sheet, err := s.order.Sheet(ctx, tenant, id)
	if err != nil || sheet.Order.Form != provision.FormLookup || sheet.Order.State != provision.Draft {
		return err
	}
	got, err := s.lookup.LookFor(ctx, sheet.Order, sheet.Order.Query, !sheet.Order.Kind.Gives(), 30*time.Second)
	if err != nil && provision.Slow(err) {
		return err
	}
	_, failed := s.order.Update(ctx, tenant, id, func(tx provision.Tx, o *provision.Order) error {
		if o.Form != provision.FormLookup || o.State != provision.Draft || o.Query != sheet.Order.Query {
			return nil // another person is looked for by now: the answer that says so has queued its own look
		}
		before := *o
		if err != nil {
			o.Unmet(err)
		} else if err := s.meet(tx, o, got); err != nil {
			return err
		}
		if err := o.InReach(); err != nil {
			if err := s.order.Drop(tx, o); err != nil {
				return err
			}
			*o, o.Form = before, provision.FormPerson
			o.Number = ""
			o.HoldEnds = provision.ZeroTime
			o.Proposed = provision.Proposal{}
			o.Query = ""
			o.Notice, _ = provision.SayOf(err)
		}
		return s.order.Write(tx, o, provision.OrderChanged, "", "")
	})
	return failed
}
