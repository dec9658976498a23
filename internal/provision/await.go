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
	next := workdays(c.Since, c.Reminded+1, sheet.Location.TimeZone)
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
