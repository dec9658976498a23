package approve

import (
	"context"
	"errors"
	"time"

	"calltab/internal/provision"
)

// Await is the work of JobApproval: it reminds the approvers of a pending order every working day, ends the order when
// its time is over, and says when to look again. over means never.
func (s *Service) Await(ctx context.Context, tenant provision.TenantID,
	id provision.OrderID) (again time.Duration, over bool, err error) {
	sheet, err := s.order.Sheet(ctx, tenant, id)
	if err != nil || sheet.Order.State != provision.Pending {
		return 0, err == nil, err
	}
	now, c := s.Now(), sheet.Order.Approval
	if provision.Ahead(c.Since, now) { // they have all their time again
		_, err := s.order.Update(ctx, tenant, id, func(tx provision.Tx, o *provision.Order) error {
			if o.State != provision.Pending || !provision.Ahead(o.Approval.Since, now) {
				return nil
			}
			o.SetRight(now)
			if err := s.Anew(tx, o); err != nil {
				return err
			}
			return s.order.Write(tx, o, provision.OrderProgress, "", "")
		})
		return time.Second, false, err
	}
	zone := sheet.Location.TimeZone
	next := putOff(workdays(c.Since, c.Reminded+1, zone), c.Lost, zone)
	if !next.Before(c.Due) {
		next = c.Due
	}
	if now.Before(next) {
		return next.Sub(now), false, nil
	}
	_, err = s.order.Update(ctx, tenant, id, func(tx provision.Tx, o *provision.Order) error {
		if o.Revision != sheet.Order.Revision {
			return nil // another user was quicker: look again
		}
		if now.Before(o.Approval.Due) {
			o.Approval.Reminded++
			return s.order.Write(tx, o, provision.OrderReminded, "", "")
		}
		o.State = provision.Expired
		o.Approval.Asked, o.Approval.Next = nil, nil
		if err := s.GiveUp(tx, o, ""); err != nil {
			return err
		}
		return s.order.Write(tx, o, provision.OrderExpired, "", "approval")
	})
	return time.Second, false, err
}

// ApprovalPause is how often it is looked whether approvers can decide.
const ApprovalPause = time.Hour

// ApproversAway reports since when nobody who is asked about a pending order can decide: because an outage keeps the
// message from each of them, or because Microsoft does not say who they are. The zero time: at least one can, or the
// order waits for nobody. The first approver who is asked is passed over where their account is gone, and is gone still
// after an ApprovalPause, in which the time of those who are asked does not run.
func (s *Service) ApproversAway(ctx context.Context, tenant provision.TenantID,
	id provision.OrderID) (since time.Time, err error) {
	var o provision.Order
	var outages []provision.Outage
	err = s.Store.View(ctx, func(tx provision.Tx) (err error) {
		if o, err = s.order.OrderIn(tx, tenant, id); err != nil || o.State != provision.Pending {
			return err
		}
		if outages, err = s.outage.Outages(tx, tenant); err != nil {
			return err
		}
		since, err = s.Listener.Undelivered(tx, o)
		return err
	})
	if err != nil || o.State != provision.Pending || !since.IsZero() {
		return since, err
	}
	who := o.Requester.ID
	if len(o.Approval.Asked) > 0 {
		who = o.Approval.Asked[0].ID
	}
	_, err = s.Directory.Person(ctx, tenant, string(who))
	switch provision.KindOf(err) {
	case provision.NotFound:
		if len(o.Approval.Asked) == 0 || !isGone(err) {
			return since, nil
		}
		held := o.Approval.Away
		if held.IsZero() || s.Now().Sub(held) < ApprovalPause {
			return s.Now(), nil
		}
		first := o.Approval.Asked[0]
		return since, s.Unreached(ctx, tenant, id, first.ID, provision.Say("passed-gone", "person", first.Name))
	case provision.Throttled, provision.Unavailable, provision.Denied:
		since = s.Now()
		for _, out := range outages { // others may have met it before
			if out.Class != provision.CarrierCalls && out.Since.Before(since) {
				since = out.Since
			}
		}
	}
	return since, nil
}

// accountGone is Microsoft's own code for a user that there is not.
const accountGone = "Request_ResourceNotFound"

// isGone reports whether Microsoft itself says that there is no such account: a bare 404 may be a proxy's.
func isGone(err error) bool {
	var e *provision.Error
	return errors.As(err, &e) && e.Kind == provision.NotFound && e.Code == accountGone
}

// HoldApproval stops the time of those who are asked about an order: nobody of them can decide since a moment, but none
// before they had been asked, or were seen to be able to.
func (s *Service) HoldApproval(ctx context.Context, tenant provision.TenantID, id provision.OrderID,
	since, able time.Time) error {
	_, err := s.order.Update(ctx, tenant, id, func(tx provision.Tx, o *provision.Order) error {
		if o.State != provision.Pending || !o.Approval.Away.IsZero() {
			return nil
		}
		o.Approval.Away = provision.Later(provision.Later(since, able), o.Approval.Since).UTC()
		return s.order.Write(tx, o, provision.OrderProgress, "", "")
	})
	return err
}

// ResumeApproval lets the time of those who are asked about an order go on, and gives them back what they have lost:
// since HoldApproval, or since another moment where there was none, as nobody was there to call it. The zero time is
// none.
func (s *Service) ResumeApproval(ctx context.Context, tenant provision.TenantID, id provision.OrderID,
	since time.Time) error {
	sheet, err := s.order.Sheet(ctx, tenant, id)
	if err != nil || since.IsZero() && sheet.Order.Approval.Away.IsZero() {
		return err
	}
	_, err = s.order.Update(ctx, tenant, id, func(tx provision.Tx, o *provision.Order) error {
		c := &o.Approval
		from := since // this may run again
		if !c.Away.IsZero() {
			from = c.Away
		}
		if o.State != provision.Pending || from.IsZero() {
			return nil
		}
		l, err := s.stock.LocationIn(tx, tenant, o.Location)
		if provision.IgnoreNotFound(err) != nil {
			return err
		}
		lost := workdayTime(provision.Later(from, c.Since), s.Now(), l.TimeZone)
		c.Due = putOff(c.Due, lost, l.TimeZone)
		c.Lost += lost
		c.Away = provision.ZeroTime
		return s.order.Write(tx, o, provision.OrderProgress, "", "")
	})
	return err
}
