package order

import (
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/stock"
)

// An order that is done can be taken back, days later, by an order of its own: one of an existing kind, whose draft
// stands at the review at once, with what was before. It is saved, worked off, watched and undone like any other, and
// can be taken back itself. Where the world has moved on, the draft stands at FormRefused and names why.

// The rules that stand against taking an order back.
const (
	UndoOvertaken provision.Rule = "undo-overtaken" // a newer order changed the phone
	// the phone is not as the order left it, and no order says why
	UndoDiffers       provision.Rule = "undo-differs"
	UndoNumberUsed    provision.Rule = "undo-number-used"    // another person has the number, or had it since
	UndoNumberKept    provision.Rule = "undo-number-kept"    // it is reserved for another person
	UndoNumberBlocked provision.Rule = "undo-number-blocked" // nobody may have it
	UndoNumberGone    provision.Rule = "undo-number-gone"    // the location does not have it any more
	UndoLocationGone  provision.Rule = "undo-location-gone"
	UndoPlanGone      provision.Rule = "undo-plan-gone"
	// the person had another policy than their plan sets, which would set its own again
	UndoPolicy provision.Rule = "undo-policy"
)

// WishBack fills in whom a draft is about that takes an order back.
func (s *Service) WishBack(tx provision.Tx, o *provision.Order) error {
	old, err := s.OrderIn(tx, o.Tenant, o.Undoes)
	if err != nil {
		return err
	}
	o.Person = old.Person
	o.GivenName = old.GivenName
	o.Surname = old.Surname
	return old.WhyNotUndoable()
}

// AgainstUndo is everything that stands against a draft that takes an order back.
func (s *Service) AgainstUndo(tx provision.Tx, o *provision.Order,
	st provision.PersonFacts) ([]provision.Reason, error) {
	reasons, err := s.AgainstKind(tx, o, st)
	if err != nil {
		return nil, err
	}
	old, err := s.OrderIn(tx, o.Tenant, o.Undoes)
	if err != nil {
		return nil, err
	}
	o.Aim(old)
	more, err := s.movedOn(tx, o, old)
	if v := st.Voice; len(more) == 0 && old.Kind.Gives() && len(v.Numbers) > 0 &&
		!slices.Contains(v.Numbers, old.Number) {
		// an admin gave them another number in Microsoft 365, and they would keep it
		more = []provision.Reason{{Rule: UndoDiffers}}
	}
	// which is why the phone is there, or not
	if len(more) > 0 && (more[0].Rule == UndoOvertaken || more[0].Rule == UndoDiffers) {
		reasons = slices.DeleteFunc(reasons, func(r provision.Reason) bool {
			return r.Rule == provision.NoPhone || r.Rule == provision.HasPhone
		})
	}
	return append(more, reasons...), err
}

// StillUndoes checks a draft once more when it is saved. Where something stands against it by now, it is refused.
func (s *Service) StillUndoes(tx provision.Tx, o *provision.Order) (bool, error) {
	old, err := s.OrderIn(tx, o.Tenant, o.Undoes)
	if err != nil {
		return false, err
	}
	reasons, err := s.movedOn(tx, o, old)
	if err != nil {
		return false, err
	}
	if len(reasons) == 0 { // the phone is what it was; that orders came and went in between, only their names tell
		o.Had, _, err = s.roster.SubscriberIn(tx, o.Tenant, o.Person.ID)
		return err == nil, err
	}
	if err := s.Drop(tx, o); err != nil {
		return false, err
	}
	o.Form, o.Reasons = provision.FormRefused, reasons
	return false, s.Write(tx, o, provision.OrderChanged, o.Requester.ID, string(o.Form))
}

// movedOn is what has happened since to the phone, and to what the person had before. What is gone the draft does not
// name any more.
func (s *Service) movedOn(tx provision.Tx, o *provision.Order, old provision.Order) ([]provision.Reason, error) {
	var e provision.Eligibility
	newer, err := s.newer(tx, old)
	if err != nil {
		return nil, err
	}
	sub, _, err := s.roster.SubscriberIn(tx, o.Tenant, o.Person.ID)
	if err != nil {
		return nil, err
	}
	as := sub.Number == old.Number && sub.Plan == old.Plan && sub.Location == old.Location
	if old.Kind.Ends() {
		as = sub.Number == ""
	}
	e.No(newer != "", UndoOvertaken, "order", string(newer))
	e.No(newer == "" && !as, UndoDiffers)
	loc, plan := o.Location, o.Plan
	if _, err = s.stock.LocationIn(tx, o.Tenant, loc); err != nil && loc != "" {
		e.No(true, UndoLocationGone, "location", string(loc))
		o.Location = ""
	}
	if provision.IgnoreNotFound(err) == nil && plan != "" {
		var p provision.Plan
		if p, err = s.stock.PlanIn(tx, o.Tenant, plan); err != nil {
			e.No(true, UndoPlanGone, "plan", string(plan))
			o.Plan = ""
		}
		for _, sets := range p.Policies() {
			i := slices.IndexFunc(old.Before, func(b provision.OldPolicy) bool {
				return b.Beside && b.Type == sets.Type && !strings.EqualFold(b.Name, sets.Name)
			})
			if i >= 0 && !o.Kind.Ends() {
				e.No(true, UndoPolicy, "policy", old.Before[i].Name, "plan", p.Name, "sets", sets.Name)
			}
		}
	}
	if provision.IgnoreNotFound(err) != nil || !o.Kind.Asks(provision.FormNumber) || o.Location == "" {
		return e.Reasons, provision.IgnoreNotFound(err)
	}
	if bad := s.CountryMismatch(tx, o); bad.ID != "" && o.Kind.Asks(provision.FormLocation) {
		e.Reasons = append(e.Reasons, provision.Reason{Rule: provision.OtherCountry, Args: bad.Args})
	}
	err = s.numberBack(tx, o, old.Had.Number, &e)
	return e.Reasons, err
}

// numberBack is what stands against giving a number back.
func (s *Service) numberBack(tx provision.Tx, o *provision.Order, n provision.E164, e *provision.Eligibility) error {
	v, err := stock.Number(tx, o.Tenant, n)
	if provision.IgnoreNotFound(err) != nil {
		return err
	}
	rule := UndoNumberUsed
	another, failed := s.HadByAnother(tx, o.Tenant, v, o.Person.ID)
	switch {
	case failed != nil:
		return failed
	case err != nil, v.Location != o.Location:
		rule = UndoNumberGone
	case v.State == provision.Blocked:
		rule = UndoNumberBlocked
	case v.State == provision.Reserved && v.User != o.Person.ID:
		rule = UndoNumberKept
	case v.State == provision.Free && !another, v.State == provision.Held && v.Order == o.ID, o.Wakes(v),
		v.ReservedFor(o.Person.ID):
		return nil
	case v.State == provision.Assigned && v.User == o.Person.ID: // that the phone differs stands against it
		return nil
	}
	e.No(true, rule, "number", string(n))
	return nil
}

// HadByAnother reports a free number that another person was the last to have, and that came back to the stock without
// a cooling period. After one, or once an admin has freed it, it is for anybody.
func (s *Service) HadByAnother(tx provision.Tx, tenant provision.TenantID, v provision.Number,
	user provision.UserID) (bool, error) {
	if v.State != provision.Free || v.Rested.IsZero() {
		return false, nil
	}
	for seq := range audit.LinksUnder(tx, tenant, audit.ByNumber, string(v.E164), 0) {
		e, err := audit.Link(tx, tenant, seq)
		if err != nil {
			return false, err
		}
		switch {
		case e.Number != v.E164: // it changed this number beside its own
		case e.Event == provision.NumberFreed, e.Event == provision.NumberUnblocked:
			return false, nil
		case e.Event == provision.NumberReleased && e.User != "":
			return e.User != user, nil
		}
	}
	return false, nil
}

// newer is the order that changed a person's phone after another one did, empty for none. An order that was taken back,
// and the one that took it back, changed nothing between them.
func (s *Service) newer(tx provision.Tx, old provision.Order) (provision.OrderID, error) {
	all, err := s.doneFor(tx, old.Tenant, old.Person.ID)
	at := func(id provision.OrderID) int {
		return slices.IndexFunc(all, func(o provision.Order) bool { return o.ID == id })
	}
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
func (s *Service) doneFor(tx provision.Tx, tenant provision.TenantID,
	user provision.UserID) ([]provision.Order, error) {
	var all []provision.Order
	for o, err := range s.OrdersBy(tx, tenant, provision.Filter{Person: user}) {
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
	return LastSaved(all), nil
}

// LastSaved are those of a person's orders that are done and changed something, the newest first: only one is at work
// at a time, so that is the one that was saved last.
func LastSaved(all []provision.Order) []provision.Order {
	done := slices.DeleteFunc(slices.Clone(all), func(o provision.Order) bool {
		return o.State != provision.Done || o.NoChange
	})
	slices.SortStableFunc(done, func(a, b provision.Order) int { return b.Submitted.Compare(a.Submitted) })
	return done
}

// markUndone notes on an order that another one has taken it back, once that is so: a person may have closed that one
// as it stood.
func (s *Service) markUndone(tx provision.Tx, o provision.Order) error {
	if o.State != provision.Done || o.Undoes == "" {
		return nil
	}
	old, err := s.OrderIn(tx, o.Tenant, o.Undoes)
	if err != nil || old.UndoneBy != "" {
		return err
	}
	sub, _, err := s.roster.SubscriberIn(tx, o.Tenant, o.Person.ID)
	taken := sub.Number == o.Number && sub.Plan == o.Plan
	if o.Kind.Ends() {
		taken = sub.Number == ""
	}
	if err != nil || !taken {
		return err
	}
	old.UndoneBy = o.ID
	return s.Write(tx, &old, provision.OrderProgress, "", "")
}
