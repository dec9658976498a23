package routes

import (
	"context"
	"slices"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// FailureKind is why a night brought no snapshot. The kinds are stored: never rename one.
type FailureKind string

// The failures.
const (
	FailedPermission FailureKind = "permission" // Microsoft does not let Calltab ask for one
	FailedAnswer     FailureKind = "no-answer"  // Microsoft does not answer, or asks to wait
	FailedFull       FailureKind = "full"       // refused, and the tenant has as many jobs as it may
	FailedRefused    FailureKind = "refused"    // refused for another reason, such as the month's resources
	FailedJob        FailureKind = "job-failed" // Microsoft could not make it
	FailedPartial    FailureKind = "partial"    // Microsoft could read only some of what was asked for
	FailedEndless    FailureKind = "endless"    // it was not done in time
	FailedUnreadable FailureKind = "unreadable" // what came is not understood
)

// Failure is why the newest try has brought nothing; the zero value: it has.
type Failure struct {
	Kind   FailureKind `json:"kind,omitempty"`
	Detail string      `json:"detail,omitempty"` // Microsoft's words, fit for a log
}

// Record is what the store has of a tenant's routes. It is no part of what an older program reads: that one leaves the
// table as it is.
type Record struct {
	Last    Snapshot  `json:"last,omitzero"`  // the newest that was read
	Tried   time.Time `json:"tried,omitzero"` // when the newest try came to an end, or failed last
	Failure Failure   `json:"failure,omitzero"`
}

// Fresh is for how long a snapshot is believed on the cards of plans.
const Fresh = 72 * time.Hour

// In reads the record of a tenant; the zero value where nothing was tried.
func In(tx provision.Tx, tenant provision.TenantID) (Record, error) {
	r, _, err := record.Load[Record](tx, record.TableRoutes, string(tenant))
	return r, err
}

// Keep keeps a snapshot, and tells what has changed since the one before, for the plans.
func Keep(tx provision.Tx, tenant provision.TenantID, s Snapshot, plans []provision.Plan) (Changes, error) {
	r, err := In(tx, tenant)
	if err != nil {
		return Changes{}, err
	}
	record.Save(tx, record.TableRoutes, string(tenant), Record{Last: s, Tried: s.At})
	return Compare(r.Last, s, plans), nil
}

// Miss notes why a try has brought nothing. The newest snapshot stays.
func Miss(tx provision.Tx, tenant provision.TenantID, at time.Time, f Failure) error {
	r, err := In(tx, tenant)
	if err != nil {
		return err
	}
	r.Tried, r.Failure = at, f
	record.Save(tx, record.TableRoutes, string(tenant), r)
	return nil
}

// Service answers from the store.
type Service struct{ *provision.Config }

// New returns a Service.
func New(c *provision.Config) *Service { return &Service{c} }

// Routes is the record of a tenant.
func (s *Service) Routes(ctx context.Context, tenant provision.TenantID) (r Record, err error) {
	err = s.Store.View(ctx, func(tx provision.Tx) (err error) {
		r, err = In(tx, tenant)
		return err
	})
	return r, err
}

// Silent counts the plans over whose policies calls do not get out, by the newest snapshot while it is believed.
func Silent(tx provision.Tx, tenant provision.TenantID, plans []provision.Plan, now time.Time) (n int, err error) {
	r, err := In(tx, tenant)
	if err != nil || now.Sub(r.Last.At) > Fresh {
		return 0, err
	}
	for _, p := range plans {
		severe := func(f Fault) bool { return f.Kind != IdleUsages }
		if slices.ContainsFunc(r.Last.Faults(p), severe) {
			n++
		}
	}
	return n, nil
}

// PlanFaults is what is wrong with plans, by the newest snapshot while it is believed. It is for admins.
func (s *Service) PlanFaults(ctx context.Context, tenant provision.TenantID,
	plans []provision.Plan) (map[provision.PlanID][]Fault, error) {
	var all map[provision.PlanID][]Fault
	err := s.Store.View(ctx, func(tx provision.Tx) (err error) {
		all, err = FaultsIn(tx, tenant, plans, s.Now())
		return err
	})
	return all, err
}

// FaultsIn is what is wrong with plans, by the newest snapshot while it is believed.
func FaultsIn(tx provision.Tx, tenant provision.TenantID, plans []provision.Plan,
	now time.Time) (map[provision.PlanID][]Fault, error) {
	r, err := In(tx, tenant)
	if err != nil || now.Sub(r.Last.At) > Fresh {
		return nil, err
	}
	all := map[provision.PlanID][]Fault{}
	for _, p := range plans {
		if faults := r.Last.Faults(p); len(faults) > 0 {
			all[p.ID] = faults
		}
	}
	return all, nil
}
