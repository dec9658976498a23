package provision

import (
	"context"
	"strings"
	"time"
)

// Await is the work of JobApproval: it reminds the approvers of a pending order every working day, ends the order when
// its time is over, and says when to look again. over means never.
func (s *Service) Await(ctx context.Context, tenant TenantID, id OrderID) (again time.Duration, over bool, err error) {
	sheet, err := s.Sheet(ctx, tenant, id)
	if err != nil || sheet.Order.State != Pending {
		return 0, err == nil, err
	}
	now, c := s.Now(), sheet.Order.Consent
	if ahead(c.Since, now) { // they have all their time again
		_, err := s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
			if o.State != Pending || !ahead(o.Consent.Since, now) {
				return nil
			}
			o.SetRight(now)
			if err := s.anew(tx, o); err != nil {
				return err
			}
			return s.Write(tx, o, OrderProgress, "", "")
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
	_, err = s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		if o.Revision != sheet.Order.Revision {
			return nil // somebody was quicker: look again
		}
		if now.Before(o.Consent.Due) {
			o.Consent.Reminded++
			return s.Write(tx, o, OrderReminded, "", "")
		}
		o.State = Expired
		o.Consent.Asked, o.Consent.Next = nil, nil
		if err := s.giveUp(tx, o, ""); err != nil {
			return err
		}
		return s.Write(tx, o, OrderExpired, "", "approval")
	})
	return time.Second, false, err
}

// ApprovalPause is how often it is looked whether approvers can decide.
const ApprovalPause = time.Hour

// ApproversAway reports since when nobody who is asked about a pending order can decide: because an outage keeps the
// message from each of them, or because Microsoft does not say who they are. The zero time: somebody can, or the order
// waits for nobody.
func (s *Service) ApproversAway(ctx context.Context, tenant TenantID, id OrderID) (since time.Time, err error) {
	var o Order
	var outages []Outage
	err = s.Store.View(ctx, func(tx Tx) (err error) {
		if o, err = s.OrderIn(tx, tenant, id); err != nil || o.State != Pending {
			return err
		}
		if outages, err = s.Outages(tx, tenant); err != nil {
			return err
		}
		since, err = s.listener.Undelivered(tx, o)
		return err
	})
	if err != nil || o.State != Pending || !since.IsZero() {
		return since, err
	}
	who := o.Requester.ID
	if len(o.Consent.Asked) > 0 {
		who = o.Consent.Asked[0].ID
	}
	_, err = s.Directory.Person(ctx, tenant, string(who))
	switch KindOf(err) {
	case Throttled, Unavailable, Denied:
		since = s.Now()
		for _, out := range outages { // others may have met it before
			if out.Class != CarrierCalls && out.Since.Before(since) {
				since = out.Since
			}
		}
	}
	return since, nil
}

// HoldApproval stops the time of those who are asked about an order: nobody of them can decide since a moment, but none
// before they had been asked, or were seen to be able to.
func (s *Service) HoldApproval(ctx context.Context, tenant TenantID, id OrderID, since, able time.Time) error {
	_, err := s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		if o.State != Pending || !o.Consent.Away.IsZero() {
			return nil
		}
		o.Consent.Away = later(later(since, able), o.Consent.Since).UTC()
		return s.Write(tx, o, OrderProgress, "", "")
	})
	return err
}

// ResumeApproval lets the time of those who are asked about an order go on, and gives them back what they have lost:
// since HoldApproval, or since another moment where there was none, as nobody was there to call it. The zero time is
// none.
func (s *Service) ResumeApproval(ctx context.Context, tenant TenantID, id OrderID, since time.Time) error {
	sheet, err := s.Sheet(ctx, tenant, id)
	if err != nil || since.IsZero() && sheet.Order.Consent.Away.IsZero() {
		return err
	}
	_, err = s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		c := &o.Consent
		if !c.Away.IsZero() {
			since = c.Away
		}
		if o.State != Pending || since.IsZero() {
			return nil
		}
		l, err := s.LocationIn(tx, tenant, o.Location)
		if ignoreNotFound(err) != nil {
			return err
		}
		lost := workdayTime(later(since, c.Since), s.Now(), l.TimeZone)
		c.Due, c.Lost, c.Away = putOff(c.Due, lost, l.TimeZone), c.Lost+lost, zeroTime
		return s.Write(tx, o, OrderProgress, "", "")
	})
	return err
}

// ToApprove lists the orders that wait for somebody's word, the oldest first.
func (s *Service) ToApprove(ctx context.Context, tenant TenantID, by Actor, limit int) ([]Order, error) {
	var found []Order
	err := s.Store.View(ctx, func(tx Tx) error {
		found = nil
		for k := range tx.Scan(tableToApprove, key(tenant, string(by.ID), ""), "") {
			o, err := s.OrderIn(tx, tenant, OrderID(k[strings.LastIndexByte(k, '/')+1:]))
			if err != nil {
				return err
			}
			if found = append(found, o); len(found) == limit {
				return nil
			}
		}
		return nil
	})
	return found, err
}

// indexToApprove keeps the lists of what waits for somebody's word true.
func indexToApprove(tx Tx, before Order, o *Order) {
	at := func(o Order, a Asked) string {
		return key(o.Tenant, string(a.ID), sortable(o.Consent.Since), string(o.ID))
	}
	for _, a := range before.Consent.Asked {
		tx.Delete(tableToApprove, at(before, a))
	}
	for _, a := range o.Consent.Asked {
		tx.Put(tableToApprove, at(*o, a), nil)
	}
}
