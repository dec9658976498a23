package provision

import (
	"context"
	"time"
)

// Subscriber is a person who has a phone from Calltab.
type Subscriber struct {
	User     UserID     `json:"user"`
	Location LocationID `json:"location"`
	Plan     PlanID     `json:"plan"`
	Number   E164       `json:"number"`
	Order    OrderID    `json:"order"` // the one that gave it
	Since    time.Time  `json:"since"`
}

// Query says whom find looks for: a name or user name, a person, or a number.
type Query struct {
	Text   string
	User   UserID
	Number E164
}

// Finding is what Calltab knows of one person.
type Finding struct {
	Person      Person
	Voice       Voice
	VoiceKnown  bool // false: the telephone service did not answer in time
	Number      Number
	Location    Location
	Order       Order // the newest; zero ID: none
	Eligibility Eligibility
}

// Find looks people up; a number that nobody has yields a Finding without a Person. Nobody at all is NotFound.
func (s *Service) Find(ctx context.Context, tenant TenantID, q Query, limit int) ([]Finding, error) {
	text := q.Text
	if q.User != "" {
		text = string(q.User)
	}
	if q.Number != "" {
		f, err := s.findNumber(ctx, tenant, q.Number)
		if err != nil || f.Number.User == "" {
			return []Finding{f}, err
		}
		text = string(f.Number.User)
	}
	got, err := s.look(ctx, tenant, text, lookupTime)
	switch {
	case q.Number != "" && KindOf(err) == NotFound: // the account of whoever has it is gone
		f, err := s.findNumber(ctx, tenant, q.Number)
		return []Finding{f}, err
	case err != nil && (len(got.people) != 1 || !slow(err)):
		return nil, err
	case len(got.people) == 0:
		return nil, notFound("look up person", "person-not-found", "person", text)
	}
	var found []Finding
	for _, p := range got.people[:min(limit, len(got.people))] {
		f := Finding{Person: p, Voice: got.standing.Voice, VoiceKnown: len(got.people) == 1 && err == nil}
		if err := s.Store.View(ctx, func(tx Tx) error { return s.know(tx, tenant, &f, got.standing) }); err != nil {
			return nil, err
		}
		found = append(found, f)
	}
	return found, nil
}

func (s *Service) findNumber(ctx context.Context, tenant TenantID, n E164) (f Finding, err error) {
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
	sub, ok, err := load[Subscriber](tx, tableSubscribers, key(tenant, string(f.Person.ID)))
	if err != nil {
		return err
	}
	if ok {
		if f.Number, err = number(tx, tenant, sub.Number); err != nil {
			return err
		}
		if f.Location, err = s.LocationIn(tx, tenant, sub.Location); err != nil {
			return err
		}
	}
	for o, err := range s.ordersBy(tx, tenant, Filter{Person: f.Person.ID}) {
		if err != nil {
			return err
		}
		if o.State != Draft && o.State != Cancelled && o.State != Expired {
			f.Order = o
			break
		}
	}
	st.Order = liveOrder(tx, tenant, f.Person.ID)
	f.Eligibility = Eligible(f.Person, st)
	return nil
}
