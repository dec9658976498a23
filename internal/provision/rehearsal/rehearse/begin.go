package rehearse

import (
	"context"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/core"
	"calltab/internal/provision/people"
	"calltab/internal/provision/rehearsal"
	"calltab/internal/provision/stock"
)

// asker stands in the order for the one at the command line, whom Calltab does not know as a user.
var asker = provision.Actor{Name: "calltab doctor"}

// Service begins rehearsals and takes them back. Make it with [New].
type Service struct {
	svc     *core.Core
	witness *witness
}

// New returns a Service over a core, to whose telephone service it listens from then on: call it once the core's ports
// are those that its work is done with, and before it is used.
func New(svc *core.Core) *Service {
	s := &Service{svc: svc, witness: &witness{}}
	svc.Telephony = heard{svc.Telephony, s.witness}
	return s
}

func (s *Service) rehearsal(tx provision.Tx, tenant provision.TenantID,
	id provision.OrderID) (rehearsal.Rehearsal, bool, error) {
	return rehearsal.In(tx, tenant, id)
}

// Agreed is what of an offer was agreed on.
type Agreed struct {
	User     provision.UserID
	Location provision.LocationID
	Plan     provision.PlanID
	Number   provision.E164
	Wait     time.Duration // for how long the phone is waited for until it is taken back; the offer may say longer
}

// Begun is the order of a rehearsal, or why there is none.
type Begun struct {
	Order   provision.OrderID `json:"order,omitempty"`
	Refusal Refusal           `json:"refusal,omitzero"`
}

// Begin begins what was agreed on. Where the person has a rehearsal already, that is the one.
func (s *Service) Begin(ctx context.Context, tenant provision.TenantID, a Agreed) (Begun, error) {
	w := Wish{Person: string(a.User), Location: string(a.Location), Plan: string(a.Plan)}
	found, refusal, err := s.find(ctx, tenant, w)
	if err != nil || refusal.Kind != "" {
		return Begun{Refusal: refusal}, err
	}
	s.witness.watch(tenant, a.User)
	var begun Begun
	err = s.svc.Store.Update(ctx, func(tx provision.Tx) (err error) {
		begun, err = s.begin(tx, tenant, a, w, found)
		return err
	})
	if err != nil || begun.Order == "" {
		s.witness.forget(tenant, a.User)
	}
	return begun, err
}

// begin submits the order with its mark, and the job that takes the phone back.
func (s *Service) begin(tx provision.Tx, tenant provision.TenantID, a Agreed, w Wish,
	found people.Found) (Begun, error) {
	o, offer, err := s.offer(tx, tenant, w, found)
	if err != nil || offer.Running != "" || offer.Refusal.Kind != "" {
		return Begun{Order: offer.Running, Refusal: offer.Refusal}, err
	}
	v, err := stock.Number(tx, tenant, a.Number)
	if provision.IgnoreNotFound(err) != nil {
		return Begun{}, err
	}
	free := v.State == provision.Free || v.ReservedFor(a.User)
	if err != nil || !free || v.Location != a.Location || o.Location != a.Location || o.Plan != a.Plan {
		return Begun{Refusal: Refusal{Kind: Moved}}, nil
	}
	plan, err := s.svc.PlanIn(tx, tenant, o.Plan)
	if err != nil {
		return Begun{}, err
	}
	if err := s.svc.Hold(tx, &o, a.Number, provision.ZeroTime); err != nil {
		return Begun{}, err
	}
	now := s.svc.Now().UTC()
	o.Number = a.Number
	o.Proposed = provision.Proposal{}
	o.Form = ""
	o.Submitted = now
	r := rehearsal.Rehearsal{Began: now, Until: now.Add(a.Wait + offer.Later), Rested: v.Rested,
		Before: seen(found.Facts.Voice, plan, now)}
	rehearsal.Keep(tx, tenant, o.ID, r)
	if err := s.svc.Approve(tx, &o); err != nil {
		return Begun{}, err
	}
	if err := s.svc.Queue.Add(tx, Kind, provision.JobKey(tenant, o.ID), nil, now); err != nil {
		return Begun{}, err
	}
	note := string(o.Location) + " " + string(o.Plan) + ", to be taken back"
	return Begun{Order: o.ID}, s.svc.Write(tx, &o, provision.OrderSubmitted, "", note)
}

// seen is what of a person's telephone service is kept, with the policies that a plan sets.
func seen(v provision.Voice, plan provision.Plan, at time.Time) rehearsal.Seen {
	s := rehearsal.Seen{At: at, EnterpriseVoice: v.EnterpriseVoice, Features: v.Features,
		Policies: map[string]string{}}
	for _, p := range plan.Policies() {
		s.Policies[p.Type] = v.Policies[p.Type].Name
	}
	return s
}

// Standing is how far a rehearsal is.
type Standing struct {
	Order     provision.Order     `json:"order"`
	Rehearsal rehearsal.Rehearsal `json:"rehearsal"`
	Now       time.Time           `json:"now"` // by the clock that the work goes by
	Comparing bool                `json:"-"`   // the store was put back, and its numbers are still to be compared
}

// Standing reads how far a rehearsal is; NotFound where the order is none.
func (s *Service) Standing(ctx context.Context, tenant provision.TenantID,
	id provision.OrderID) (st Standing, err error) {
	err = s.svc.Store.View(ctx, func(tx provision.Tx) error {
		r, is, err := s.rehearsal(tx, tenant, id)
		if err != nil {
			return err
		}
		if !is {
			return provision.NewNotFound("read rehearsal", "order-not-found", "order", string(id))
		}
		o, err := s.svc.OrderIn(tx, tenant, id)
		st = Standing{Order: o, Rehearsal: r, Now: s.svc.Now().UTC()}
		_, st.Comparing = stock.IsRestored(tx, tenant)
		return err
	})
	return st, err
}
