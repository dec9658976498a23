package lookup

import (
	"context"
	"slices"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/order"
	"calltab/internal/provision/people"
	"calltab/internal/provision/record"
	"calltab/internal/provision/stock"
)

// historyCount is how many orders a finding shows.
const historyCount = 5

// Find looks people up; a number that nobody has yields a Finding without a Person. Nobody at all is NotFound, and
// Denied where all that is found belongs to locations that are not the asker's.
func (s *Service) Find(ctx context.Context, tenant provision.TenantID, by provision.Actor, q provision.Query,
	limit int) ([]provision.Finding, error) {
	const op = "find"
	acc, err := s.access.Permit(ctx, op, tenant, by, provision.Look)
	if err != nil {
		return nil, err
	}
	all, err := s.find(ctx, tenant, q, limit)
	if err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(slices.Clone(all), func(f provision.Finding) bool {
		return !acc.May(provision.Look, f.Location.ID)
	})
	if len(all) > 0 && len(found) == 0 {
		return nil, acc.Need(op, provision.Look, all[0].Location.ID)
	}
	for i := range found {
		at := found[i].Location.ID
		found[i].Refused = provision.Refusals{Operate: !acc.May(provision.Operate, at),
			Manage: !acc.May(provision.Manage, at)}
	}
	return found, nil
}

func (s *Service) find(ctx context.Context, tenant provision.TenantID, q provision.Query,
	limit int) ([]provision.Finding, error) {
	text := q.Text
	if q.User != "" {
		text = string(q.User)
	}
	if q.Number != "" {
		f, err := s.findNumber(ctx, tenant, q.Number)
		if err != nil || f.Number.State != provision.Assigned {
			return []provision.Finding{f}, err
		}
		text = string(f.Number.User)
	}
	got, err := s.meant(ctx, tenant, q, text)
	switch {
	case q.Number != "" && provision.KindOf(err) == provision.NotFound: // the account that has it is gone
		f, err := s.findNumber(ctx, tenant, q.Number)
		return []provision.Finding{f}, err
	case err != nil && (len(got.People) != 1 || !provision.Slow(err) && provision.KindOf(err) != provision.Denied):
		// of a person who was found the telephone service may keep silent: the records are Calltab's own
		return nil, err
	case len(got.People) == 0:
		return nil, provision.NewNotFound("look up person", "person-not-found", "person", text)
	}
	var found []provision.Finding
	for _, p := range got.People[:min(limit, len(got.People))] {
		f := provision.Finding{Person: p, Voice: got.Facts.Voice, VoiceKnown: len(got.People) == 1 && err == nil &&
			!p.Gone && !q.Known, Now: s.Now()}
		if err != nil && provision.KindOf(err) == provision.Denied {
			f.Unread, _ = provision.SayOf(err)
		}
		if err := s.Store.View(ctx, func(tx provision.Tx) error {
			return s.Know(tx, tenant, &f, got.Facts)
		}); err != nil {
			return nil, err
		}
		found = append(found, f)
	}
	return found, nil
}

// meant are the people whom the text of a query means. One who is gone may still have a phone.
func (s *Service) meant(ctx context.Context, tenant provision.TenantID, q provision.Query,
	text string) (people.Found, error) {
	o := provision.Order{Tenant: tenant, Kind: provision.Remove}
	if !q.Known {
		return s.LookFor(ctx, o, text, q.Whole, provision.LookupTime)
	}
	ctx, cancel := context.WithTimeout(ctx, provision.LookupTime)
	defer cancel()
	all, err := s.people.People(ctx, tenant, text, q.Whole)
	return s.orGone(ctx, o, text, people.Found{People: all, Asked: true}, err)
}

func (s *Service) findNumber(ctx context.Context, tenant provision.TenantID,
	n provision.E164) (f provision.Finding, err error) {
	f.Now = s.Now()
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		if f.Number, err = stock.Number(tx, tenant, n); err != nil {
			return err
		}
		f.Location, err = s.stock.LocationIn(tx, tenant, f.Number.Location)
		return err
	})
	return f, err
}

// Know fills in what the stores know of the person of a finding, and the rules, by what Microsoft said of them. The
// conditions are filled in where VoiceKnown says that Microsoft said everything.
func (s *Service) Know(tx provision.Tx, tenant provision.TenantID, f *provision.Finding,
	st provision.PersonFacts) error {
	if err := s.roster.Recall(tx, tenant, f.Person.ID, &st); err != nil {
		return err
	}
	sub := st.Subscriber
	f.Waiver = st.Waiver
	if sub.User != "" {
		if err := s.knowPhone(tx, tenant, f, sub, st); err != nil {
			return err
		}
	}
	for o, err := range s.order.OrdersBy(tx, tenant, provision.Filter{Person: f.Person.ID, Sent: true}) {
		if err != nil {
			return err
		}
		if f.History = append(f.History, o); len(f.History) == historyCount {
			break
		}
	}
	if len(f.History) > 0 {
		f.Order = f.History[0]
	}
	if st.Order = order.LiveOrder(tx, tenant, f.Person.ID); st.Order != "" {
		live, err := s.order.OrderIn(tx, tenant, st.Order)
		if err != nil {
			return err
		}
		f.Order = live
	}
	f.Listing = provision.Candidate(f.Person, st)
	st.Mine = append(st.Mine, sub.Number)
	f.Eligibility = provision.Eligible(f.Person, st)
	return nil
}

// knowPhone fills in what a subscriber has.
func (s *Service) knowPhone(tx provision.Tx, tenant provision.TenantID, f *provision.Finding, sub provision.Subscriber,
	st provision.PersonFacts) (err error) {
	f.Subscriber = sub
	f.Location, err = s.stock.LocationIn(tx, tenant, sub.Location)
	if sub.Location == "" { // an older program has lost it: repair sets it
		err = nil
	}
	if err != nil || sub.Number == "" {
		return err
	}
	if f.Number, err = stock.Number(tx, tenant, sub.Number); err != nil {
		return err
	}
	if f.Plan, err = s.stock.PlanIn(tx, tenant, sub.Plan); err != nil {
		return provision.IgnoreNotFound(err)
	}
	if f.VoiceKnown {
		now := provision.Order{Tenant: tenant, OrderWish: provision.OrderWish{Number: sub.Number}}
		f.Conditions = s.people.Readiness(f.Person, f.Voice, st.Assignment, now, f.Plan, s.Now())
	}
	return nil
}

// Answers is the error of reading of a person what an order for them is held against.
func (s *Service) Answers(ctx context.Context, tenant provision.TenantID, who provision.UserID,
	limit time.Duration) error {
	_, err := s.people.LookUp(ctx, tenant, string(who), true, limit, nil)
	return err
}

// LookFor finds the people whom the text means, for an order. A person who has a phone from here can lose it although
// the directory does not know them any more. whole is as for people. An employee finds themselves and who reports to
// them, and learns of nobody else.
func (s *Service) LookFor(ctx context.Context, o provision.Order, text string, whole bool,
	limit time.Duration) (people.Found, error) {
	if o.Role() == provision.RoleEmployee {
		got, err := s.people.LookUp(ctx, o.Tenant, text, whole, limit, s.order.Team(o))
		if err != nil && provision.KindOf(err) == provision.NotFound {
			err = order.NotYourTeam
		}
		got.Team = true
		return got, err
	}
	got, err := s.people.LookUp(ctx, o.Tenant, text, whole, limit, nil)
	if err == nil && len(got.People) == 1 && len(o.Within) > 0 && o.Kind.Gives() {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		got.Team, err = s.order.InTeam(ctx, o, got.People[0].ID)
		return got, err
	}
	return s.orGone(ctx, o, text, got, err)
}

// orGone is what was found for an order, or where it takes a phone away and the directory has nobody, who is gone.
func (s *Service) orGone(ctx context.Context, o provision.Order, text string, got people.Found,
	err error) (people.Found, error) {
	if err == nil || !o.Kind.Ends() || provision.KindOf(err) != provision.NotFound {
		return got, err
	}
	gone, found := s.gone(ctx, o.Tenant, text)
	if found != nil || len(gone) == 0 {
		return got, err
	}
	return people.Found{People: gone, Asked: true}, nil
}

// gone finds subscribers by object id, user name or full name in Calltab's own records. It reads them all until the
// index of subscribers is whole.
func (s *Service) gone(ctx context.Context, tenant provision.TenantID, text string) ([]provision.Person, error) {
	var found []provision.Person
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		found = nil
		if people.SubscriberIndex.Whole(tx) {
			for _, user := range people.Called(tx, tenant, text) {
				sub, _, err := s.roster.SubscriberIn(tx, tenant, user)
				if err != nil {
					return err
				}
				found = append(found, goneAs(sub))
			}
			return nil
		}
		for k, raw := range tx.Scan(record.TableSubscribers, record.Key(tenant, ""), "") {
			var sub provision.Subscriber
			if err := record.Decode(record.TableSubscribers, k, raw, &sub); err != nil {
				return err
			}
			if strings.EqualFold(text, string(sub.User)) || strings.EqualFold(text, sub.UPN) ||
				strings.EqualFold(text, sub.Name) {
				found = append(found, goneAs(sub))
			}
		}
		return nil
	})
	return found, err
}

// goneAs is a subscriber whom the directory does not have.
func goneAs(sub provision.Subscriber) provision.Person {
	return provision.Person{ID: sub.User, UPN: sub.UPN, DisplayName: sub.Name, Gone: true}
}
