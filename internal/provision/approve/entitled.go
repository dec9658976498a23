package approve

import (
	"context"
	"slices"
	"strings"

	"calltab/internal/provision"
)

// footing is how an order that waits for approval stands by the rules, approvers and rights of the moment, for one who
// pressed a button.
type footing struct {
	may      bool               // their decision counts
	barred   provision.Message  // why the work may not begin even so, to them
	changed  bool               // the rules want others than those who were asked
	need     provision.Approval // !may: who is to be asked by the rules; empty where nobody can be
	next     []provision.Actor  // All: whose turn comes after the approver's
	standIns []provision.Actor  // All, and an approver was passed over: who stands in at the end
}

// reread finds out how an order stands now for a vote. It reads the directory, so it is no part of a transaction; where
// Microsoft does not answer, the error says so.
func (s *Service) reread(ctx context.Context, sheet provision.Sheet, a provision.DecisionRecord) (n footing,
	err error) {
	ctx, cancel := context.WithTimeout(ctx, provision.LookupTime)
	defer cancel()
	if n, err = s.readAgain(ctx, sheet, a); err != nil && provision.Slow(err) {
		err = &provision.Error{Op: "decide about order", Kind: provision.Unavailable,
			Say: provision.Say("microsoft-busy"), Err: err}
	}
	return n, err
}

func (s *Service) readAgain(ctx context.Context, sheet provision.Sheet,
	a provision.DecisionRecord) (n footing, err error) {
	c, err := s.access.AccessPolicy(ctx, sheet.Order.Tenant)
	if err != nil {
		return n, err
	}
	o := &sheet.Order
	if a.Kind == provision.Approve {
		may, err := s.stillMay(ctx, o)
		if err != nil {
			return n, err
		}
		if !may {
			n.barred = provision.Say("requester-barred", "person", o.Requester.Name)
		}
	}
	rule := c.Rule(sheet)
	switch {
	case rule.By == provision.Never && a.Kind == provision.Approve && n.barred.ID == "":
		n.barred = provision.Say("order-barred", "person", o.Requester.Name)
	case rule.By != provision.ByNobody && rule.By != provision.Never:
		n.changed = rule.By != o.Approval.By || (rule.By == provision.BySite && rule.All) != o.Approval.All
	}
	if !n.changed {
		if n.may, err = s.entitled(ctx, sheet, c, a.By.ID); err != nil {
			return n, err
		}
	}
	stands := o.Approval.StandsIn(a.By.ID) // by the list that they are on, and not by who the manager is
	if !n.changed && !n.may && !stands && o.Approval.By == provision.ByManager {
		gone, err := s.gone(ctx, *o)
		if err != nil {
			return n, err
		}
		if gone && a.Kind == provision.Approve && o.Kind.Gives() {
			return n, &provision.Error{Op: "decide about order", Kind: provision.Conflict,
				Say: provision.Say("approve-gone", "person", o.Person.Name())}
		}
		n.may = gone // nobody can say any more who the manager is: it stays with whom it was asked
	}
	if !n.may {
		n.need, err = s.ApprovalOf(ctx, sheet, c)
		if err != nil && provision.KindOf(err) != provision.Invalid {
			return n, err
		}
		n.may = err == nil && n.changed && n.need.Asks(a.By.ID)
		err = nil
	}
	if a.Kind == provision.Approve && n.may {
		err = s.turns(ctx, sheet, c, a.By.ID, &n)
	}
	return n, err
}

// stillMay reports whether the requester of a pending order may still order it, and takes over what they ask as now.
func (s *Service) stillMay(ctx context.Context, o *provision.Order) (bool, error) {
	if o.Role() == provision.RoleEmployee && o.Person.ID == o.Requester.ID {
		return true, nil
	}
	acc, err := s.access.Access(ctx, o.Tenant, o.Requester.ID)
	if err != nil {
		return false, err
	}
	operates := acc.Need("", provision.Operate, o.Sites()...) == nil
	switch {
	case operates && o.Role() != provision.RoleEmployee:
		return true, nil
	case acc.Unsure != nil && o.Role() != provision.RoleEmployee:
		return false, acc.Unsure
	case !o.Kind.Gives():
		return operates, nil
	}
	team, err := s.order.InTeam(ctx, *o, o.Person.ID)
	if err != nil || !team {
		return operates, err
	}
	o.As, o.Within = provision.RoleEmployee, nil
	return true, nil
}

// entitled reports whether a user who is asked may still approve: by the list that they are on, or because an approver
// who may handed the decision on to them.
func (s *Service) entitled(ctx context.Context, sheet provision.Sheet, c provision.AccessPolicy,
	who provision.UserID) (bool, error) {
	o := sheet.Order
	line := o.Approval.Line(who)
	on := func(list []provision.UserID) bool {
		return slices.ContainsFunc(line, func(id provision.UserID) bool {
			return slices.ContainsFunc(list, func(listed provision.UserID) bool {
				return strings.EqualFold(string(listed), string(id))
			})
		})
	}
	if o.Approval.StandsIn(who) {
		return on(sheet.Location.Fallback) || on(c.Fallback), nil
	}
	if o.Approval.By == provision.BySite {
		return on(sheet.Location.Approvers), nil
	}
	at := o.Person.ID
	for range mostManagers {
		m, err := s.Directory.Manager(ctx, o.Tenant, at)
		if err != nil || m.ID == at {
			return false, provision.IgnoreNotFound(err)
		}
		if at = m.ID; slices.Contains(line, at) {
			return true, nil
		}
	}
	return false, nil
}

// gone reports that Microsoft has no account of an order's person any more.
func (s *Service) gone(ctx context.Context, o provision.Order) (bool, error) {
	_, err := s.Directory.Person(ctx, o.Tenant, string(o.Person.ID))
	if isGone(err) {
		return true, nil
	}
	return false, provision.IgnoreNotFound(err)
}

// turns works out whose turn comes after an approval: those who are on the list now, in its order, without those who
// have had their turn.
func (s *Service) turns(ctx context.Context, sheet provision.Sheet, c provision.AccessPolicy, who provision.UserID,
	n *footing) error {
	o := sheet.Order
	if n.changed {
		n.next = n.need.Next
		return nil
	}
	if !o.Approval.All || o.Approval.StandsIn(who) {
		return nil
	}
	all, err := s.named(ctx, o, sheet.Location.Approvers)
	if err != nil {
		return err
	}
	line := o.Approval.Line(who)
	n.next = slices.DeleteFunc(all, func(a provision.Actor) bool {
		return slices.Contains(line, a.ID) || o.Approval.Part(a.ID) && !o.Approval.Comes(a.ID)
	})
	if len(n.next) == 0 && o.Approval.Short {
		n.standIns, err = s.standIns(ctx, o, sheet.Location, c)
	}
	return err
}

// reseat takes a user who may not approve any more off those who are asked, and asks those who may by the rules of the
// moment. It returns what the user who pressed is told.
func (s *Service) reseat(tx provision.Tx, o *provision.Order, n footing, by provision.Actor) (refused, err error) {
	const op = "decide about order"
	c := &o.Approval
	c.Dismiss(by.ID)
	c.Seat(o.Revision+1, n.need, func(who provision.UserID) bool { return c.Part(who) })
	c.Passed = n.need.Passed
	c.KeepEver()
	if err := s.Anew(tx, o); err != nil {
		return nil, err
	}
	if len(c.Asked) == 0 {
		return &provision.Error{Op: op, Kind: provision.Denied, Say: provision.Say("approver-not-now.nobody")},
			s.order.Write(tx, o, provision.OrderUnasked, by.ID, "rules")
	}
	refused = &provision.Error{Op: op, Kind: provision.Denied,
		Say: provision.Say("approver-not-now", "people", namesOf(c.Asked))}
	return refused, s.order.Write(tx, o, provision.OrderAsked, by.ID, "rules")
}

func namesOf(all []provision.Asked) string {
	var names []string
	for _, a := range all {
		names = append(names, a.Name)
	}
	return strings.Join(names, ", ")
}
