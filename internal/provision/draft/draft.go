package draft

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/stock"
)

// Begin makes a draft. Where Microsoft Graph is slow or throttles, the draft stands at FormLookup and a job goes on;
// where it says no, the error says what.
func (s *Service) Begin(ctx context.Context, r provision.Request) (provision.Sheet, error) {
	if err := s.stock.Compared(ctx, r.Tenant); err != nil {
		return provision.Sheet{}, err
	}
	if r.Kind == "" {
		r.Kind = provision.Add
	}
	if !r.Kind.Known() { // it came with a button, and what a card carries is not believed
		return provision.Sheet{}, &provision.Error{Op: "begin order", Kind: provision.Invalid,
			Say: provision.Say("button-unknown")}
	}
	a, err := Filler{s}.ask(ctx, &r, provision.BulkRow{}, provision.LookupTime)
	if err != nil {
		return provision.Sheet{}, err
	}
	open, err := correction{s}.of(ctx, r, a.found)
	if err != nil {
		return provision.Sheet{}, err
	}
	var sheet provision.Sheet
	if open != "" {
		sheet, err = correction{s}.put(ctx, r, open)
	}
	if open != "" && !errors.Is(err, errFormGone) {
		return sheet, err
	}
	err = s.Store.Update(ctx, func(tx provision.Tx) error {
		d, err := s.begin(tx, r, a)
		if err != nil {
			return err
		}
		sheet, err = s.order.SheetOf(tx, d)
		return err
	})
	return sheet, err
}

// requested is the draft that a request asks for, with what its requester asks as, and the same where its number would
// have it: a number decides the location.
func (s *Service) requested(ctx context.Context, r *provision.Request,
	acc provision.Access) (o, there provision.Order, err error) {
	o = provision.Order{
		ID: provision.OrderID(s.NewID()), Tenant: r.Tenant, Kind: r.Kind, State: provision.Draft,
		Requester:  r.Requester,
		OrderWish:  provision.OrderWish{Location: r.Location, Plan: r.Plan},
		OrderForm:  provision.OrderForm{Query: strings.TrimSpace(r.Query)},
		OrderUndo:  provision.OrderUndo{Undoes: r.Undoes},
		OrderTimes: provision.OrderTimes{Created: s.Now().UTC()},
	}
	if r.User != "" {
		o.Query = string(r.User)
	}
	there = o
	_, all := acc.Within(provision.Operate)
	if all && r.IsAboutNobody() {
		return o, there, &provision.Error{Op: "begin order", Kind: provision.Invalid,
			Say: provision.Say("number-nobodys", "number", string(r.OwnNumber()))}
	}
	if !all && acc.May(provision.Operate, "") {
		if there, err = s.at(ctx, o, r.Number); err != nil {
			return o, there, err
		}
	}
	if err := there.RequestedWith(acc); err != nil {
		return o, there, err
	}
	o.As, o.Within = there.As, there.Within
	if o.As == provision.RoleEmployee || len(o.Within) > 0 {
		c, err := s.access.AccessPolicy(ctx, r.Tenant)
		if err != nil {
			return o, there, err
		}
		o.Picks, there.Picks = c.Picks, c.Picks
	}
	if there.Role() == provision.RoleEmployee {
		o.Query = cmp.Or(o.Query, string(r.Requester.ID))
		if !o.Picks && r.Number != "" {
			o.Notice = provision.Say("number-not-yours", "number", string(r.Number))
			r.Number = ""
		}
	}
	return o, there, nil
}

// begin writes a new draft with what was found of its person.
func (s *Service) begin(tx provision.Tx, r provision.Request, a asked) (provision.Order, error) {
	d := a.order
	if len(a.found.People) == 1 {
		d.Person = a.found.People[0]
	}
	if err := s.replace(tx, &d); err != nil {
		return d, err
	}
	if err := s.limits.MayBegin(tx, d, a.acc); err != nil {
		return d, err
	}
	if err := s.limits.UseForm(tx, d.Tenant, d.Requester.ID, a.acc); err != nil {
		return d, err
	}
	d.Person = provision.Person{}
	if err := s.wish(tx, &d, r.Number); err != nil {
		return d, err
	}
	if err := d.InReach(); err != nil { // also where the person's country takes the location out again
		return d, err
	}
	if a.late {
		d.Form = provision.FormLookup
		if err := s.Queue.Add(tx, provision.JobLookup, provision.JobKey(d.Tenant, d.ID), nil, s.Now()); err != nil {
			return d, err
		}
	} else if err := s.meet(tx, &d, a.found); err != nil {
		return d, err
	}
	if err := d.InReach(); err != nil {
		return d, err
	}
	over := d.Created.Add(provision.DraftTime)
	if err := s.Queue.Add(tx, provision.JobDraft, provision.JobKey(d.Tenant, d.ID), nil, over); err != nil {
		return d, err
	}
	err := s.order.Write(tx, &d, provision.OrderStarted, r.Requester.ID, d.Begun())
	return d, err
}

// at is an order where its number would have it: the location decides what its requester asks as.
func (s *Service) at(ctx context.Context, o provision.Order, n provision.E164) (provision.Order, error) {
	if n == "" || o.Undoes != "" || !o.Kind.Gives() && o.Kind != provision.Move {
		return o, nil
	}
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		v, err := stock.Number(tx, o.Tenant, n)
		if err == nil {
			o.Location = v.Location
		}
		return err
	})
	return o, err
}

// wish checks what the requester already said; a number brings its location, and says so where another one was named.
func (s *Service) wish(tx provision.Tx, o *provision.Order, n provision.E164) error {
	if o.Undoes != "" {
		return s.order.WishBack(tx, o)
	}
	if n != "" {
		v, err := stock.Number(tx, o.Tenant, n)
		if err != nil {
			return err
		}
		o.Wish = n
		if o.Kind.Gives() || o.Kind == provision.Move {
			if o.Location != "" && o.Location != v.Location {
				l, err := s.stock.LocationIn(tx, o.Tenant, v.Location)
				if err != nil {
					return err
				}
				o.Notice = provision.Say("number-brings-location", "number", string(n), "location", l.Name)
			}
			o.Location = v.Location
		}
	}
	if o.Location != "" {
		if _, err := s.stock.LocationIn(tx, o.Tenant, o.Location); err != nil {
			return err
		}
	}
	if o.Plan != "" {
		if _, err := s.stock.PlanIn(tx, o.Tenant, o.Plan); err != nil {
			return err
		}
	}
	return nil
}

// take holds a number for a draft and lets the one before go. JobDraft ends the hold.
func (s *Service) take(tx provision.Tx, o *provision.Order, n provision.E164) error {
	ends := s.Now().Add(provision.HoldTime).UTC()
	if err := s.stock.Hold(tx, o, n, ends); err != nil {
		return err
	}
	if o.Number != n {
		if err := s.stock.LetGo(tx, o, provision.Free, o.Requester.ID); err != nil {
			return err
		}
	}
	o.Number, o.HoldEnds = n, ends
	o.ProposeNumber(provision.Suggestion{})
	return s.Queue.Add(tx, provision.JobDraft, provision.JobKey(o.Tenant, o.ID), nil, ends)
}
