package provision

import (
	"context"
	"iter"
	"slices"
	"strings"
)

// JobKey names the job of an order, and ParseJobKey reads it back.
func JobKey(tenant TenantID, id OrderID) string { return string(tenant) + "/" + string(id) }

// ParseJobKey splits what JobKey made.
func ParseJobKey(k string) (TenantID, OrderID) {
	tenant, id, _ := strings.Cut(k, "/")
	return TenantID(tenant), OrderID(id)
}

// ParseNumberKey splits the key of a number's job.
func ParseNumberKey(k string) (TenantID, E164) {
	tenant, n, _ := strings.Cut(k, "/")
	return TenantID(tenant), E164(n)
}

// OrderIn reads an order; NotFound where there is none.
func (s *Service) OrderIn(tx Tx, tenant TenantID, id OrderID) (Order, error) {
	o, ok, err := load[Order](tx, tableOrders, key(tenant, string(id)))
	if err == nil && !ok {
		err = notFound("read order", "order-not-found", "order", string(id))
	}
	return o, err
}

// Write stores a changed order: with a new revision, its indexes, its link of the audit chain, and the news to whoever
// listens. by is who did it, empty for Calltab itself. Conflict where the order would be a second live one for its person.
func (s *Service) Write(tx Tx, o *Order, e Event, by UserID, note string) error {
	before, had, err := load[Order](tx, tableOrders, key(o.Tenant, string(o.ID)))
	if err != nil {
		return err
	}
	o.Revision = before.Revision + 1
	switch {
	case !o.State.Over():
		o.Ended = zeroTime
	case o.Ended.IsZero():
		o.Ended = s.Now().UTC()
	}
	if err := s.index(tx, before, o, had); err != nil {
		return err
	}
	save(tx, tableOrders, key(o.Tenant, string(o.ID)), o)
	if e != OrderProgress {
		link := AuditEvent{Event: e, Actor: by, Order: o.ID, User: o.Person.ID, Number: o.Number, Before: before.State, After: o.State, Note: note}
		if err := s.audit(tx, o.Tenant, link); err != nil {
			return err
		}
	}
	if err := s.markUndone(tx, *o); err != nil {
		return err
	}
	if err := s.compareAgain(tx, before, *o); err != nil {
		return err
	}
	return s.listener.OrderChanged(tx, *o, e)
}

func (s *Service) index(tx Tx, before Order, o *Order, had bool) error {
	moved := had && !before.Created.Equal(o.Created)
	if moved {
		tx.Delete(tableByRequester, key(o.Tenant, string(o.Requester.ID), newestFirst(before.Created), string(o.ID)))
	}
	if !had || moved {
		tx.Put(tableByRequester, key(o.Tenant, string(o.Requester.ID), newestFirst(o.Created), string(o.ID)), nil)
	}
	if before.State != o.State {
		if had {
			bump(tx, tableStates, string(before.State), -1)
		}
		bump(tx, tableStates, string(o.State), 1)
	}
	if before.Person.ID != o.Person.ID || moved {
		if had && before.Person.ID != "" {
			tx.Delete(tableByPerson, key(o.Tenant, string(before.Person.ID), newestFirst(before.Created), string(o.ID)))
		}
		if o.Person.ID != "" {
			tx.Put(tableByPerson, key(o.Tenant, string(o.Person.ID), newestFirst(o.Created), string(o.ID)), nil)
		}
	}
	indexDraft(tx, o)
	indexParked(tx, before, o)
	indexToApprove(tx, before, o)
	return indexLive(tx, before, o)
}

// Filter picks orders: those that Requester asked for, or those for Person; one of them is required.
type Filter struct {
	Requester, Person UserID
	Open              bool // only those not over
	Limit             int
}

// Orders lists orders, the newest first (see ordersBy): anybody's own, and for those who may look those of others at their locations.
func (s *Service) Orders(ctx context.Context, tenant TenantID, by Actor, f Filter) ([]Order, error) {
	var acc Access
	own := f.Requester == by.ID || f.Person == by.ID
	if !own {
		var err error
		if acc, err = s.permit(ctx, "list orders", tenant, by, Look); err != nil {
			return nil, err
		}
	}
	var found []Order
	err := s.Store.View(ctx, func(tx Tx) error {
		found = nil
		for o, err := range s.ordersBy(tx, tenant, f) {
			if err != nil {
				return err
			}
			if f.Open && o.State.Over() || !own && !acc.sees(o) {
				continue
			}
			if found = append(found, o); len(found) == f.Limit {
				return nil
			}
		}
		return nil
	})
	return found, err
}

// ordersBy yields the orders of a filter: those of a requester by when they were begun, those for a person as lastFirst sorts them.
func (s *Service) ordersBy(tx Tx, tenant TenantID, f Filter) iter.Seq2[Order, error] {
	if f.Person != "" {
		return s.ordersFor(tx, tenant, f)
	}
	return func(yield func(Order, error) bool) {
		for k := range tx.Scan(tableByRequester, key(tenant, string(f.Requester), ""), "") {
			o, err := s.OrderIn(tx, tenant, lastOf(k))
			if !yield(o, err) || err != nil {
				return
			}
		}
	}
}

func (s *Service) ordersFor(tx Tx, tenant TenantID, f Filter) iter.Seq2[Order, error] {
	return func(yield func(Order, error) bool) {
		var all []Order
		for k := range tx.Scan(tableByPerson, key(tenant, string(f.Person), ""), "") {
			o, err := s.OrderIn(tx, tenant, lastOf(k))
			if err != nil {
				yield(o, err)
				return
			}
			if f.Requester == "" || o.Requester.ID == f.Requester {
				all = append(all, o)
			}
		}
		lastFirst(all)
		for _, o := range all {
			if !yield(o, nil) {
				return
			}
		}
	}
}

// lastOf is the order at the end of an index key.
func lastOf(k string) OrderID { return OrderID(k[strings.LastIndexByte(k, '/')+1:]) }

// DraftOf is the requester's newest draft.
func (s *Service) DraftOf(ctx context.Context, tenant TenantID, user UserID) (Order, bool, error) {
	found, err := s.Orders(ctx, tenant, Actor{ID: user}, Filter{Requester: user, Open: true, Limit: 20})
	for _, o := range found {
		if o.State == Draft {
			return o, true, err
		}
	}
	return Order{}, false, err
}

// Sheet reads an order with everything that its card shows.
func (s *Service) Sheet(ctx context.Context, tenant TenantID, id OrderID) (Sheet, error) {
	var sheet Sheet
	err := s.Store.View(ctx, func(tx Tx) error {
		o, err := s.OrderIn(tx, tenant, id)
		if err != nil {
			return err
		}
		sheet, err = s.sheet(tx, o)
		return err
	})
	return sheet, err
}

func (s *Service) sheet(tx Tx, o Order) (sheet Sheet, err error) {
	sheet = Sheet{Order: o, Now: s.Now()}
	if err := s.before(tx, o, &sheet); err != nil {
		return sheet, err
	}
	if o.Undoes != "" {
		if sheet.Undone, err = s.OrderIn(tx, o.Tenant, o.Undoes); err != nil {
			return sheet, err
		}
	}
	if o.Location != "" {
		sheet.Location, err = s.LocationIn(tx, o.Tenant, o.Location)
		if err != nil && (KindOf(err) != NotFound || o.State == Draft) {
			return sheet, err
		}
	}
	if o.Plan != "" { // of an order that is over, plan and location may have been removed since
		sheet.Plan, err = s.PlanIn(tx, o.Tenant, o.Plan)
		if err != nil && (KindOf(err) != NotFound || o.State == Draft) {
			return sheet, err
		}
	}
	err = nil
	if o.State != Draft {
		return sheet, nil
	}
	switch o.Form {
	case FormReview:
		c, err := charterIn(tx, o.Tenant)
		sheet.Rule = c.rule(sheet)
		return sheet, err
	case FormLocation:
		sheet.Locations, err = stock(tx, o.Tenant)
		sheet.Locations = slices.DeleteFunc(sheet.Locations, func(l Stock) bool {
			return o.Kind == Move && l.ID == o.Had.Location || !o.reaches(l.ID)
		})
	case FormPlan:
		sheet.Plans, err = plans(tx, o.Tenant)
		sheet.Plans = slices.DeleteFunc(sheet.Plans, func(p Plan) bool { return o.Kind == ChangePlan && p.ID == o.Had.Plan })
	case FormNumber:
		sheet.Best, err = s.offers(tx, o)
	}
	return sheet, err
}

// before reads what the person had. A plan or location that is not there any more is left out.
func (s *Service) before(tx Tx, o Order, sheet *Sheet) (err error) {
	if o.Had.Plan != "" {
		if sheet.HadPlan, err = s.PlanIn(tx, o.Tenant, o.Had.Plan); ignoreNotFound(err) != nil {
			return err
		}
	}
	if o.Had.Location != "" {
		if sheet.HadAt, err = s.LocationIn(tx, o.Tenant, o.Had.Location); ignoreNotFound(err) != nil {
			return err
		}
	}
	return nil
}

// offers are the numbers that a form shows: the one that the draft holds, then the free ones that suit the person best.
func (s *Service) offers(tx Tx, o Order) ([]Suggestion, error) {
	all, err := suggest(tx, o.Tenant, o.Location, o.Person, bestCount)
	if err != nil || o.Number == "" {
		return all, err
	}
	held, err := number(tx, o.Tenant, o.Number)
	return append([]Suggestion{{Number: held}}, all...)[:min(bestCount, len(all)+1)], err
}

// States counts the orders by state, over all tenants.
func (s *Service) States(ctx context.Context) (map[OrderState]int, error) {
	counts := make(map[OrderState]int)
	err := s.Store.View(ctx, func(tx Tx) error {
		for _, state := range []OrderState{Draft, Pending, Approved, Running, Waiting, Done, Rejected, Cancelled, Expired, Failed, Parked} {
			counts[state] = count(tx, tableStates, string(state))
		}
		return nil
	})
	return counts, err
}
