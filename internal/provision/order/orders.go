package order

import (
	"context"
	"iter"
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/access"
	"calltab/internal/provision/record"
	"calltab/internal/provision/rows"
	"calltab/internal/provision/span"
	"calltab/internal/provision/stock"
)

// OrderIn reads an order; NotFound where there is none.
func (s *Service) OrderIn(tx provision.Tx, tenant provision.TenantID, id provision.OrderID) (provision.Order, error) {
	o, ok, err := record.RecallLately[provision.Order](tx, record.TableOrders, record.Key(tenant, string(id)))
	if err == nil && !ok {
		err = provision.NewNotFound("read order", "order-not-found", "order", string(id))
	}
	return own(o), err
}

// Write stores a changed order: with a new revision, its indexes, its event of the audit chain, and the news to the
// listener. by is who did it, empty for Calltab itself. Conflict where the order would be a second live one for its
// person.
func (s *Service) Write(tx provision.Tx, o *provision.Order, e provision.Event, by provision.UserID,
	note string) error {
	before, had, err := record.RecallLately[provision.Order](tx, record.TableOrders, record.Key(o.Tenant, string(o.ID)))
	if err != nil {
		return err
	}
	o.Revision = before.Revision + 1
	switch {
	case !o.State.Over():
		o.Ended = provision.ZeroTime
	case o.Ended.IsZero():
		o.Ended = s.Now().UTC()
	}
	keepDecisive(o, s.roster.Licences(o.Tenant))
	if err := leaveBulk(s, tx, o); err != nil {
		return err
	}
	if err := s.index(tx, before, o, had); err != nil {
		return err
	}
	record.Save(tx, record.TableOrders, record.Key(o.Tenant, string(o.ID)), o)
	if e != provision.OrderProgress {
		link := provision.AuditEvent{Event: e, Actor: by, Order: o.ID, User: o.Person.ID, Number: o.Number,
			Before: before.State, After: o.State, Note: note}
		if err := s.audit.Append(tx, o.Tenant, link); err != nil {
			return err
		}
	}
	if err := s.markUndone(tx, *o); err != nil {
		return err
	}
	if err := s.compareAgain(tx, before, *o); err != nil {
		return err
	}
	if err := s.noteRow(tx, *o); err != nil {
		return err
	}
	return s.Listener.OrderChanged(tx, *o, e)
}

// keepDecisive leaves out of an order the licences of its people that mean nothing for a phone: an order is read
// several times a turn, and most of a hundred service plans would be most of it.
func keepDecisive(o *provision.Order, t *provision.LicenceTable) {
	o.Person = o.Person.Decisive(t)
	o.Choices = slices.Clone(o.Choices) // they may be the directory's
	for i := range o.Choices {
		o.Choices[i] = o.Choices[i].Decisive(t)
	}
}

// leaveBulk makes an order of its own of a row that is made a form again: its requester changes it alone.
func leaveBulk(s *Service, tx provision.Tx, o *provision.Order) error {
	if o.State != provision.Draft || o.Bulk.ID == "" {
		return nil
	}
	err := s.noteRow(tx, *o)
	o.Bulk = provision.BulkRow{}
	return err
}

// noteRow has the row of a bulk follow its order.
func (s *Service) noteRow(tx provision.Tx, o provision.Order) error {
	if o.Bulk.ID == "" {
		return nil
	}
	changed, err := rows.Note(tx, o, s.Now().UTC())
	if err != nil || !changed {
		return err
	}
	at := provision.JobKey(o.Tenant, provision.OrderID(o.Bulk.ID))
	if err := s.Queue.Add(tx, provision.JobBulk, at, nil, s.Now()); err != nil {
		return err
	}
	return s.Listener.BulkChanged(tx, o.Tenant, o.Bulk.ID)
}

func (s *Service) index(tx provision.Tx, before provision.Order, o *provision.Order, had bool) error {
	moved := had && !before.Created.Equal(o.Created)
	if moved {
		tx.Delete(record.TableByRequester, record.Key(o.Tenant, string(o.Requester.ID),
			record.NewestFirst(before.Created), string(o.ID)))
	}
	if !had || moved {
		tx.Put(record.TableByRequester, record.Key(o.Tenant, string(o.Requester.ID), record.NewestFirst(o.Created),
			string(o.ID)), nil)
	}
	if before.State != o.State {
		if had {
			record.Bump(tx, record.TableStates, string(before.State), -1)
		}
		record.Bump(tx, record.TableStates, string(o.State), 1)
	}
	if before.Person.ID != o.Person.ID || moved {
		if had && before.Person.ID != "" {
			tx.Delete(record.TableByPerson, record.Key(o.Tenant, string(before.Person.ID),
				record.NewestFirst(before.Created), string(o.ID)))
		}
		if o.Person.ID != "" {
			tx.Put(record.TableByPerson, record.Key(o.Tenant, string(o.Person.ID), record.NewestFirst(o.Created),
				string(o.ID)), nil)
		}
	}
	indexDraft(tx, o)
	indexParked(tx, before, o)
	indexToApprove(tx, before, o)
	if !had {
		PlaceIndex.Begin(tx)
		RequesterIndex.Begin(tx)
		OwnIndex.Begin(tx)
	}
	record.PutEntries(tx, PlacesOf(before), PlacesOf(*o))
	record.PutEntries(tx, PlaceOfRequester(before), PlaceOfRequester(*o))
	record.PutEntries(tx, OwnEntries(before), OwnEntries(*o))
	return indexLive(tx, before, o)
}

// Orders lists orders, the newest first (see ordersBy): anybody's own, and for those who may look those of others at
// their locations.
func (s *Service) Orders(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	f provision.Filter) ([]provision.Order, error) {
	var acc provision.Access
	own := f.Requester == by.ID || f.Person == by.ID
	if !own {
		var err error
		if acc, err = s.access.Permit(ctx, "list orders", tenant, by, provision.Look); err != nil {
			return nil, err
		}
	}
	var found []provision.Order
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		found = nil
		for o, err := range s.OrdersBy(tx, tenant, f) {
			if err != nil {
				return err
			}
			if !wanted(f, o) || !own && !acc.Sees(o) {
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

// wanted reports whether an order is one of those that are asked for, as far as its state says.
func wanted(f provision.Filter, o provision.Order) bool {
	if f.Drafts {
		return o.State == provision.Draft
	}
	return !f.Open || !o.State.Over()
}

// OrdersBy yields the orders of a filter: those of a requester by when they were begun, those for a person as lastFirst
// sorts them. Others may be among them that the filter does not want.
func (s *Service) OrdersBy(tx provision.Tx, tenant provision.TenantID,
	f provision.Filter) iter.Seq2[provision.Order, error] {
	if f.Person != "" {
		return s.ordersFor(tx, tenant, f)
	}
	keys := keysOf(tx.Scan(record.TableByRequester, record.Key(tenant, string(f.Requester), ""), ""))
	if (f.Open || f.Drafts) && RequesterIndex.Whole(tx) {
		keys = notOver(tx, tenant, f)
	}
	return func(yield func(provision.Order, error) bool) {
		for k := range keys {
			o, err := s.OrderIn(tx, tenant, lastOf(k))
			if !yield(o, err) || err != nil {
				return
			}
		}
	}
}

func (s *Service) ordersFor(tx provision.Tx, tenant provision.TenantID,
	f provision.Filter) iter.Seq2[provision.Order, error] {
	return func(yield func(provision.Order, error) bool) {
		var all []provision.Order
		for k := range tx.Scan(record.TableByPerson, record.Key(tenant, string(f.Person), ""), "") {
			if passedOver(tx, tenant, f, lastOf(k)) {
				continue
			}
			o, err := s.OrderIn(tx, tenant, lastOf(k))
			if err != nil {
				yield(o, err)
				return
			}
			if f.Sent && cameToNothing(o.State) {
				continue
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
func lastOf(k string) provision.OrderID {
	return provision.OrderID(k[strings.LastIndexByte(k, '/')+1:])
}

// DraftOf is the requester's newest draft.
func (s *Service) DraftOf(ctx context.Context, tenant provision.TenantID,
	user provision.UserID) (provision.Order, bool, error) {
	found, err := s.Orders(ctx, tenant, provision.Actor{ID: user},
		provision.Filter{Requester: user, Drafts: true, Limit: 1})
	if err != nil || len(found) == 0 {
		return provision.Order{}, false, err
	}
	return found[0], true, nil
}

// Sheet reads an order with everything that its card shows.
func (s *Service) Sheet(ctx context.Context, tenant provision.TenantID, id provision.OrderID) (provision.Sheet, error) {
	var sheet provision.Sheet
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		o, err := s.OrderIn(tx, tenant, id)
		if err != nil {
			return err
		}
		sheet, err = s.SheetOf(tx, o)
		return err
	})
	return sheet, err
}

// SheetOf is what a card is given to show of an order.
func (s *Service) SheetOf(tx provision.Tx, o provision.Order) (sheet provision.Sheet, err error) {
	sheet = provision.Sheet{Order: o, Now: s.Now()}
	if err := s.before(tx, o, &sheet); err != nil {
		return sheet, err
	}
	if o.Undoes != "" {
		if sheet.Undone, err = s.OrderIn(tx, o.Tenant, o.Undoes); err != nil {
			return sheet, err
		}
	}
	if o.Location != "" {
		sheet.Location, err = s.stock.LocationIn(tx, o.Tenant, o.Location)
		if err != nil && (provision.KindOf(err) != provision.NotFound || o.State == provision.Draft) {
			return sheet, err
		}
	}
	if o.Plan != "" { // of an order that is over, plan and location may have been removed since
		sheet.Plan, err = s.stock.PlanIn(tx, o.Tenant, o.Plan)
		if err != nil && (provision.KindOf(err) != provision.NotFound || o.State == provision.Draft) {
			return sheet, err
		}
	}
	if o.Location != "" && !o.State.Over() && !o.Kind.Ends() {
		if sheet.Usual, err = span.In(tx, o.Tenant, o.Location); err != nil {
			return sheet, err
		}
	}
	if o.State != provision.Draft {
		return sheet, nil
	}
	err = s.choices(tx, &sheet)
	return sheet, err
}

// review reads what the review of a draft shows besides the order.
func (s *Service) review(tx provision.Tx, sheet *provision.Sheet) error {
	o := sheet.Order
	c, err := access.AccessPolicyIn(tx, o.Tenant)
	if err != nil {
		return err
	}
	sheet.Rule = c.Rule(*sheet)
	sheet.Instead = slices.ContainsFunc(slices.Concat(sheet.Location.Fallback, c.Fallback),
		func(id provision.UserID) bool { return !o.Excludes(id) })
	p := o.Proposed
	if p.Number == "" {
		return nil
	}
	n, err := stock.Number(tx, o.Tenant, p.Number)
	if err != nil {
		return provision.IgnoreNotFound(err) // saving it says so, and proposes another one
	}
	sheet.Proposed = provision.Suggestion{Number: n, Merit: p.Merit, Digits: p.Digits}
	return nil
}

// before reads what the person had. A plan or location that is not there any more is left out.
func (s *Service) before(tx provision.Tx, o provision.Order, sheet *provision.Sheet) (err error) {
	if o.Had.Plan != "" {
		if sheet.HadPlan, err = s.stock.PlanIn(tx, o.Tenant, o.Had.Plan); provision.IgnoreNotFound(err) != nil {
			return err
		}
	}
	if o.Had.Location != "" {
		if sheet.HadAt, err = s.stock.LocationIn(tx, o.Tenant, o.Had.Location); provision.IgnoreNotFound(err) != nil {
			return err
		}
	}
	return nil
}

// States counts the orders by state, over all tenants.
func (s *Service) States(ctx context.Context) (map[provision.OrderState]int, error) {
	counts := make(map[provision.OrderState]int)
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		for _, state := range []provision.OrderState{provision.Draft, provision.Pending, provision.Approved,
			provision.Running, provision.Waiting, provision.Done, provision.Rejected, provision.Cancelled,
			provision.Expired, provision.Failed, provision.Parked} {
			counts[state] = record.Count(tx, record.TableStates, string(state))
		}
		return nil
	})
	return counts, err
}

// Update is one transaction that changes an order and returns its sheet.
func (s *Service) Update(ctx context.Context, tenant provision.TenantID, id provision.OrderID,
	change func(provision.Tx, *provision.Order) error) (provision.Sheet, error) {
	var sheet provision.Sheet
	err := s.Store.Update(ctx, func(tx provision.Tx) error {
		o, err := s.OrderIn(tx, tenant, id)
		if err != nil {
			return err
		}
		if err := change(tx, &o); err != nil {
			return err
		}
		sheet, err = s.SheetOf(tx, o)
		return err
	})
	return sheet, err
}
