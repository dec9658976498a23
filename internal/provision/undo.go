package provision

import (
	"context"
	"slices"
	"strings"
)

// An order that is done can be taken back, days later, by an order of its own: one of an existing kind, whose draft stands at the
// review at once, with what was before. It is saved, worked off, watched and undone like any other, and can be taken back itself.
// Where the world has moved on, the draft stands at FormRefused and names why.

// The rules that stand against taking an order back.
const (
	UndoOvertaken     Rule = "undo-overtaken"      // a newer order changed the phone
	UndoDiffers       Rule = "undo-differs"        // the phone is not as the order left it, and no order says why
	UndoNumberUsed    Rule = "undo-number-used"    // somebody else has the number, or had it since
	UndoNumberBlocked Rule = "undo-number-blocked" // nobody may have it
	UndoNumberGone    Rule = "undo-number-gone"    // the location does not have it any more
	UndoLocationGone  Rule = "undo-location-gone"
	UndoPlanGone      Rule = "undo-plan-gone"
	UndoPolicy        Rule = "undo-policy" // the person had another policy than their plan sets, which would set its own again
)

// Undo begins an order that takes back what a done order did. Conflict says why there is nothing to take back: it was not done,
// was taken back already, changed nothing, or its person has left.
func (s *Service) Undo(ctx context.Context, tenant TenantID, by Actor, id OrderID) (Sheet, error) {
	var old Order
	err := s.Store.View(ctx, func(tx Tx) (err error) {
		old, err = s.OrderIn(tx, tenant, id)
		return err
	})
	if err == nil {
		err = s.maySee(ctx, by, old)
	}
	if err == nil {
		err = old.undoable()
	}
	if err != nil {
		return Sheet{}, err
	}
	sheet, err := s.Begin(ctx, Request{Tenant: tenant, Kind: old.opposite(), Requester: by, User: old.Person.ID, Undoes: id})
	if err != nil && KindOf(err) == NotFound {
		err = conflict("undo order", "undo-person-gone", "person", old.Person.Name())
	}
	return sheet, err
}

// UndoLast begins to take back the last order that changed a person's phone and still holds; Conflict where there is none.
func (s *Service) UndoLast(ctx context.Context, tenant TenantID, by Actor, user UserID) (Sheet, error) {
	all, err := s.Orders(ctx, tenant, by, Filter{Person: user})
	if err != nil {
		return Sheet{}, err
	}
	all = lastSaved(all)
	at := slices.IndexFunc(all, func(o Order) bool { return o.UndoneBy == "" })
	if at < 0 {
		return Sheet{}, conflict("undo order", "undo-nothing")
	}
	return s.Undo(ctx, tenant, by, all[at].ID)
}

// UndoOwnLast begins to take back the last order that the actor asked for and that can be taken back; Conflict where there is
// none.
func (s *Service) UndoOwnLast(ctx context.Context, tenant TenantID, by Actor) (Sheet, error) {
	all, err := s.Orders(ctx, tenant, by, Filter{Requester: by.ID})
	if err != nil {
		return Sheet{}, err
	}
	all = lastSaved(all)
	at := slices.IndexFunc(all, Order.Undoable)
	if at < 0 {
		return Sheet{}, conflict("undo order", "undo-nothing-own")
	}
	return s.Undo(ctx, tenant, by, all[at].ID)
}

// Undoable reports whether a card offers to take the order back; whether that can be done shows when it is begun.
func (o Order) Undoable() bool { return !o.Past && o.undoable() == nil }

// undoable says why an order is none that could ever be taken back.
func (o Order) undoable() error {
	id, why := string(o.ID), ""
	switch o.State {
	case Done:
	case Failed:
		why = "undo-order-failed"
	case Parked:
		why = "undo-order-parked"
	case Pending, Approved, Running, Waiting:
		why = "undo-order-running"
	default:
		why = "undo-order-never"
	}
	switch {
	case why != "":
		return conflict("undo order", why, "order", id)
	case o.NoChange:
		return conflict("undo order", "undo-no-change", "order", id)
	case o.UndoneBy != "":
		return conflict("undo order", "undo-already", "order", id, "by", string(o.UndoneBy))
	case o.Kind == Remove && o.Had.Number == "":
		return conflict("undo order", "undo-import", "person", o.Person.Name())
	case (o.Kind == ChangePlan || o.Kind.Ends()) && o.Had.Plan == "":
		return conflict("undo order", "undo-no-plan", "person", o.Person.Name())
	}
	return nil
}

// opposite is the kind of the order that takes this one back.
func (o Order) opposite() OrderKind {
	switch {
	case o.Kind.Gives() && o.Had.User != "":
		return Release
	case o.Kind.Gives():
		return Remove
	case o.Kind == Release:
		return Assign
	case o.Kind == Remove:
		return Add
	}
	return o.Kind
}

// begun is what the audit trail notes of a new draft.
func (o Order) begun() string {
	if o.Undoes == "" {
		return string(o.Form)
	}
	return string(o.Form) + " undoes " + string(o.Undoes)
}

// wishBack fills in whom a draft is about that takes an order back.
func (s *Service) wishBack(tx Tx, o *Order) error {
	old, err := s.OrderIn(tx, o.Tenant, o.Undoes)
	if err != nil {
		return err
	}
	o.Person, o.GivenName, o.Surname = old.Person, old.GivenName, old.Surname
	return old.undoable()
}

// aim has a draft ask for what was before the order that it takes back.
func (o *Order) aim(old Order) {
	switch had := old.Had; {
	case old.Kind == ChangePlan:
		o.Plan = had.Plan
	case old.Kind.Gives():
		if had.User != "" { // imported, and perhaps at another location
			o.Location = had.Location
		}
	default:
		if o.Location = had.Location; o.Number == "" {
			o.Wish = had.Number
		}
		if old.Kind.Ends() {
			o.Plan = had.Plan
		}
	}
}

// wakes reports whether an order may take a number out of its rest: to give it back to whoever had it last.
func (o Order) wakes(v Number) bool {
	return o.Undoes != "" && v.State == Cooling && v.User == o.Person.ID
}

// againstUndo is everything that stands against a draft that takes an order back.
func (s *Service) againstUndo(tx Tx, o *Order, st Standing) ([]Reason, error) {
	reasons, err := s.againstKind(tx, o, st)
	if err != nil {
		return nil, err
	}
	old, err := s.OrderIn(tx, o.Tenant, o.Undoes)
	if err != nil {
		return nil, err
	}
	o.aim(old)
	more, err := s.movedOn(tx, o, old)
	if v := st.Voice; len(more) == 0 && old.Kind.Gives() && len(v.Numbers) > 0 && !slices.Contains(v.Numbers, old.Number) {
		more = []Reason{{Rule: UndoDiffers}} // somebody gave them another number in Microsoft 365, and it would stay theirs
	}
	if len(more) > 0 && (more[0].Rule == UndoOvertaken || more[0].Rule == UndoDiffers) { // which is why the phone is there, or not
		reasons = slices.DeleteFunc(reasons, func(r Reason) bool { return r.Rule == NoPhone || r.Rule == HasPhone })
	}
	return append(more, reasons...), err
}

// stillUndoes checks a draft once more when it is saved. Where something stands against it by now, it is refused.
func (s *Service) stillUndoes(tx Tx, o *Order) (bool, error) {
	old, err := s.OrderIn(tx, o.Tenant, o.Undoes)
	if err != nil {
		return false, err
	}
	reasons, err := s.movedOn(tx, o, old)
	if err != nil {
		return false, err
	}
	if len(reasons) == 0 { // the phone is what it was; that orders came and went in between, only their names tell
		o.Had, _, err = s.SubscriberIn(tx, o.Tenant, o.Person.ID)
		return err == nil, err
	}
	if err := s.drop(tx, o); err != nil {
		return false, err
	}
	o.Form, o.Reasons = FormRefused, reasons
	return false, s.Write(tx, o, OrderChanged, o.Requester.ID, string(o.Form))
}

// movedOn is what has happened since to the phone, and to what the person had before. What is gone the draft does not name any more.
func (s *Service) movedOn(tx Tx, o *Order, old Order) ([]Reason, error) {
	var e Eligibility
	newer, err := s.newer(tx, old)
	if err != nil {
		return nil, err
	}
	sub, _, err := s.SubscriberIn(tx, o.Tenant, o.Person.ID)
	if err != nil {
		return nil, err
	}
	as := sub.Number == old.Number && sub.Plan == old.Plan && sub.Location == old.Location
	if old.Kind.Ends() {
		as = sub.Number == ""
	}
	e.no(newer != "", UndoOvertaken, "order", string(newer))
	e.no(newer == "" && !as, UndoDiffers)
	loc, plan := o.Location, o.Plan
	if _, err = s.LocationIn(tx, o.Tenant, loc); err != nil && loc != "" {
		e.no(true, UndoLocationGone, "location", string(loc))
		o.Location = ""
	}
	if ignoreNotFound(err) == nil && plan != "" {
		var p Plan
		if p, err = s.PlanIn(tx, o.Tenant, plan); err != nil {
			e.no(true, UndoPlanGone, "plan", string(plan))
			o.Plan = ""
		}
		for _, sets := range p.Policies() {
			i := slices.IndexFunc(old.Before, func(b OldPolicy) bool {
				return b.Beside && b.Type == sets.Type && !strings.EqualFold(b.Name, sets.Name)
			})
			if i >= 0 && !o.Kind.Ends() {
				e.no(true, UndoPolicy, "policy", old.Before[i].Name, "plan", p.Name, "sets", sets.Name)
			}
		}
	}
	if ignoreNotFound(err) != nil || !o.Kind.asks(FormNumber) || o.Location == "" {
		return e.Reasons, ignoreNotFound(err)
	}
	if bad := s.countryMismatch(tx, o); bad.ID != "" && o.Kind.asks(FormLocation) {
		e.Reasons = append(e.Reasons, Reason{Rule: OtherCountry, Args: bad.Args})
	}
	err = s.numberBack(tx, o, old.Had.Number, &e)
	return e.Reasons, err
}

// numberBack is what stands against giving a number back.
func (s *Service) numberBack(tx Tx, o *Order, n E164, e *Eligibility) error {
	v, err := number(tx, o.Tenant, n)
	if ignoreNotFound(err) != nil {
		return err
	}
	rule := UndoNumberUsed
	another, failed := s.hadByAnother(tx, o.Tenant, v, o.Person.ID)
	switch {
	case failed != nil:
		return failed
	case err != nil, v.Location != o.Location:
		rule = UndoNumberGone
	case v.State == Blocked:
		rule = UndoNumberBlocked
	case v.State == Free && !another, v.State == Held && v.Order == o.ID, o.wakes(v):
		return nil
	case v.State == Assigned && v.User == o.Person.ID: // that the phone differs stands against it
		return nil
	}
	e.no(true, rule, "number", string(n))
	return nil
}

// hadByAnother reports a free number that another person was the last to have, and that came back to the stock without a rest. After a
// rest, or once an admin has freed it, it is for anybody.
func (s *Service) hadByAnother(tx Tx, tenant TenantID, v Number, user UserID) (bool, error) {
	if v.State != Free || v.Rested.IsZero() {
		return false, nil
	}
	for _, seq := range slices.Backward(linksUnder(tx, tenant, byNumber, string(v.E164))) {
		e, err := link(tx, tenant, seq)
		if err != nil {
			return false, err
		}
		switch {
		case e.Event == NumberFreed, e.Event == NumberUnblocked:
			return false, nil
		case e.Event == NumberReleased && e.User != "":
			return e.User != user, nil
		}
	}
	return false, nil
}

// newer is the order that changed a person's phone after another one did, empty for none. An order that was taken back, and the
// one that took it back, changed nothing between them.
func (s *Service) newer(tx Tx, old Order) (OrderID, error) {
	all, err := s.doneFor(tx, old.Tenant, old.Person.ID)
	at := func(id OrderID) int { return slices.IndexFunc(all, func(o Order) bool { return o.ID == id }) }
	for i := 0; i < len(all); i++ {
		o := all[i]
		if o.ID == old.ID {
			return "", err
		}
		undone := at(o.Undoes)
		if undone < i || all[undone].UndoneBy != o.ID {
			return o.ID, err
		}
		i = undone
	}
	if len(all) > 0 {
		return all[0].ID, err // which took it back
	}
	return "", err
}

// doneFor are the done orders of a person that changed something, those that were saved last first.
func (s *Service) doneFor(tx Tx, tenant TenantID, user UserID) ([]Order, error) {
	var all []Order
	for o, err := range s.ordersBy(tx, tenant, Filter{Person: user}) {
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return lastSaved(all), nil
}

// lastSaved are those of a person's orders that are done and changed something, the newest first: only one is at work at a time, so
// that is the one that was saved last.
func lastSaved(all []Order) []Order {
	done := slices.DeleteFunc(slices.Clone(all), func(o Order) bool { return o.State != Done || o.NoChange })
	slices.SortStableFunc(done, func(a, b Order) int { return b.Submitted.Compare(a.Submitted) })
	return done
}

// markUndone notes on an order that another one has taken it back, once that is so: a person may have closed that one as it stood.
func (s *Service) markUndone(tx Tx, o Order) error {
	if o.State != Done || o.Undoes == "" {
		return nil
	}
	old, err := s.OrderIn(tx, o.Tenant, o.Undoes)
	if err != nil || old.UndoneBy != "" {
		return err
	}
	sub, _, err := s.SubscriberIn(tx, o.Tenant, o.Person.ID)
	taken := sub.Number == o.Number && sub.Plan == o.Plan
	if o.Kind.Ends() {
		taken = sub.Number == ""
	}
	if err != nil || !taken {
		return err
	}
	old.UndoneBy = o.ID
	return s.Write(tx, &old, OrderProgress, "", "")
}
