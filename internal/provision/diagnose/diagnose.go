package diagnose

import (
	"context"
	"slices"
	"time"

	"calltab/internal/provision"
)

// Diagnosis is what keeps a person from calling, for one reader. Conditions holds what was answered, in the order of
// the checklist; a condition without a Since is missing, and nobody knows since when.
type Diagnosis struct {
	// its Order is the one at work, else the one that made the phone what it is, else the last one
	provision.Finding
	Self    bool               // the reader asks about themselves
	Missing []Missing          // the conditions that are not met
	Against []provision.Reason // the rules that no missing condition stands for
	Unread  []Unread           // what Microsoft did not answer
	Repair  provision.Repair   // how the records differ; only for readers who may set them
	Opens   bool               // the reader may open the order
	Retries bool               // the reader may have the stopped order tried again
	Reopens bool               // the reader may say that they see no dial pad
}

// Missing is a condition that is not met.
type Missing struct {
	provision.Condition
	Met   time.Time          // when it was last seen met; zero: that is not known
	Rules []provision.Reason // what it lacks, more closely
}

// Diagnose reads what Microsoft and the stores say of a person. It answers the person themselves, and those who may
// look at their location.
func (s *Service) Diagnose(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	user provision.UserID) (Diagnosis, error) {
	const op = "diagnose"
	d := Diagnosis{Self: by.ID == user}
	acc, err := s.reader(ctx, op, tenant, by, d.Self)
	if err != nil {
		return d, err
	}
	sub, err := s.subscriber(ctx, tenant, user)
	if err != nil {
		return d, err
	}
	if !d.Self && sub.Location != "" && !acc.May(provision.Look, sub.Location) {
		return d, acc.Need(op, provision.Look, sub.Location)
	}
	m, err := s.read(ctx, tenant, user, sub)
	if err != nil {
		return d, err
	}
	d.Unread = m.unread
	if err := s.Store.View(ctx, func(tx provision.Tx) error { return s.judge(tx, tenant, by, acc, m, &d) }); err != nil {
		return d, err
	}
	if s.mayDiffer(m, d) {
		err = s.compare(ctx, tenant, by, &d)
	}
	return d, err
}

// reader is what the reader may do. Everybody may ask about themselves.
func (s *Service) reader(ctx context.Context, op string, tenant provision.TenantID, by provision.Actor,
	self bool) (provision.Access, error) {
	if self {
		return s.access.Access(ctx, tenant, by.ID)
	}
	return s.access.Permit(ctx, op, tenant, by, provision.Look)
}

func (s *Service) subscriber(ctx context.Context, tenant provision.TenantID,
	user provision.UserID) (sub provision.Subscriber, err error) {
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		sub, _, err = s.roster.SubscriberIn(tx, tenant, user)
		return err
	})
	return sub, err
}

// mayDiffer reports a person whose records are worth comparing, for a reader who may set them.
func (s *Service) mayDiffer(m microsoft, d Diagnosis) bool {
	if d.Refused.Operate || len(m.unread) > 0 || m.person.Gone || d.Order.State.Live() {
		return false
	}
	if d.Subscriber.Number == "" {
		return len(m.voice.Numbers) > 0
	}
	return slices.ContainsFunc(d.Missing, func(c Missing) bool {
		return c.Name == provision.NumberOnPerson || c.Name == provision.NumberActivated ||
			c.Name == provision.RoutingPolicy
	})
}

// compare holds the records against what Microsoft shows. A reader who may not set all of them is shown nothing of it.
func (s *Service) compare(ctx context.Context, tenant provision.TenantID, by provision.Actor, d *Diagnosis) error {
	r, err := s.repair.Examine(ctx, tenant, by, d.Person.ID)
	switch {
	case err == nil:
		d.Repair = r
		return nil
	case provision.Slow(err) || provision.KindOf(err) == provision.Denied:
		return nil
	}
	return err
}
