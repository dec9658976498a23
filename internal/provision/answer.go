package provision

import (
	"context"
	"strings"
)

// Answer is what a form sends back. Exactly one field is set.
type Answer struct {
	Person   *PersonAnswer // FormPerson
	Which    UserID        // FormWhich
	Location LocationID    // FormLocation
	Plan     PlanID        // FormPlan
	Number   E164          // FormNumber
	Back     bool          // to the form before
	Recheck  bool          // FormRefused: look again
}

// PersonAnswer is the person form as filled in.
type PersonAnswer struct{ UPN, GivenName, Surname string }

// Answer puts an answer into a draft and returns the next form. An answer to an earlier revision, or to an order that is
// no draft any more, changes nothing: the sheet comes back as it is now, with a notice.
func (s *Service) Answer(ctx context.Context, tenant TenantID, by Actor, id OrderID, rev int, a Answer) (Sheet, error) {
	if err := s.compared(ctx, tenant); err != nil {
		return Sheet{}, err
	}
	sheet, acc, err := s.mineToday(ctx, tenant, by, id)
	if err != nil || stale(&sheet, rev) || misfit(&sheet, a) {
		return sheet, err
	}
	var got sighting
	if who := asks(sheet.Order, a); who != "" {
		got, err = s.lookFor(ctx, sheet.Order, who, !sheet.Order.Kind.Gives(), lookupTime)
		if said, ok := SayOf(err); ok && a.Person != nil && !slow(err) && KindOf(err) != Denied {
			sheet.Order.Notice = said
			return sheet, nil
		}
		if err != nil && !slow(err) {
			return sheet, err
		}
	}
	waiting := err != nil
	return s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		if o.Revision != rev || o.State != Draft {
			o.Notice = Say("card-was-old")
			return nil
		}
		o.Notice = Message{}
		if err := o.requestedWith(acc); err != nil {
			return err
		}
		if err := s.useForm(tx, tenant, by.ID, acc); err != nil {
			return err
		}
		if waiting {
			o.Query, o.Form = asks(*o, a), FormLookup
			if a.Person != nil && strings.EqualFold(o.Person.UPN, o.Query) {
				o.typed(o.Person.ID, *a.Person)
			}
			if err := s.Queue.Add(tx, JobLookup, JobKey(tenant, id), nil, s.Now()); err != nil {
				return err
			}
		} else {
			if err := s.apply(tx, o, a, got); err != nil {
				return err
			}
			if err := s.pick(tx, o); err != nil {
				return err
			}
		}
		if err := o.inReach(); err != nil {
			return err
		}
		return s.Write(tx, o, OrderChanged, by.ID, string(o.Form))
	})
}

// mine reads an order for its requester.
func (s *Service) mine(ctx context.Context, tenant TenantID, by Actor, id OrderID) (Sheet, error) {
	sheet, err := s.Sheet(ctx, tenant, id)
	if err == nil && sheet.Order.Requester.ID != by.ID {
		return Sheet{}, &Error{Op: "answer form", Kind: Denied, Say: Say("not-your-order")}
	}
	return sheet, err
}

// mineToday reads an order for its requester, with what they may do now: roles come and go while a form waits.
func (s *Service) mineToday(ctx context.Context, tenant TenantID, by Actor, id OrderID) (Sheet, Access, error) {
	sheet, err := s.mine(ctx, tenant, by, id)
	if err != nil {
		return sheet, Access{}, err
	}
	acc, err := s.Access(ctx, tenant, by.ID)
	if err == nil {
		err = sheet.Order.requestedWith(acc)
	}
	return sheet, acc, err
}

// stale reports an answer to a form that is not shown any more, and says so on the sheet.
func stale(sheet *Sheet, rev int) bool {
	if sheet.Order.Revision == rev && sheet.Order.State == Draft {
		return false
	}
	return outdated(sheet)
}

// outdated says on the sheet that an answer came from a card that is not shown any more, unless it already says what
// changed the card. It returns true.
func outdated(sheet *Sheet) bool {
	if sheet.Order.Notice.ID == "" || sheet.Order.State != Draft {
		sheet.Order.Notice = Say("card-was-old")
	}
	return true
}

// misfit reports an answer to another question than the one that is asked, which no card of ours sends. Without this a
// made-up answer could lead a refused person to the review.
func misfit(sheet *Sheet, a Answer) bool {
	var answers Form
	switch {
	case a.Person != nil:
		answers = FormPerson
	case a.Which != "":
		answers = FormWhich
	case a.Recheck:
		answers = FormRefused
	case a.Location != "":
		answers = FormLocation
	case a.Plan != "":
		answers = FormPlan
	case a.Number != "":
		answers = FormNumber
	}
	if undoing := sheet.Order.Undoes != ""; answers == sheet.Order.Form || answers == "" && !(undoing && a.Back) {
		return false // what is taken back is settled: there is no form to go back to
	}
	return outdated(sheet)
}

// asks is whom an answer makes Calltab look up.
func asks(o Order, a Answer) string {
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
func (s *Service) apply(tx Tx, o *Order, a Answer, got sighting) error {
	switch {
	case a.Back:
		o.Form = o.back(o.Form)
	case a.Person != nil:
		return s.applyPerson(tx, o, *a.Person, got)
	case a.Which != "", a.Recheck:
		return s.meet(tx, o, got)
	case a.Location != "":
		return s.applyLocation(tx, o, a.Location)
	case a.Plan != "":
		if _, err := s.PlanIn(tx, o.Tenant, a.Plan); err != nil {
			return err
		}
		if o.Kind == ChangePlan && a.Plan == o.Had.Plan {
			o.Notice = Say("plan-same")
			return nil
		}
		o.Plan = a.Plan
		o.Form = next(*o)
	case a.Number != "":
		return s.applyNumber(tx, o, a.Number)
	default:
		o.Notice = Say("choose-first")
	}
	return nil
}

func (s *Service) applyPerson(tx Tx, o *Order, a PersonAnswer, got sighting) error {
	if !got.asked {
		o.Notice = Say("names-needed")
		return nil
	}
	typed := strings.TrimSpace(a.UPN)
	if len(got.people) == 1 && !strings.EqualFold(got.people[0].UPN, typed) && !strings.EqualFold(got.people[0].Mail, typed) {
		o.Notice = Say("upn-mismatch", "upn", got.people[0].UPN)
		return nil
	}
	if o.Undoes != "" && (len(got.people) != 1 || got.people[0].ID != o.Person.ID) {
		o.Notice = Say("upn-mismatch", "upn", o.Person.UPN) // it is about nobody else
		return nil
	}
	o.typed(got.people[0].ID, a)
	if err := s.meet(tx, o, got); err != nil {
		return err
	}
	if o.Form == FormRefused || o.Form == FormWhich {
		return nil
	}
	if o.Form = next(*o); o.Form == FormPerson {
		o.Notice = Say("names-needed")
	}
	return nil
}

// typed takes the names of the form. Where the form was filled in for somebody else, they are that person's: Microsoft 365
// names the new one.
func (o *Order) typed(who UserID, a PersonAnswer) {
	if o.Person.ID != "" && o.Person.ID != who {
		return
	}
	if given := strings.TrimSpace(a.GivenName); given != "" {
		o.GivenName = given
	}
	if surname := strings.TrimSpace(a.Surname); surname != "" {
		o.Surname = surname
	}
}

func (s *Service) applyLocation(tx Tx, o *Order, id LocationID) error {
	if _, err := s.LocationIn(tx, o.Tenant, id); err != nil {
		return err
	}
	if o.Kind == Move && id == o.Had.Location {
		o.Notice = Say("location-same")
		return nil
	}
	was := o.Location
	o.Location = id
	if bad := s.countryMismatch(tx, o); bad.ID != "" {
		o.Location, o.Notice = was, bad
		return nil
	}
	if was != id {
		if err := s.drop(tx, o); err != nil {
			return err
		}
	}
	o.Form = o.after(FormLocation) // who went back walks forward again
	if was == "" {
		o.Form = next(*o)
	}
	return nil
}

func (s *Service) applyNumber(tx Tx, o *Order, n E164) error {
	v, err := number(tx, o.Tenant, n)
	if err == nil && v.Location != o.Location {
		err = notFound("hold number", "number-not-here", "number", string(n))
	}
	if err == nil {
		err = s.take(tx, o, n)
	}
	if k := KindOf(err); err != nil && (k == Conflict || k == NotFound) {
		o.Notice, _ = SayOf(err)
		return nil
	}
	if err != nil {
		return err
	}
	o.Form = next(*o)
	return nil
}

// countryMismatch checks the person's usage location against the site's country: Microsoft asks that they agree
// (learn.microsoft.com/microsoftteams/assign-change-or-remove-a-phone-number-for-a-user).
func (s *Service) countryMismatch(tx Tx, o *Order) Message {
	loc, err := s.LocationIn(tx, o.Tenant, o.Location)
	if err != nil || o.Person.UsageLocation == "" || strings.EqualFold(o.Person.UsageLocation, loc.Country) {
		return Message{}
	}
	return Say("country-mismatch", "usage", o.Person.UsageLocation, "country", loc.Country, "location", loc.Name)
}
