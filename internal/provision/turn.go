package provision

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// onward asks whose turn it is once somebody has approved, or was passed over: the next one of a sequence, and at the
// end of one in which somebody was passed over those who stand in. over means that nobody is left whose word is needed.
func (s *Service) onward(tx Tx, o *Order, standIns []Actor) (over bool, err error) {
	c := &o.Consent
	if len(c.Next) > 0 {
		c.ask(o.Revision+1, false, c.Next[0])
		c.Next = c.Next[1:]
		return false, s.anew(tx, o)
	}
	if !c.Short || slices.ContainsFunc(standIns, func(a Actor) bool { return c.has(a.ID, Approve) }) {
		return true, nil // a stand-in who has approved already has given the word that is missing
	}
	c.Short = false
	for _, a := range standIns {
		if !c.part(a.ID) {
			c.ask(o.Revision+1, true, a)
		}
	}
	if len(c.Asked) == 0 {
		return true, nil
	}
	return false, s.anew(tx, o)
}

// anew gives those who are asked now the whole time that an order may wait.
func (s *Service) anew(tx Tx, o *Order) error {
	l, err := s.LocationIn(tx, o.Tenant, o.Location)
	if ignoreNotFound(err) != nil {
		return err
	}
	c := &o.Consent
	c.Since, c.Reminded, c.Away, c.Lost = s.Now().UTC(), 0, zeroTime, 0
	c.Due = workdays(c.Since, cmp.Or(l.ApprovalDays, DefaultApproval), l.TimeZone)
	return s.Queue.Add(tx, JobApproval, JobKey(o.Tenant, o.ID), nil, c.Since.Add(ApprovalPause))
}

// Unreached notes that an approver cannot be reached. What was handed on to them goes back to who handed it on. Else
// they are passed over: the next one of a sequence is asked, and where nobody is left who stands in. Where nobody does,
// the requester hears of it, and the order waits; a sequence in which somebody has approved is approved.
func (s *Service) Unreached(ctx context.Context, tenant TenantID, id OrderID, who UserID, why Message) error {
	sheet, err := s.Sheet(ctx, tenant, id)
	if err != nil || sheet.Order.State != Pending || !sheet.Order.Consent.Asks(who) {
		return err
	}
	c, err := s.Charter(ctx, tenant)
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
	may = may && c.rule(sheet).By != Never
	_, err = s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		if o.State != Pending || !o.Consent.Asks(who) {
			return nil
		}
		return s.passOver(tx, o, who, why, standIns, may)
	})
	return err
}

// passOver asks somebody else than who cannot be reached. may says that the work may begin where nobody is left to ask.
func (s *Service) passOver(tx Tx, o *Order, who UserID, why Message, standIns []Actor, may bool) error {
	c := &o.Consent
	instead, from := c.Standing(who), c.sender(who)
	c.dismiss(who)
	c.Missed = append(c.Missed, who)
	if from.ID != "" && !slices.Contains(c.Missed, from.ID) && c.Concerns(from.ID) {
		back := why
		back.ID = strings.Replace(why.ID, "passed-", "returned-", 1)
		c.Passed = append(c.Passed, back)
		if !c.Asks(from.ID) {
			c.ask(o.Revision+1, instead, from)
		}
		return s.Write(tx, o, OrderAsked, "", back.ID)
	}
	c.Passed = append(c.Passed, why)
	if len(c.Asked) > 0 {
		return s.Write(tx, o, OrderAsked, "", why.ID)
	}
	_, approved := c.Last(Approve)
	c.Short = c.Short || !instead
	over, err := s.onward(tx, o, standIns)
	switch {
	case err != nil:
		return err
	case !over:
		return s.Write(tx, o, OrderAsked, "", why.ID)
	case !approved || !may:
		return s.Write(tx, o, OrderUnasked, "", why.ID)
	}
	if err := s.approve(tx, o); err != nil {
		return err
	}
	return s.Write(tx, o, OrderApproved, "", why.ID)
}
