package provision

import (
	"context"
	"slices"
	"strings"
)

// footing is how an order that waits for approval stands by the rules, approvers and rights of the moment, for one who
// pressed a button.
type footing struct {
	may      bool    // their word counts
	barred   Message // why the work may not begin even so, to them
	changed  bool    // the rules want others than those who were asked
	need     Consent // !may: who is to be asked by the rules; empty where nobody can be
	next     []Actor // All: whose turn comes after theirs
	standIns []Actor // All, and somebody was passed over: who stands in at the end
}

// reread finds out how an order stands now for a vote. It reads the directory, so it is no part of a transaction; where
// Microsoft does not answer, the error says so.
func (s *Service) reread(ctx context.Context, sheet Sheet, a Approval) (n footing, err error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	if n, err = s.readAgain(ctx, sheet, a); err != nil && slow(err) {
		err = &Error{Op: "decide about order", Kind: Unavailable, Say: Say("microsoft-busy"), Err: err}
	}
	return n, err
}

func (s *Service) readAgain(ctx context.Context, sheet Sheet, a Approval) (n footing, err error) {
	c, err := s.Charter(ctx, sheet.Order.Tenant)
	if err != nil {
		return n, err
	}
	o := &sheet.Order
	if a.Vote == Approve {
		may, err := s.stillMay(ctx, o)
		if err != nil {
			return n, err
		}
		if !may {
			n.barred = Say("requester-barred", "person", o.Requester.Name)
		}
	}
	rule := c.rule(sheet)
	switch {
	case rule.By == Never && a.Vote == Approve && n.barred.ID == "":
		n.barred = Say("order-barred", "person", o.Requester.Name)
	case rule.By != ByNobody && rule.By != Never:
		n.changed = rule.By != o.Consent.By || (rule.By == BySite && rule.All) != o.Consent.All
	}
	if !n.changed {
		if n.may, err = s.entitled(ctx, sheet, c, a.By.ID); err != nil {
			return n, err
		}
	}
	if !n.may {
		n.need, err = s.consent(ctx, sheet, c)
		if err != nil && KindOf(err) != Invalid {
			return n, err
		}
		n.may = err == nil && n.changed && n.need.Asks(a.By.ID)
		err = nil
	}
	if a.Vote == Approve && n.may {
		err = s.turns(ctx, sheet, c, a.By.ID, &n)
	}
	return n, err
}

// stillMay reports whether the requester of a pending order may still order it, and takes over what they ask as now.
func (s *Service) stillMay(ctx context.Context, o *Order) (bool, error) {
	if o.role() == RoleEmployee && o.Person.ID == o.Requester.ID {
		return true, nil
	}
	acc, err := s.Access(ctx, o.Tenant, o.Requester.ID)
	if err != nil {
		return false, err
	}
	operates := acc.need("", Operate, o.sites()...) == nil
	switch {
	case operates && o.role() != RoleEmployee:
		return true, nil
	case acc.unsure != nil && o.role() != RoleEmployee:
		return false, acc.unsure
	case !o.Kind.Gives():
		return operates, nil
	}
	team, err := s.inTeam(ctx, *o, o.Person.ID)
	if err != nil || !team {
		return operates, err
	}
	o.As, o.Within = RoleEmployee, nil
	return true, nil
}

// entitled reports whether somebody who is asked still has their say by the list that they are on, or had it handed on
// from somebody who has.
func (s *Service) entitled(ctx context.Context, sheet Sheet, c Charter, who UserID) (bool, error) {
	o := sheet.Order
	line := o.Consent.line(who)
	on := func(list []UserID) bool {
		return slices.ContainsFunc(line, func(id UserID) bool {
			return slices.ContainsFunc(list, func(listed UserID) bool { return strings.EqualFold(string(listed), string(id)) })
		})
	}
	if o.Consent.Standing(who) {
		return on(sheet.Location.Fallback) || on(c.Fallback), nil
	}
	if o.Consent.By == BySite {
		return on(sheet.Location.Approvers), nil
	}
	at := o.Person.ID
	for range mostManagers {
		m, err := s.Directory.Manager(ctx, o.Tenant, at)
		if err != nil || m.ID == at {
			return false, ignoreNotFound(err)
		}
		if at = m.ID; slices.Contains(line, at) {
			return true, nil
		}
	}
	return false, nil
}

// turns works out whose turn comes after somebody's approval: those who are on the list now, in its order, without
// whoever had it.
func (s *Service) turns(ctx context.Context, sheet Sheet, c Charter, who UserID, n *footing) error {
	o := sheet.Order
	if n.changed {
		n.next = n.need.Next
		return nil
	}
	if !o.Consent.All || o.Consent.Standing(who) {
		return nil
	}
	all, err := s.named(ctx, o, sheet.Location.Approvers)
	if err != nil {
		return err
	}
	line := o.Consent.line(who)
	n.next = slices.DeleteFunc(all, func(a Actor) bool {
		return slices.Contains(line, a.ID) || o.Consent.part(a.ID) && !o.Consent.comes(a.ID)
	})
	if len(n.next) == 0 && o.Consent.Short {
		n.standIns, err = s.standIns(ctx, o, sheet.Location, c)
	}
	return err
}

// reseat takes their say from somebody who has lost it, and asks those who have it by the rules of the moment. It
// returns what the one who pressed is told.
func (s *Service) reseat(tx Tx, o *Order, n footing, by Actor) (refused, err error) {
	const op = "decide about order"
	c := &o.Consent
	c.dismiss(by.ID)
	c.seat(o.Revision+1, n.need, func(who UserID) bool { return c.part(who) })
	c.Passed = n.need.Passed
	c.keepEver()
	if err := s.anew(tx, o); err != nil {
		return nil, err
	}
	if len(c.Asked) == 0 {
		return &Error{Op: op, Kind: Denied, Say: Say("approver-not-now.nobody")}, s.Write(tx, o, OrderUnasked, by.ID, "rules")
	}
	refused = &Error{Op: op, Kind: Denied, Say: Say("approver-not-now", "people", namesOf(c.Asked))}
	return refused, s.Write(tx, o, OrderAsked, by.ID, "rules")
}

// adopt takes over whose word the rules want now: who was asked and is not by them is asked no more.
func (c *Consent) adopt(rev int, need Consent) {
	c.By, c.All, c.Short = need.By, need.All, false
	c.Asked = slices.DeleteFunc(c.Asked, func(a Asked) bool { return !need.Asks(a.ID) })
	c.seat(rev, need, func(who UserID) bool { return c.part(who) })
}

// seat asks those of a new reading of the rules who have not had their turn. Of a sequence it is the first of them, and
// the others come after.
func (c *Consent) seat(rev int, need Consent, had func(UserID) bool) {
	c.Next = nil
	for _, a := range need.Asked {
		if had(a.ID) {
			continue
		}
		c.ask(rev, a.Instead, a.Actor)
	}
	for _, a := range need.Next {
		switch {
		case had(a.ID):
		case len(c.Asked) == 0:
			c.ask(rev, false, a)
		default:
			c.Next = append(c.Next, a)
		}
	}
}

// keepEver forgets everybody who neither is asked nor has decided anything: the order is not shown to them any more. Whoever has only
// asked back has decided nothing.
func (c *Consent) keepEver() {
	c.Ever = slices.DeleteFunc(c.Ever, func(id UserID) bool {
		return !c.Asks(id) && !slices.ContainsFunc(c.Given, func(a Approval) bool { return a.By.ID == id && a.Vote != AskBack })
	})
}

func namesOf(all []Asked) string {
	var names []string
	for _, a := range all {
		names = append(names, a.Name)
	}
	return strings.Join(names, ", ")
}
