package outage

import (
	"context"
	"slices"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/access"
	"calltab/internal/provision/record"
)

// outageHeld bounds how many orders of an outage are woken when it is over; the others find out by themselves.
const outageHeld = 200

// Outages are those of a tenant that are not over.
func (s *Service) Outages(tx provision.Tx, tenant provision.TenantID) ([]provision.Outage, error) {
	return record.All[provision.Outage](tx, record.TableOutages, record.Key(tenant, ""))
}

// HoldFor notes that an order has met an outage, in the transaction that records the try, and returns since when that
// lasts; the zero HeldOrder is work that is no order's. Once it has lasted for a while, the admins are told: once of
// each, and once of all silence.
func (s *Service) HoldFor(tx provision.Tx, tenant provision.TenantID, met provision.Outage,
	h provision.HeldOrder) (since time.Time, err error) {
	all, err := s.Outages(tx, tenant)
	if err != nil {
		return provision.ZeroTime, err
	}
	now := s.Now().UTC()
	known := slices.IndexFunc(all, func(o provision.Outage) bool {
		return o.Class == met.Class && o.Lacks == met.Lacks
	})
	if known < 0 {
		met.Since = now
		if h.Order != "" {
			met.Held = []provision.HeldOrder{h}
		}
		record.Save(tx, record.TableOutages, OutageKey(met, tenant), met)
		return met.Since, nil
	}
	o, changed := all[known], false
	if provision.SetRight(now, &o.Since) {
		changed = true
	}
	if h.Order != "" && !slices.Contains(o.Held, h) && len(o.Held) < outageHeld {
		left, err := s.leftAlone(tx, tenant, o)
		if err != nil {
			return provision.ZeroTime, err
		}
		if left {
			o.Since, o.Held = now, nil
		}
		o.Held, changed = append(o.Held, h), true
	}
	if o.Told.IsZero() && now.Sub(o.Since) >= o.Grace() {
		told := slices.ContainsFunc(all, func(other provision.Outage) bool {
			return !other.Told.IsZero() && other.Lacks == o.Lacks && other.Why.Same(o.Why)
		})
		o.Told, changed = now, true
		if !told {
			if err := s.Listener.OutageChanged(tx, tenant, o, false); err != nil {
				return provision.ZeroTime, err
			}
		}
	}
	if changed {
		record.Save(tx, record.TableOutages, OutageKey(o, tenant), o)
	}
	return o.Since, nil
}

// leftAlone reports an outage of which nobody was told, and whose orders have all ended without a call that got on:
// what an order meets now is another one.
func (s *Service) leftAlone(tx provision.Tx, tenant provision.TenantID, o provision.Outage) (bool, error) {
	if !o.Told.IsZero() {
		return false, nil
	}
	for _, h := range o.Held {
		held, err := s.order.OrderIn(tx, tenant, h.Order)
		if err != nil && provision.KindOf(err) != provision.NotFound {
			return false, err
		}
		if err == nil && !held.State.Over() {
			return false, nil
		}
	}
	return true, nil
}

// OutageOver notes that an order gets on with a class of calls again: its orders look at once, and the admins who were
// told of it are told that it is over. by is the order that got on.
func (s *Service) OutageOver(tx provision.Tx, tenant provision.TenantID, class string, by provision.HeldOrder) error {
	all, err := s.Outages(tx, tenant)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.Class != class {
			continue
		}
		tx.Delete(record.TableOutages, OutageKey(o, tenant))
		for _, h := range o.Held {
			if h == by {
				continue
			}
			if err := s.Operator.Wake(tx, h.Job, provision.JobKey(tenant, h.Order)); err != nil {
				return err
			}
		}
		more := slices.ContainsFunc(all, func(other provision.Outage) bool {
			return other.Class != class && !other.Told.IsZero() && other.Lacks == o.Lacks && other.Why.Same(o.Why)
		})
		if o.Told.IsZero() || more {
			continue
		}
		if err := s.Listener.OutageChanged(tx, tenant, o, true); err != nil {
			return err
		}
	}
	return nil
}

// OutageKey is the key of an outage's record.
func OutageKey(o provision.Outage, tenant provision.TenantID) string {
	if o.Lacks {
		return record.Key(tenant, "lacks", o.Class)
	}
	return record.Key(tenant, "silent", o.Class)
}

// NamedAdmins are the ids, of people and of groups, that the configuration and the tenant's roles name as admins
// everywhere.
func (s *Service) NamedAdmins(tx provision.Tx, tenant provision.TenantID) ([]string, error) {
	c, err := access.AccessPolicyIn(tx, tenant)
	if err != nil {
		return nil, err
	}
	named := slices.Clone(s.Admins)
	for _, g := range c.Grants {
		if g.Role == provision.RoleAdmin && len(g.Sites) == 0 {
			named = append(named, g.Who...)
		}
	}
	slices.Sort(named)
	return slices.Compact(named), nil
}

// AdminsAmong are those of some people who may do everything everywhere. Of a user whose groups cannot be read it takes
// what was read last, as this is only for telling them something. Where nothing was, and the directory may answer
// later, it returns the error with the others.
func (s *Service) AdminsAmong(ctx context.Context, tenant provision.TenantID,
	people []provision.UserID) (admins []provision.UserID, unsure error) {
	return s.Among(ctx, tenant, people, func(a provision.Access) bool {
		_, all := a.Within(provision.Manage)
		return all
	})
}

// Among are those of some people whose access is such.
func (s *Service) Among(ctx context.Context, tenant provision.TenantID, people []provision.UserID,
	such func(provision.Access) bool) (found []provision.UserID, unsure error) {
	for _, user := range people {
		a, err := s.access.Access(ctx, tenant, user)
		if err != nil {
			return nil, err
		}
		if a.Unsure != nil {
			if a, err = s.access.LastAccess(ctx, tenant, user, a); err != nil {
				return nil, err
			}
		}
		kind := provision.KindOf(a.Unsure)
		if such(a) {
			found = append(found, user)
		} else if kind == provision.Throttled || kind == provision.Unavailable {
			unsure = a.Unsure
		}
	}
	return found, unsure
}
