package fulfil

import (
	"context"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
	"calltab/internal/provision/reconcile"
	"calltab/internal/provision/roster"
	"calltab/internal/provision/stock"
)

// listTries is how often a list that is answered with a fault is tried, about eight minutes long, before it is taken
// for one that cannot be read: one bad record breaks the page that it is on, for good.
const listTries = 8

// reading is the job that reads the people of a tenant, one page a try: a crash costs a page, and other work has its
// turn in between.
func (s *Saga) reading() job.Kind {
	k := job.Kind{Name: provision.JobSync, Limit: 2, Ended: s.readingEnded}
	for _, name := range []provision.StepName{roster.StepReadNumbers, roster.StepReadPhones, roster.StepReadPeople,
		roster.StepAskPhones, roster.StepTidy} {
		k.Steps = append(k.Steps, job.Step{Name: string(name), Do: s.readPage})
	}
	return k
}

// comparing is the job that holds the inventory against Microsoft's, likewise.
func (s *Saga) comparing() job.Kind {
	k := job.Kind{Name: provision.JobNumbers, Limit: 2, Ended: s.comparingEnded}
	for _, name := range reconcile.NumberSteps() {
		k.Steps = append(k.Steps, job.Step{Name: string(name), Do: s.readPage})
	}
	return k
}

func (s *Saga) comparingEnded(tx job.Tx, r *job.Run, outcome job.Outcome, cause error) error {
	tenant := provision.TenantID(r.Key())
	if outcome == job.Done {
		return s.svc.NumbersEnded(tx, tenant)
	}
	why, _ := provision.SayOf(cause)
	return s.svc.NumbersParked(tx, tenant, orElse(why, "microsoft-busy"))
}

// bookmark is where a reading goes on.
type bookmark struct {
	Step provision.StepName `json:"step,omitempty"`
	From string             `json:"from,omitempty"`
}

func (s *Saga) readPage(ctx context.Context, r *job.Run) error {
	var at bookmark
	if err := r.Load(&at); err != nil {
		return job.Park(err)
	}
	tenant, step := provision.TenantID(r.Key()), provision.StepName(r.Step())
	if at.Step != step {
		at = bookmark{Step: step}
	}
	page, err := s.svc.Read(ctx, tenant, step, at.From)
	switch {
	case err == nil:
	case provision.KindOf(err) == provision.Denied: // a permission is missing: no trying again grants it
		return job.Park(err)
	case silent(err) && !s.single(ctx, tenant, step, err):
		return s.comparingWaits(ctx, r, job.Weather(err))
	case !unlistable(step, err, r.Attempt()):
		return err
	case step == roster.StepReadPhones:
		page = roster.Singly()
	}
	r.Commit(func(tx job.Tx) error { return s.svc.Note(tx, tenant, page) })
	if step == reconcile.StepMatch { // other steps may have read nothing at Microsoft
		r.Commit(func(tx job.Tx) error {
			return s.svc.OutageOver(tx, tenant, string(readNumbers), provision.HeldOrder{})
		})
	}
	if at.From = page.Next; at.From != "" {
		if err := r.Save(at); err != nil {
			return err
		}
		return job.Wait(0)
	}
	return r.Save(bookmark{})
}

// comparingWaits notes an outage that the comparison of a restored store has met: until that is done no order meets it,
// and the admins would not hear of it.
func (s *Saga) comparingWaits(ctx context.Context, r *job.Run, weather error) error {
	tenant := provision.TenantID(r.Key())
	if r.Kind() != provision.JobNumbers {
		return weather
	}
	comparing, err := s.svc.Comparing(ctx, tenant)
	if err != nil {
		return err
	}
	if comparing {
		o := provision.Outage{Class: string(readNumbers), Why: provision.Say("microsoft-busy")}
		r.Commit(func(tx job.Tx) error {
			_, err := s.svc.HoldFor(tx, tenant, o, provision.HeldOrder{})
			return err
		})
	}
	return weather
}

// single reports whether a single record can be read where a list fails: then the list is at fault, and not the
// weather. It is the record of the person who asked for the reading.
func (s *Saga) single(ctx context.Context, tenant provision.TenantID, step provision.StepName, err error) bool {
	if provision.KindOf(err) == provision.Throttled {
		return false
	}
	roll, err := s.svc.Roll(ctx, tenant)
	if err != nil {
		return false
	}
	switch step {
	case roster.StepReadPhones, roster.StepReadNumbers:
		_, err = s.svc.Telephony.Voice(ctx, tenant, roll.By.ID)
		return err == nil
	}
	return false
}

// unlistable reports that the telephone service will not list what a step reads, so that it goes on without.
func unlistable(step provision.StepName, err error, try int) bool {
	if step != roster.StepReadPhones && step != roster.StepReadNumbers {
		return false
	}
	switch provision.KindOf(err) {
	case provision.Throttled, provision.Internal:
		return false
	case provision.Unavailable:
		return try >= listTries
	}
	return true
}

// readingEnded records how a reading ended in the transaction that ends its job.
func (s *Saga) readingEnded(tx job.Tx, r *job.Run, outcome job.Outcome, cause error) error {
	tenant := provision.TenantID(r.Key())
	if outcome == job.Done {
		return s.svc.SyncEnded(tx, tenant)
	}
	why, _ := provision.SayOf(cause)
	return s.svc.SyncParked(tx, tenant, orElse(why, "microsoft-busy"))
}

// awaitCompared has the steps of a kind wait while the numbers of a restored store are compared.
func (s *Saga) awaitCompared(k job.Kind) {
	after := func(do func(context.Context, *job.Run) error) func(context.Context, *job.Run) error {
		return func(ctx context.Context, r *job.Run) error {
			comparing, err := s.svc.Comparing(ctx, stock.TenantOfJob(r.Key()))
			if err != nil {
				return err
			}
			if comparing {
				return job.Wait(comparePause)
			}
			return do(ctx, r)
		}
	}
	for i, step := range k.Steps {
		k.Steps[i].Do = after(step.Do)
		if step.Undo != nil {
			k.Steps[i].Undo = after(step.Undo)
		}
	}
}
