package provision

import "slices"

// Adopt takes over whom the rules want to approve now: a user whom they do not name is asked no more.
func (c *Approval) Adopt(rev int, need Approval) {
	c.By = need.By
	c.All = need.All
	c.Short = false
	c.Asked = slices.DeleteFunc(c.Asked, func(a Asked) bool { return !need.Asks(a.ID) })
	c.Seat(rev, need, func(who UserID) bool { return c.Part(who) })
}

// Seat asks those of a new reading of the rules who have not had their turn. Of a sequence it is the first of them, and
// the others come after.
func (c *Approval) Seat(rev int, need Approval, had func(UserID) bool) {
	c.Next = nil
	for _, a := range need.Asked {
		if had(a.ID) {
			continue
		}
		c.Ask(rev, a.Instead, a.Actor)
	}
	for _, a := range need.Next {
		switch {
		case had(a.ID):
		case len(c.Asked) == 0:
			c.Ask(rev, false, a)
		default:
			c.Next = append(c.Next, a)
		}
	}
}

// KeepEver forgets every approver who neither is asked nor has decided anything: the order is not shown to them any
// more. One who has only asked back has decided nothing.
func (c *Approval) KeepEver() {
	c.Ever = slices.DeleteFunc(c.Ever, func(id UserID) bool {
		return !c.Asks(id) && !slices.ContainsFunc(c.Given, func(a DecisionRecord) bool {
			return a.By.ID == id && a.Kind != AskBack
		})
	})
}

// DecidedByOperators reports whether the card of an order has anything that only operators may do.
func (o Order) DecidedByOperators() bool {
	return o.State == Pending || o.State == Waiting || o.State == Parked || o.ShowsTakeBack() || o.Undoable()
}

// RequestedWith takes over what the requester of an order may do now. Who may not order at its location orders as an
// employee: a phone for themselves or for a user of their team, and nothing that changes one. A role elsewhere takes
// nothing away from that.
func (o *Order) RequestedWith(acc Access) error {
	const op = "order phone"
	if !acc.May(Operate, o.Location) {
		// it may be for anybody
		lost := o.Revision > 0 && o.Role() != RoleEmployee && !o.Team && o.Person.ID != o.Requester.ID
		own := o.Query == "" || o.Query == string(o.Requester.ID) || o.Person.ID == o.Requester.ID
		if !o.Kind.Gives() || lost || acc.Unsure != nil && !own {
			return acc.Need(op, Operate, o.Location)
		}
	}
	if !acc.May(Operate, "") {
		o.As, o.Within = RoleEmployee, nil
		return nil
	}
	at := o.Location
	if !acc.May(Operate, at) {
		at = "" // role says what they are at the location
	}
	some, all := acc.Within(Operate)
	if all {
		some = nil
	}
	o.As, o.Within = acc.Role(at), some
	return nil
}

// Role is what the requester asks as at the location of the order: where they have no role, as an employee.
func (o Order) Role() Role {
	if o.Location == "" || len(o.Within) == 0 || slices.Contains(o.Within, o.Location) {
		return o.As
	}
	return RoleEmployee
}

// BesideOf notes the role that the requester has where they order as an employee.
func (o *Order) BesideOf(acc Access) {
	o.Beside = ""
	if own := acc.Role(o.Location); o.Role() == RoleEmployee && own != RoleEmployee {
		o.Beside = own
	}
}

// Reaches reports whether the requester may order at a location: where they have a role, and anywhere for themselves
// and for their team. Until the person is known, only requestedWith can tell.
func (o Order) Reaches(at LocationID) bool {
	if at == "" || len(o.Within) == 0 || slices.Contains(o.Within, at) {
		return true
	}
	return o.Kind.Gives() && (o.Team || o.Person.ID == "")
}

// InReach refuses an order that touches a location where its requester may not order.
func (o Order) InReach() error {
	for _, at := range o.Sites() {
		if !o.Reaches(at) {
			return &Error{Op: "order phone", Kind: Denied, Say: Say("not-your-site")}
		}
	}
	return nil
}

// Sites are the locations that an order touches.
func (o Order) Sites() (all []LocationID) {
	for _, at := range []LocationID{o.Location, o.Had.Location} {
		if at != "" && !slices.Contains(all, at) {
			all = append(all, at)
		}
	}
	return all
}

// Sees reports whether an order may be looked at.
func (a Access) Sees(o Order) bool { return a.Need("", Look, o.Sites()...) == nil }
