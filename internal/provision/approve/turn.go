package approve

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// onward asks whose turn it is once an approver has approved, or was passed over: the next one of a sequence, and at
// its end the stand-ins, where an approver was passed over. over means that no further approval is needed.
func (s *Service) onward(tx provision.Tx, o *provision.Order, standIns []provision.Actor) (over bool, err error) {
	c := &o.Approval
	if len(c.Next) > 0 {
		c.Ask(o.Revision+1, false, c.Next[0])
		c.Next = c.Next[1:]
		return false, s.Anew(tx, o)
	}
	if !c.Short || slices.ContainsFunc(standIns, func(a provision.Actor) bool {
		return c.Has(a.ID, provision.Approve)
	}) {
		return true, nil // a stand-in who has approved already has given the approval that is missing
	}
	c.Short = false
	for _, a := range standIns {
		if !c.Part(a.ID) {
			c.Ask(o.Revision+1, true, a)
		}
	}
	if len(c.Asked) == 0 {
		return true, nil
	}
	return false, s.Anew(tx, o)
}

// Anew gives those who are asked now the whole time that an order may wait.
func (s *Service) Anew(tx provision.Tx, o *provision.Order) error {
	l, err := s.stock.LocationIn(tx, o.Tenant, o.Location)
	if provision.IgnoreNotFound(err) != nil {
		return err
	}
	c := &o.Approval
	c.Since = s.Now().UTC()
	c.Reminded = 0
	c.Away = provision.ZeroTime
	c.Lost = 0
	c.Due = workdays(c.Since, cmp.Or(l.ApprovalDays, provision.DefaultApproval), l.TimeZone)
	return s.Queue.Add(tx, provision.JobApproval, provision.JobKey(o.Tenant, o.ID), nil, c.Since.Add(ApprovalPause))
}

// Unreached notes that an approver cannot be reached. A decision that was handed on to them goes back to the one who
// handed it on. Else they are passed over: the next one of a sequence is asked, and where nobody is left who stands in.
// Where nobody does, the requester hears of it, and the order waits; a sequence in which at least one has approved is
// approved.
func (s *Service) Unreached(ctx context.Context, tenant provision.TenantID, id provision.OrderID, who provision.UserID,
	why provision.Message) error {
	sheet, err := s.order.Sheet(ctx, tenant, id)
	if err != nil || sheet.Order.State != provision.Pending || !sheet.Order.Approval.Asks(who) {
		return err
	}
	c, err := s.access.AccessPolicy(ctx, tenant)
	if err != nil {
		return err
	}
	standIns, err := s.standIns(ctx, sheet.Order, sheet.Location, c)
	if err != nil {
		return err
	}
	may, err := s.stillMay(ctx, &sheet.Order)
	if err != nil {
		return err
	}
	may = may && c.Rule(sheet).By != provision.Never
	_, err = s.order.Update(ctx, tenant, id, func(tx provision.Tx, o *provision.Order) error {
		if o.State != provision.Pending || !o.Approval.Asks(who) {
			return nil
		}
		return s.passOver(tx, o, who, why, standIns, may)
	})
	return err
}

// passOver asks another approver than the one who cannot be reached. may says that the work may begin where nobody is
// left to ask.
func (s *Service) passOver(tx provision.Tx, o *provision.Order, who provision.UserID, why provision.Message,
	standIns []provision.Actor, may bool) error {
	c := &o.Approval
	if why.Args["person"] != "" { // their name; they are no approver of the order's any more
		why.Args = maps.Clone(why.Args)
		why.Args["person"+record.IDArgument] = string(who)
	}
	instead, from := c.StandsIn(who), c.Sender(who)
	c.Dismiss(who)
	c.Missed = append(c.Missed, who)
	if from.ID != "" && !slices.Contains(c.Missed, from.ID) && c.Concerns(from.ID) {
		back := why
		back.ID = strings.Replace(why.ID, "passed-", "returned-", 1)
		c.Passed = append(c.Passed, back)
		if !c.Asks(from.ID) {
			c.Ask(o.Revision+1, instead, from)
		}
		return s.order.Write(tx, o, provision.OrderAsked, "", back.ID)
	}
	c.Passed = append(c.Passed, why)
	if len(c.Asked) > 0 {
		return s.order.Write(tx, o, provision.OrderAsked, "", why.ID)
	}
	_, approved := c.Last(provision.Approve)
	c.Short = c.Short || !instead
	over, err := s.onward(tx, o, standIns)
	switch {
	case err != nil:
		return err
	case !over:
		return s.order.Write(tx, o, provision.OrderAsked, "", why.ID)
	case !approved || !may:
		return s.order.Write(tx, o, provision.OrderUnasked, "", why.ID)
	}
	if err := s.Approve(tx, o); err != nil {
		return err
	}
	return s.order.Write(tx, o, provision.OrderApproved, "", why.ID)
}

// Approve has the work begin. Of a row of a bulk that waited for it the work begins when its turn comes.
func (s *Service) Approve(tx provision.Tx, o *provision.Order) error {
	waited := o.State == provision.Pending
	o.State, o.Work = provision.Approved, nil
	for _, name := range o.Kind.Steps() {
		o.Work = append(o.Work, provision.StepState{Name: name, State: provision.StepWaiting})
	}
	if waited && o.Bulk.ID != "" {
		o.Bulk.Held = true
		return nil
	}
	return s.Queue.Add(tx, o.Job(), provision.JobKey(o.Tenant, o.ID), nil, s.Now())
}

// Start has the work begin of an approved row of a bulk, whose turn has come.
func (s *Service) Start(tx provision.Tx, o *provision.Order) error {
	if o.State != provision.Approved || !o.Bulk.Held {
		return nil
	}
	o.Bulk.Held = false
	if err := s.Queue.Add(tx, o.Job(), provision.JobKey(o.Tenant, o.ID), nil, s.Now()); err != nil {
		return err
	}
	return s.order.Write(tx, o, provision.OrderProgress, "", "")
}
