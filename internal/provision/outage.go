package provision

import (
	"context"
	"slices"
	"time"
)

// How long an outage lasts before the admins are told of it: a permission that lacks does not come back by itself, but one refusal
// may be Microsoft's mistake.
const (
	permissionGrace = time.Minute
	silenceGrace    = 4 * time.Hour
)

// SignIn is the class of all calls to Microsoft, where Calltab gets no token. It is persisted: never rename it.
const SignIn = "sign-in"

// outageHeld bounds how many orders of an outage are woken when it is over; the others find out by themselves.
const outageHeld = 200

// CarrierCalls is the class of what is told to the carrier. It is persisted: never rename it.
const CarrierCalls = "carrier"

// outageNotices are what the card of an order says that an outage holds, and since when: the argument "since", in the
// form of RFC 3339. Orders of older programs do not have it.
var outageNotices = []string{"waits-for-microsoft", "waits-for-carrier", "waits-for-permission", "waits-for-admin"}

// Waits reports that an outage holds the order, as its card says: Microsoft or the carrier does not answer, or Calltab
// is refused.
func (o Order) Waits() bool { return slices.Contains(outageNotices, o.Notice.ID) }

// Outage is a kind of call with which nobody gets on: Microsoft or the carrier does not answer, or Microsoft does not
// let Calltab in. Orders wait for its end.
type Outage struct {
	Class string      `json:"class"` // of calls, such as CarrierCalls, or SignIn
	Why   Message     `json:"why"`
	Lacks bool        `json:"lacks,omitempty"` // Calltab is refused, and a person must grant something
	Since time.Time   `json:"since"`
	Told  time.Time   `json:"told,omitzero"` // when the admins were told; zero: not yet
	Held  []HeldOrder `json:"held,omitempty"`
}

// HeldOrder is an order that waits for the end of an outage, by its job.
type HeldOrder struct {
	Job   string  `json:"job"`
	Order OrderID `json:"order"`
}

// Outages are those of a tenant that are not over.
func (s *Service) Outages(tx Tx, tenant TenantID) ([]Outage, error) {
	var all []Outage
	for k, raw := range tx.Scan(tableOutages, key(tenant, ""), "") {
		var o Outage
		if err := decode(tableOutages, k, raw, &o); err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return all, nil
}

// HoldFor notes that an order has met an outage, in the transaction that records the try, and returns since when that
// lasts; the zero HeldOrder is work that is no order's. Once it has lasted for a while, the admins are told: once of
// each, and once of all silence.
func (s *Service) HoldFor(tx Tx, tenant TenantID, met Outage, h HeldOrder) (since time.Time, err error) {
	all, err := s.Outages(tx, tenant)
	if err != nil {
		return zeroTime, err
	}
	now := s.Now().UTC()
	known := slices.IndexFunc(all, func(o Outage) bool { return o.Class == met.Class && o.Lacks == met.Lacks })
	if known < 0 {
		met.Since = now
		if h.Order != "" {
			met.Held = []HeldOrder{h}
		}
		save(tx, tableOutages, outageKey(met, tenant), met)
		return met.Since, nil
	}
	o, changed := all[known], false
	if SetRight(now, &o.Since) {
		changed = true
	}
	if h.Order != "" && !slices.Contains(o.Held, h) && len(o.Held) < outageHeld {
		left, err := s.leftAlone(tx, tenant, o)
		if err != nil {
			return zeroTime, err
		}
		if left {
			o.Since, o.Held = now, nil
		}
		o.Held, changed = append(o.Held, h), true
	}
	if o.Told.IsZero() && now.Sub(o.Since) >= o.grace() {
		told := slices.ContainsFunc(all, func(other Outage) bool {
			return !other.Told.IsZero() && other.Lacks == o.Lacks && other.Why.same(o.Why)
		})
		o.Told, changed = now, true
		if !told {
			if err := s.listener.OutageChanged(tx, tenant, o, false); err != nil {
				return zeroTime, err
			}
		}
	}
	if changed {
		save(tx, tableOutages, outageKey(o, tenant), o)
	}
	return o.Since, nil
}

// leftAlone reports an outage of which nobody was told, and whose orders have all ended without a call that got on: what an order
// meets now is another one.
func (s *Service) leftAlone(tx Tx, tenant TenantID, o Outage) (bool, error) {
	if !o.Told.IsZero() {
		return false, nil
	}
	for _, h := range o.Held {
		held, err := s.OrderIn(tx, tenant, h.Order)
		if err != nil && KindOf(err) != NotFound {
			return false, err
		}
		if err == nil && !held.State.Over() {
			return false, nil
		}
	}
	return true, nil
}

// OutageOver notes that somebody gets on with a class of calls again: its orders look at once, and the admins who were told of it
// are told that it is over. by is the order that got on.
func (s *Service) OutageOver(tx Tx, tenant TenantID, class string, by HeldOrder) error {
	all, err := s.Outages(tx, tenant)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.Class != class {
			continue
		}
		tx.Delete(tableOutages, outageKey(o, tenant))
		for _, h := range o.Held {
			if h == by {
				continue
			}
			if err := s.Operator.Wake(tx, h.Job, JobKey(tenant, h.Order)); err != nil {
				return err
			}
		}
		more := slices.ContainsFunc(all, func(other Outage) bool {
			return other.Class != class && !other.Told.IsZero() && other.Lacks == o.Lacks && other.Why.same(o.Why)
		})
		if o.Told.IsZero() || more {
			continue
		}
		if err := s.listener.OutageChanged(tx, tenant, o, true); err != nil {
			return err
		}
	}
	return nil
}

func outageKey(o Outage, tenant TenantID) string {
	if o.Lacks {
		return key(tenant, "lacks", o.Class)
	}
	return key(tenant, "silent", o.Class)
}

func (o Outage) grace() time.Duration {
	if o.Lacks {
		return permissionGrace
	}
	return silenceGrace
}

// NamedAdmins are the ids, of people and of groups, that the configuration and the tenant's roles name as admins everywhere.
func (s *Service) NamedAdmins(tx Tx, tenant TenantID) ([]string, error) {
	c, err := charterIn(tx, tenant)
	if err != nil {
		return nil, err
	}
	named := slices.Clone(s.Admins)
	for _, g := range c.Grants {
		if g.Role == RoleAdmin && len(g.Sites) == 0 {
			named = append(named, g.Who...)
		}
	}
	slices.Sort(named)
	return slices.Compact(named), nil
}

// AdminsAmong are those of some people who may do everything everywhere. Of somebody whose groups cannot be read it takes what was
// read last, as this is only for telling them something. Where nothing was, and the directory may answer later, it returns the error
// with the others.
func (s *Service) AdminsAmong(ctx context.Context, tenant TenantID, people []UserID) (admins []UserID, unsure error) {
	return s.among(ctx, tenant, people, func(a Access) bool {
		_, all := a.Within(Manage)
		return all
	})
}

// among are those of some people whose access is such.
func (s *Service) among(ctx context.Context, tenant TenantID, people []UserID, such func(Access) bool) (found []UserID, unsure error) {
	for _, user := range people {
		a, err := s.Access(ctx, tenant, user)
		if err != nil {
			return nil, err
		}
		if a.unsure != nil {
			if a, err = s.lastAccess(ctx, tenant, user, a); err != nil {
				return nil, err
			}
		}
		kind := KindOf(a.unsure)
		if such(a) {
			found = append(found, user)
		} else if kind == Throttled || kind == Unavailable {
			unsure = a.unsure
		}
	}
	return found, unsure
}

// same reports whether two messages read the same.
func (m Message) same(other Message) bool {
	if m.ID != other.ID || len(m.Args) != len(other.Args) {
		return false
	}
	for name, v := range m.Args {
		if other.Args[name] != v {
			return false
		}
	}
	return true
}
