package rehearse

import (
	"context"
	"slices"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/fading"
	"calltab/internal/provision/order"
	"calltab/internal/provision/people"
	"calltab/internal/provision/stock"
)

// patience is how long a person is looked for.
const patience = 30 * time.Second

// Wish is whom a phone is tried out with. An empty location or plan is proposed, as in an order.
type Wish struct {
	Person   string // a user name, object id or name
	Location string // by id or name
	Plan     string // by id or name
}

// Offer is what would be done, or why it cannot be.
type Offer struct {
	Running  provision.OrderID       `json:"running,omitempty"` // there is a rehearsal for the person already
	Refusal  Refusal                 `json:"refusal,omitzero"`
	User     provision.UserID        `json:"user,omitempty"`
	Name     string                  `json:"name,omitempty"`
	UPN      string                  `json:"upn,omitempty"`
	Location provision.LocationID    `json:"location,omitempty"`
	Site     string                  `json:"site,omitempty"` // the location's name
	Plan     provision.PlanID        `json:"plan,omitempty"`
	PlanName string                  `json:"plan_name,omitempty"`
	Policies []provision.NamedPolicy `json:"policies,omitempty"` // that the plan sets
	Number   provision.E164          `json:"number,omitempty"`
	// how much longer the phone is waited for, as Microsoft may show policies of one that was taken back
	Later time.Duration `json:"later,omitempty"`
}

// Refusal is why a phone cannot be tried out. The zero value: it can.
type Refusal struct {
	Kind    RefusalKind        `json:"kind,omitempty"`
	Names   []string           `json:"names,omitempty"` // those that there are to choose from
	Reasons []provision.Reason `json:"reasons,omitempty"`
	Say     provision.Message  `json:"say,omitzero"`
}

// RefusalKind is what stands in the way.
type RefusalKind string

// The refusals.
const (
	SeveralPeople RefusalKind = "several-people" // go by the name: Names
	NotEligible   RefusalKind = "not-eligible"   // Reasons
	Nameless      RefusalKind = "nameless"       // Microsoft 365 has no first and last name for them
	WhichLocation RefusalKind = "which-location" // of Names; Say, where there is more to say
	NoLocation    RefusalKind = "no-location"    // there is none of the name: Names
	WhichPlan     RefusalKind = "which-plan"     // there is none of the name, or none at all: Names
	NoNumber      RefusalKind = "no-number"      // the location has no free one
	Moved         RefusalKind = "moved"          // what was offered is not to be had any more
	Said          RefusalKind = "said"           // Say
)

// Offer looks a person up, and says what would be done. It changes nothing.
func (s *Service) Offer(ctx context.Context, tenant provision.TenantID, w Wish) (Offer, error) {
	found, refusal, err := s.find(ctx, tenant, w)
	if err != nil || refusal.Kind != "" {
		return Offer{Refusal: refusal}, err
	}
	var offer Offer
	err = s.svc.Store.View(ctx, func(tx provision.Tx) (err error) {
		_, offer, err = s.offer(tx, tenant, w, found)
		return err
	})
	return offer, err
}

// find looks for the person of a wish. What Microsoft or the records say against looking is a refusal.
func (s *Service) find(ctx context.Context, tenant provision.TenantID, w Wish) (people.Found, Refusal, error) {
	if err := s.svc.Compared(ctx, tenant); err != nil {
		return said(err)
	}
	found, err := s.svc.LookFor(ctx, s.draft(tenant), w.Person, true, patience)
	if err != nil {
		return said(err)
	}
	if !found.Asked {
		return found, Refusal{Kind: Said, Say: provision.Say("person-not-found", "person", w.Person)}, nil
	}
	return found, Refusal{}, nil
}

// said has a refusal say what an error says to people.
func said(err error) (people.Found, Refusal, error) {
	m, ok := provision.SayOf(err)
	if !ok {
		return people.Found{}, Refusal{}, err
	}
	return people.Found{}, Refusal{Kind: Said, Say: m}, nil
}

// draft is the order of a rehearsal before anything is known of it.
func (s *Service) draft(tenant provision.TenantID) provision.Order {
	return provision.Order{
		ID: provision.OrderID(s.svc.NewID()), Tenant: tenant, Kind: provision.Add, State: provision.Draft,
		Requester: asker, OrderRight: provision.OrderRight{As: provision.RoleAdmin},
		OrderTimes: provision.OrderTimes{Created: s.svc.Now().UTC()},
	}
}

// offer fills the order in, and says what it would do.
func (s *Service) offer(tx provision.Tx, tenant provision.TenantID, w Wish,
	found people.Found) (provision.Order, Offer, error) {
	o := s.draft(tenant)
	if len(found.People) == 1 {
		running, err := s.running(tx, tenant, found.People[0].ID)
		if err != nil || running != "" {
			return o, Offer{Running: running, User: found.People[0].ID, Name: found.People[0].Name()}, err
		}
	}
	refusal, err := s.named(tx, &o, w)
	if err != nil || refusal.Kind != "" {
		return o, Offer{Refusal: refusal}, err
	}
	if err := s.svc.Filler().Propose(tx, &o, found); err != nil {
		return o, Offer{}, err
	}
	offer := Offer{User: o.Person.ID, Name: o.Person.Name(), UPN: o.Person.UPN, Location: o.Location, Plan: o.Plan,
		Number: o.Proposed.Number}
	if offer.Refusal, err = lacks(tx, o); err != nil || offer.Refusal.Kind != "" {
		return o, offer, err
	}
	at, err := s.svc.LocationIn(tx, tenant, o.Location)
	if err != nil {
		return o, offer, err
	}
	plan, err := s.svc.PlanIn(tx, tenant, o.Plan)
	if err != nil {
		return o, offer, err
	}
	offer.Site = at.Name
	offer.PlanName = plan.Name
	offer.Policies = plan.Policies()
	offer.Later, err = s.later(tx, o, plan)
	return o, offer, err
}

// later is how much longer a phone is waited for whose policies may show before they are in effect.
func (s *Service) later(tx provision.Tx, o provision.Order, plan provision.Plan) (time.Duration, error) {
	orders := s.svc.OrdersBy(tx, o.Tenant, provision.Filter{Person: o.Person.ID})
	recent, err := fading.Of(orders, o.ID, s.svc.Now())
	if err != nil {
		return 0, err
	}
	for _, p := range plan.Policies() {
		if recent.Covers(p.Type, p.Name) {
			return fading.Time, nil
		}
	}
	return 0, nil
}

// running is the rehearsal that is at work for a person, empty where there is none.
func (s *Service) running(tx provision.Tx, tenant provision.TenantID,
	user provision.UserID) (provision.OrderID, error) {
	id := order.LiveOrder(tx, tenant, user)
	if id == "" {
		return "", nil
	}
	r, is, err := s.rehearsal(tx, tenant, id)
	if err != nil || !is || !r.Over.IsZero() {
		return "", err
	}
	return id, nil
}

// named takes over the location and the plan that a wish names.
func (s *Service) named(tx provision.Tx, o *provision.Order, w Wish) (Refusal, error) {
	sites, err := stock.Locations(tx, o.Tenant)
	if err != nil {
		return Refusal{}, err
	}
	plans, err := stock.Plans(tx, o.Tenant)
	if err != nil {
		return Refusal{}, err
	}
	at := slices.IndexFunc(sites, func(l provision.Location) bool {
		return strings.EqualFold(string(l.ID), w.Location) || strings.EqualFold(l.Name, w.Location)
	})
	if at < 0 && w.Location != "" || len(sites) == 0 {
		return Refusal{Kind: NoLocation, Names: siteNames(sites)}, nil
	}
	if at >= 0 {
		o.Location = sites[at].ID
	}
	which := slices.IndexFunc(plans, func(p provision.Plan) bool {
		return strings.EqualFold(string(p.ID), w.Plan) || strings.EqualFold(p.Name, w.Plan)
	})
	if which < 0 && w.Plan != "" || len(plans) == 0 {
		var names []string
		for _, p := range plans {
			names = append(names, p.Name)
		}
		return Refusal{Kind: WhichPlan, Names: names}, nil
	}
	if which >= 0 {
		o.Plan = plans[which].ID
	}
	return Refusal{}, nil
}

func siteNames(all []provision.Location) (names []string) {
	for _, l := range all {
		names = append(names, l.Name)
	}
	return names
}

// lacks is what an order that was filled in lacks.
func lacks(tx provision.Tx, o provision.Order) (Refusal, error) {
	switch o.Form {
	case provision.FormReview:
		if o.Proposed.Number == "" {
			return Refusal{Kind: NoNumber}, nil
		}
		return Refusal{}, nil
	case provision.FormRefused:
		return Refusal{Kind: NotEligible, Reasons: o.Reasons}, nil
	case provision.FormWhich:
		var names []string
		for _, p := range o.Choices {
			names = append(names, p.Name()+" ("+p.UPN+")")
		}
		return Refusal{Kind: SeveralPeople, Names: names}, nil
	case provision.FormPerson:
		return Refusal{Kind: Nameless}, nil
	case provision.FormNumber:
		return Refusal{Kind: NoNumber}, nil
	}
	all, err := stock.Locations(tx, o.Tenant)
	if err != nil {
		return Refusal{}, err
	}
	all = slices.DeleteFunc(all, func(l provision.Location) bool { return !order.CanBeAt(o, l) })
	return Refusal{Kind: WhichLocation, Names: siteNames(all), Say: o.Notice}, nil
}
