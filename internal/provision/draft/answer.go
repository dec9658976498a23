package draft

import (
	"context"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/order"
	"calltab/internal/provision/people"
	"calltab/internal/provision/stock"
)

// Answer puts an answer into a draft and returns the next form. An answer to an earlier revision, or to an order that
// is no draft any more, changes nothing: the sheet comes back as it is now, with a notice.
func (s *Service) Answer(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID,
	rev int, a provision.Answer) (provision.Sheet, error) {
	if err := s.stock.Compared(ctx, tenant); err != nil {
		return provision.Sheet{}, err
	}
	mine, acc, err := s.mineToday(ctx, tenant, by, id)
	if err != nil {
		return provision.Sheet{}, err
	}
	if stale(mine, rev) || misfit(mine, a) {
		return s.asItIs(ctx, mine)
	}
	var got people.Found
	if who := asks(mine, a); who != "" {
		got, err = s.lookup.LookFor(ctx, mine, who, !mine.Kind.Gives(), provision.LookupTime)
		if said, ok := provision.SayOf(err); ok && a.Person != nil && !provision.Slow(err) &&
			provision.KindOf(err) != provision.Denied {
			sheet, err := s.order.Sheet(ctx, tenant, id)
			sheet.Order.Notice = said
			return sheet, err
		}
		if err != nil && !provision.Slow(err) {
			return provision.Sheet{}, err
		}
	}
	waiting := err != nil
	return s.order.Update(ctx, tenant, id, func(tx provision.Tx, o *provision.Order) error {
		if stale(*o, rev) {
			o.Notice = provision.Say("card-was-old")
			return nil
		}
		o.Notice = provision.Message{}
		if err := o.RequestedWith(acc); err != nil {
			return err
		}
		if err := s.limits.UseForm(tx, tenant, by.ID, acc); err != nil {
			return err
		}
		if waiting {
			o.Query, o.Form = asks(*o, a), provision.FormLookup
			if a.Person != nil && strings.EqualFold(o.Person.UPN, o.Query) {
				o.Typed(o.Person.ID, *a.Person)
			}
			if err := s.Queue.Add(tx, provision.JobLookup, provision.JobKey(tenant, id), nil, s.Now()); err != nil {
				return err
			}
		} else {
			question := o.Form
			open := provision.Next(*o) == question
			if err := s.apply(tx, o, a, got); err != nil {
				return err
			}
			if open && o.Form != question && !a.Back && a.Another == "" {
				o.Asked++
			}
		}
		if err := o.InReach(); err != nil {
			return err
		}
		return s.order.Write(tx, o, provision.OrderChanged, by.ID, string(o.Form))
	})
}

// mineToday reads an order for its requester, with what they may do now: roles come and go while a form waits. What its
// card shows is not read: an answer changes it.
func (s *Service) mineToday(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	id provision.OrderID) (provision.Order, provision.Access, error) {
	mine, err := s.mine(ctx, tenant, by, id)
	if err != nil {
		return mine, provision.Access{}, err
	}
	acc, err := s.access.Access(ctx, tenant, by.ID)
	if err == nil {
		err = mine.RequestedWith(acc)
	}
	return mine, acc, err
}

// mine reads an order for its requester.
func (s *Service) mine(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	id provision.OrderID) (provision.Order, error) {
	var mine provision.Order
	err := s.Store.View(ctx, func(tx provision.Tx) (err error) {
		mine, err = s.order.OrderIn(tx, tenant, id)
		return err
	})
	if err == nil {
		err = order.Own(mine, by)
	}
	return mine, err
}

// asItIs is the sheet of an order whose card was answered too late, with a notice.
func (s *Service) asItIs(ctx context.Context, o provision.Order) (provision.Sheet, error) {
	sheet, err := s.order.Sheet(ctx, o.Tenant, o.ID)
	outdated(&sheet)
	return sheet, err
}

// stale reports an answer to a form that is not shown any more.
func stale(o provision.Order, rev int) bool { return o.Revision != rev || o.State != provision.Draft }

// outdated says on the sheet that an answer came from a card that is not shown any more, unless it already says what
// changed the card.
func outdated(sheet *provision.Sheet) {
	replaced := sheet.Order.State == provision.Cancelled && sheet.Order.Notice.ID == Replaced
	if sheet.Order.Notice.ID == "" || sheet.Order.State != provision.Draft && !replaced {
		sheet.Order.Notice = provision.Say("card-was-old")
	}
}

// misfit reports an answer to another question than the one that is asked, which no card of ours sends. Without this a
// made-up answer could lead a refused person to the review.
func misfit(o provision.Order, a provision.Answer) bool {
	if a.Another != "" {
		return !o.Offers(a.Another)
	}
	if a.Recheck && o.WithoutNumber() {
		return false // a location that had no free number may have some by now
	}
	var answers provision.Form
	switch {
	case a.Person != nil:
		answers = provision.FormPerson
	case a.Which != "":
		answers = provision.FormWhich
	case a.Recheck:
		answers = provision.FormRefused
	case a.Location != "":
		answers = provision.FormLocation
	case a.Plan != "":
		answers = provision.FormPlan
	case a.Number != "":
		answers = provision.FormNumber
	}
	if undoing := o.Undoes != ""; answers == o.Form || answers == "" && !(undoing && a.Back) {
		return false // what is taken back is settled: there is no form to go back to
	}
	return true
}

// asks is whom an answer makes Calltab look up.
func asks(o provision.Order, a provision.Answer) string {
	switch {
	case a.Person != nil:
		return strings.TrimSpace(a.Person.UPN)
	case a.Which != "":
		return string(a.Which)
	case a.Recheck && o.Person.ID != "":
		return string(o.Person.ID)
	}
	return ""
}

// apply changes the draft by one answer.
func (s *Service) apply(tx provision.Tx, o *provision.Order, a provision.Answer, got people.Found) error {
	switch {
	case a.Another != "":
		o.Form = a.Another
	case a.Back:
		o.Form = o.Back(o.Form)
		if o.Form == provision.FormReview { // what it proposes may be gone by now
			return s.proceed(tx, o, "")
		}
	case a.Person != nil:
		return s.applyPerson(tx, o, *a.Person, got)
	case a.Which != "":
		return s.meet(tx, o, got)
	case a.Recheck:
		return s.recheck(tx, o, got)
	case a.Location != "":
		return s.applyLocation(tx, o, a.Location)
	case a.Plan != "":
		if _, err := s.stock.PlanIn(tx, o.Tenant, a.Plan); err != nil {
			return err
		}
		if o.Kind == provision.ChangePlan && a.Plan == o.Had.Plan {
			o.Notice = provision.Say("plan-same")
			return nil
		}
		o.Plan, o.Proposed.Plan = a.Plan, false
		return s.proceed(tx, o, "")
	case a.Number != "":
		return s.applyNumber(tx, o, a.Number)
	default:
		o.Notice = provision.Say("choose-first")
	}
	return nil
}

// recheck looks again at what stood in the way: at the person, or at the free numbers of a location that had none.
func (s *Service) recheck(tx provision.Tx, o *provision.Order, got people.Found) error {
	refused := o.Form == provision.FormRefused
	if err := s.meet(tx, o, got); err != nil || refused || len(o.Reasons) > 0 {
		return err
	}
	sheet, err := s.order.SheetOf(tx, *o)
	if err == nil && sheet.LacksNumber() {
		o.Notice = provision.Say("no-free-numbers-still", "location", sheet.Location.Name)
	}
	return err
}

func (s *Service) applyPerson(tx provision.Tx, o *provision.Order, a provision.PersonAnswer,
	got people.Found) error {
	if !got.Asked {
		o.Notice = provision.Say("names-needed")
		return nil
	}
	typed := strings.TrimSpace(a.UPN)
	if len(got.People) == 1 && !strings.EqualFold(got.People[0].UPN, typed) &&
		!strings.EqualFold(got.People[0].Mail, typed) {
		o.Notice = provision.Say("upn-mismatch", "upn", got.People[0].UPN)
		return nil
	}
	if o.Undoes != "" && (len(got.People) != 1 || got.People[0].ID != o.Person.ID) {
		o.Notice = provision.Say("upn-mismatch", "upn", o.Person.UPN) // it is about nobody else
		return nil
	}
	o.Typed(got.People[0].ID, a)
	if err := s.meet(tx, o, got); err != nil {
		return err
	}
	if o.Form == provision.FormRefused || o.Form == provision.FormWhich {
		return nil
	}
	if o.Form == provision.FormPerson {
		o.Notice = provision.Say("names-needed")
	}
	return nil
}

func (s *Service) applyLocation(tx provision.Tx, o *provision.Order, id provision.LocationID) error {
	if _, err := s.stock.LocationIn(tx, o.Tenant, id); err != nil {
		return err
	}
	if o.Kind == provision.Move && id == o.Had.Location {
		o.Notice = provision.Say("location-same")
		return nil
	}
	was := o.Location
	o.Location = id
	if bad := s.order.CountryMismatch(tx, o); bad.ID != "" {
		o.Location, o.Notice = was, bad
		return nil
	}
	if was != id {
		if err := s.order.Drop(tx, o); err != nil {
			return err
		}
	}
	o.Proposed.Location = ""
	return s.proceed(tx, o, "")
}

func (s *Service) applyNumber(tx provision.Tx, o *provision.Order, n provision.E164) error {
	v, err := stock.Number(tx, o.Tenant, n)
	if err == nil && v.Location != o.Location {
		o.Notice, err = s.notHere(tx, o, n)
		return err
	}
	if err == nil {
		err = s.take(tx, o, n)
	}
	if k := provision.KindOf(err); err != nil && (k == provision.Conflict || k == provision.NotFound) {
		o.Notice, _ = provision.SayOf(err)
		return nil
	}
	if err != nil {
		return err
	}
	return s.proceed(tx, o, "")
}
