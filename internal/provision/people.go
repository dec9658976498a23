package provision

import (
	"context"
	"slices"
	"time"
)

// historyCount is how many orders a finding shows.
const historyCount = 5

// Query says whom find looks for: a name or user name, a person, or a number.
type Query struct {
	Text   string
	Whole  bool // the text must name somebody in whole words: something is taken away from who is found
	User   UserID
	Number E164
}

// Finding is what Calltab knows of one person.
type Finding struct {
	Person      Person
	Voice       Voice
	VoiceKnown  bool    // false: the telephone service was not asked, or did not say everything
	Unread      Message // why not, where Calltab lacks a permission
	Number      Number
	Location    Location
	Plan        Plan        // zero: no phone from here
	Subscriber  Subscriber  // zero: Calltab does not look after them
	Conditions  []Condition // of their phone, as Microsoft shows them now; none where it is not known
	Order       Order       // the live one, else the one that was saved last; zero ID: none
	History     []Order     // the newest few, by when they were saved
	Eligibility Eligibility
	Listing     Eligibility // whether sync offers them: the rules for a number and for being imported
	Waiver      Waiver      // zero: a calling plan stands against them
	Refused     Refusals    // what of it would be refused to who asked
	Now         time.Time
}

// Find looks people up; a number that nobody has yields a Finding without a Person. Nobody at all is NotFound, and Denied where
// all that is found belongs to locations that are not the asker's.
func (s *Service) Find(ctx context.Context, tenant TenantID, by Actor, q Query, limit int) ([]Finding, error) {
	const op = "find"
	acc, err := s.permit(ctx, op, tenant, by, Look)
	if err != nil {
		return nil, err
	}
	all, err := s.find(ctx, tenant, q, limit)
	if err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(slices.Clone(all), func(f Finding) bool { return !acc.May(Look, f.Location.ID) })
	if len(all) > 0 && len(found) == 0 {
		return nil, acc.need(op, Look, all[0].Location.ID)
	}
	for i := range found {
		at := found[i].Location.ID
		found[i].Refused = Refusals{Operate: !acc.May(Operate, at), Manage: !acc.May(Manage, at)}
	}
	return found, nil
}

func (s *Service) find(ctx context.Context, tenant TenantID, q Query, limit int) ([]Finding, error) {
	text := q.Text
	if q.User != "" {
		text = string(q.User)
	}
	if q.Number != "" {
		f, err := s.findNumber(ctx, tenant, q.Number)
		if err != nil || f.Number.State != Assigned {
			return []Finding{f}, err
		}
		text = string(f.Number.User)
	}
	got, err := s.lookFor(ctx, Order{Tenant: tenant, Kind: Remove}, text, q.Whole, lookupTime) // whoever is gone may still have a phone
	switch {
	case q.Number != "" && KindOf(err) == NotFound: // the account of whoever has it is gone
		f, err := s.findNumber(ctx, tenant, q.Number)
		return []Finding{f}, err
	case err != nil && (len(got.people) != 1 || !slow(err) && KindOf(err) != Denied):
		return nil, err // of a person who was found the telephone service may keep silent: the records are Calltab's own
	case len(got.people) == 0:
		return nil, notFound("look up person", "person-not-found", "person", text)
	}
	var found []Finding
	for _, p := range got.people[:min(limit, len(got.people))] {
		f := Finding{Person: p, Voice: got.standing.Voice, VoiceKnown: len(got.people) == 1 && err == nil && !p.Gone, Now: s.Now()}
		if err != nil && KindOf(err) == Denied {
			f.Unread, _ = SayOf(err)
		}
		if err := s.Store.View(ctx, func(tx Tx) error { return s.know(tx, tenant, &f, got.standing) }); err != nil {
			return nil, err
		}
		found = append(found, f)
	}
	return found, nil
}

func (s *Service) findNumber(ctx context.Context, tenant TenantID, n E164) (f Finding, err error) {
	f.Now = s.Now()
	err = s.Store.View(ctx, func(tx Tx) error {
		if f.Number, err = number(tx, tenant, n); err != nil {
			return err
		}
		f.Location, err = s.LocationIn(tx, tenant, f.Number.Location)
		return err
	})
	return f, err
}

func (s *Service) know(tx Tx, tenant TenantID, f *Finding, st Standing) error {
	if err := s.Recall(tx, tenant, f.Person.ID, &st); err != nil {
		return err
	}
	sub := st.Subscriber
	if f.Waiver = st.Waiver; sub.User != "" {
		if err := s.knowPhone(tx, tenant, f, sub, st); err != nil {
			return err
		}
	}
	for o, err := range s.ordersBy(tx, tenant, Filter{Person: f.Person.ID}) {
		if err != nil {
			return err
		}
		if o.State == Draft || o.State == Rejected || o.State == Cancelled || o.State == Expired {
			continue
		}
		if f.History = append(f.History, o); len(f.History) == historyCount {
			break
		}
	}
	if len(f.History) > 0 {
		f.Order = f.History[0]
	}
	if st.Order = liveOrder(tx, tenant, f.Person.ID); st.Order != "" {
		live, err := s.OrderIn(tx, tenant, st.Order)
		if err != nil {
			return err
		}
		f.Order = live
	}
	f.Listing = Candidate(f.Person, st)
	st.Mine = append(st.Mine, sub.Number)
	f.Eligibility = Eligible(f.Person, st)
	return nil
}

// knowPhone fills in what a subscriber has.
func (s *Service) knowPhone(tx Tx, tenant TenantID, f *Finding, sub Subscriber, st Standing) (err error) {
	f.Subscriber = sub
	f.Location, err = s.LocationIn(tx, tenant, sub.Location)
	if sub.Location == "" { // an older program has lost it: repair sets it
		err = nil
	}
	if err != nil || sub.Number == "" {
		return err
	}
	if f.Number, err = number(tx, tenant, sub.Number); err != nil {
		return err
	}
	if f.Plan, err = s.PlanIn(tx, tenant, sub.Plan); err != nil {
		return ignoreNotFound(err)
	}
	if f.VoiceKnown {
		now := Order{Tenant: tenant, Number: sub.Number}
		f.Conditions = s.Readiness(f.Person, f.Voice, st.Assignment, now, f.Plan, s.Now())
	}
	return nil
}
