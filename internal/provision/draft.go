package provision

import (
	"cmp"
	"context"
	"errors"
	"strings"
)

// Request begins an order: whom for, and whatever else the requester already said. Empty fields are asked for.
type Request struct {
	Tenant     TenantID
	Kind       OrderKind // empty: Add
	Requester  Actor
	Query      string // user name or name, as written
	User       UserID // where it is known, as from a mention
	Location   LocationID
	Plan       PlanID
	Number     E164       // Add: its location is the order's. Else one that somebody has names them, and a free one is wished for
	From       LocationID // where the line says that the phone is now; empty: not said
	FromNumber E164       // … and the number that it has now
	Undoes     OrderID    // a done order that is to be taken back: Undo fills in what that takes
}

// isAboutNobody reports whether the request names its person by a number that is not assigned, and wishes for no other number.
func (r Request) isAboutNobody() bool {
	return r.ownNumber() != "" && r.Query == "" && r.User == "" && r.Undoes == ""
}

// Begin makes a draft. Where Microsoft Graph is slow or throttles, the draft stands at FormLookup and a job goes on; where
// it says no, the error says what.
func (s *Service) Begin(ctx context.Context, r Request) (Sheet, error) {
	if err := s.compared(ctx, r.Tenant); err != nil {
		return Sheet{}, err
	}
	if r.Kind == "" {
		r.Kind = Add
	}
	if r.Kind.Job() == "" { // it came with a button, and what a card carries is not believed
		return Sheet{}, &Error{Op: "begin order", Kind: Invalid, Say: Say("button-unknown")}
	}
	if err := s.owner(ctx, &r); err != nil {
		return Sheet{}, err
	}
	acc, err := s.Access(ctx, r.Tenant, r.Requester.ID)
	if err != nil {
		return Sheet{}, err
	}
	o := Order{
		ID: OrderID(s.NewID()), Tenant: r.Tenant, Kind: r.Kind, State: Draft, Requester: r.Requester,
		Query: strings.TrimSpace(r.Query), Location: r.Location, Plan: r.Plan, Undoes: r.Undoes, Created: s.Now().UTC(),
	}
	if r.User != "" {
		o.Query = string(r.User)
	}
	there := o
	_, all := acc.Within(Operate)
	if all && r.isAboutNobody() {
		return Sheet{}, &Error{Op: "begin order", Kind: Invalid, Say: Say("number-nobodys", "number", string(r.ownNumber()))}
	}
	if !all && acc.May(Operate, "") {
		if there, err = s.at(ctx, o, r.Number); err != nil {
			return Sheet{}, err
		}
	}
	if err := there.requestedWith(acc); err != nil {
		return Sheet{}, err
	}
	o.As, o.Within = there.As, there.Within
	if o.As == RoleEmployee || len(o.Within) > 0 {
		c, err := s.Charter(ctx, r.Tenant)
		if err != nil {
			return Sheet{}, err
		}
		o.Picks, there.Picks = c.Picks, c.Picks
	}
	if there.role() == RoleEmployee {
		o.Query = cmp.Or(o.Query, string(r.Requester.ID))
		if !o.Picks && r.Number != "" {
			o.Notice = Say("number-not-yours", "number", string(r.Number))
			r.Number = ""
		}
	}
	found, err := s.lookFor(ctx, there, o.Query, !o.Kind.Gives(), lookupTime)
	if err == notYourTeam && acc.May(Operate, "") { // who has a role has read where it is
		err = acc.need("order phone", Operate, there.Location)
	}
	if err != nil && (!slow(err) || r.ownNumber() != "" || r.From != "") { // they are held against the person first
		return Sheet{}, err
	}
	if err := s.contradicted(ctx, r, there, found); err != nil {
		return Sheet{}, err
	}
	var sheet Sheet
	failed := s.Store.Update(ctx, func(tx Tx) error {
		d := o
		if len(found.people) == 1 {
			d.Person = found.people[0]
		}
		if err := s.replace(tx, &d); err != nil {
			return err
		}
		if err := s.mayBegin(tx, d, acc); err != nil {
			return err
		}
		if err := s.useForm(tx, d.Tenant, d.Requester.ID, acc); err != nil {
			return err
		}
		d.Person = o.Person
		if err := s.wish(tx, &d, r.Number); err != nil {
			return err
		}
		if err := d.inReach(); err != nil { // also where the person's country takes the location out again
			return err
		}
		if err != nil {
			d.Form = FormLookup
			if err := s.Queue.Add(tx, JobLookup, JobKey(d.Tenant, d.ID), nil, s.Now()); err != nil {
				return err
			}
		} else if err := s.meetAndPick(tx, &d, found); err != nil {
			return err
		}
		if err := d.inReach(); err != nil {
			return err
		}
		if err := s.Queue.Add(tx, JobDraft, JobKey(d.Tenant, d.ID), nil, d.Created.Add(draftTime)); err != nil {
			return err
		}
		if err := s.Write(tx, &d, OrderStarted, r.Requester.ID, d.begun()); err != nil {
			return err
		}
		var err error
		sheet, err = s.sheet(tx, d)
		return err
	})
	return sheet, failed
}

// at is an order where its number would have it: the location decides what its requester asks as.
func (s *Service) at(ctx context.Context, o Order, n E164) (Order, error) {
	if n == "" || o.Undoes != "" || !o.Kind.Gives() && o.Kind != Move {
		return o, nil
	}
	err := s.Store.View(ctx, func(tx Tx) error {
		v, err := number(tx, o.Tenant, n)
		if err == nil {
			o.Location = v.Location
		}
		return err
	})
	return o, err
}

// wish checks what the requester already said; a number brings its location, and says so where another one was named.
func (s *Service) wish(tx Tx, o *Order, n E164) error {
	if o.Undoes != "" {
		return s.wishBack(tx, o)
	}
	if n != "" {
		v, err := number(tx, o.Tenant, n)
		if err != nil {
			return err
		}
		if o.Wish = n; o.Kind.Gives() || o.Kind == Move {
			if o.Location != "" && o.Location != v.Location {
				l, err := s.LocationIn(tx, o.Tenant, v.Location)
				if err != nil {
					return err
				}
				o.Notice = Say("number-brings-location", "number", string(n), "location", l.Name)
			}
			o.Location = v.Location
		}
	}
	if o.Location != "" {
		if _, err := s.LocationIn(tx, o.Tenant, o.Location); err != nil {
			return err
		}
	}
	if o.Plan != "" {
		if _, err := s.PlanIn(tx, o.Tenant, o.Plan); err != nil {
			return err
		}
	}
	return nil
}

// take holds a number for a draft and lets the one before go. JobDraft ends the hold.
func (s *Service) take(tx Tx, o *Order, n E164) error {
	ends := s.Now().Add(holdTime).UTC()
	if err := s.hold(tx, o, n, ends); err != nil {
		return err
	}
	if o.Number != n {
		if err := s.letGo(tx, o, Free, o.Requester.ID); err != nil {
			return err
		}
	}
	o.Number, o.HoldEnds = n, ends
	return s.Queue.Add(tx, JobDraft, JobKey(o.Tenant, o.ID), nil, ends)
}

// drop lets the draft's number go; without one of its own it does nothing.
func (s *Service) drop(tx Tx, o *Order) error {
	if !o.Kind.asks(FormNumber) {
		return nil // the person's own, which stays
	}
	err := s.letGo(tx, o, Free, o.Requester.ID)
	o.Number, o.HoldEnds = "", zeroTime
	return err
}

// pick holds the number that suits best for somebody who may not choose one, once everything else is known.
func (s *Service) pick(tx Tx, o *Order) error {
	if o.State != Draft || o.Form != FormReview || o.picks() || o.Number != "" {
		return nil
	}
	all, err := suggest(tx, o.Tenant, o.Location, o.Person, 1)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		l, err := s.LocationIn(tx, o.Tenant, o.Location)
		o.Form, o.Notice = FormLocation, Say("no-free-numbers-here", "location", l.Name)
		return err
	}
	return s.take(tx, o, all[0].E164)
}

func slow(err error) bool {
	k := KindOf(err)
	return k == Throttled || k == Unavailable || errors.Is(err, context.DeadlineExceeded)
}
