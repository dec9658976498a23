package fulfil

import (
	"context"
	"fmt"
	"slices"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// Kinds are the kinds of jobs that the service queues, to be registered with the runner.
func (s *Saga) Kinds() []job.Kind {
	work := append(s.orderKinds(), s.watching())
	kinds := append(slices.Clone(work), s.otherKinds()...)
	for _, k := range work {
		k.Name = provision.OfBulk + k.Name
		kinds = append(kinds, k)
	}
	for _, k := range kinds {
		s.awaitCompared(k)
	}
	for _, k := range provision.Kinds() {
		if lack := lacking(k, kinds); lack != "" {
			panic(lack)
		}
	}
	return append(kinds, s.reading(), s.comparing())
}

// orderKinds are the work of orders.
func (s *Saga) orderKinds() []job.Kind {
	return []job.Kind{
		s.saga(provision.JobAdd, assigning...),
		s.saga(provision.JobChangePlan,
			step{provision.StepCheck, (*work).check, (*work).lookBack},
			step{provision.StepTell, (*work).tell, (*work).untell},
			step{provision.StepPolicies, (*work).policies, (*work).restorePolicies},
			step{provision.StepVerify, (*work).verify, nil}),
		s.saga(provision.JobChangeNumber, append(slices.Clone(assigning),
			step{provision.StepRetire, (*work).retire, (*work).reclaim})...),
		s.saga(provision.JobRelease,
			step{provision.StepUnassign, (*work).takeAway, (*work).giveBack},
			step{provision.StepClear, (*work).clearPolicies, (*work).restorePolicies},
			step{provision.StepTell, (*work).tell, (*work).untell},
			step{provision.StepCool, (*work).cool, nil}),
		s.takingBack(),
	}
}

// watching waits for Microsoft's side of an order.
func (s *Saga) watching() job.Kind {
	return job.Kind{
		Name:    provision.JobWatch,
		Limit:   4,
		Clocked: true,
		Steps:   []job.Step{{Name: "watch-readiness", Do: s.step((*work).watch)}},
		Ended:   s.ended,
	}
}

// otherKinds are what else is looked at again and again.
func (s *Saga) otherKinds() []job.Kind {
	return []job.Kind{
		{
			Name:  provision.JobLookup,
			Steps: []job.Step{{Name: "find-person", Do: calm(s.lookup)}},
		},
		{
			Name:    provision.JobDraft,
			Clocked: true,
			Steps:   []job.Step{{Name: "end-in-time", Do: calm(s.ticking(s.svc.Tick))}},
		},
		{
			Name:    provision.JobApproval,
			Clocked: true,
			Steps:   []job.Step{{Name: "await-approval", Do: calm(s.awaitApproval)}},
		},
		{
			Name:    provision.JobCool,
			Clocked: true,
			Steps:   []job.Step{{Name: "free-number", Do: calm(s.timed(s.svc.EndCooling))}},
		},
		{
			Name:    provision.JobReserve,
			Clocked: true,
			Steps:   []job.Step{{Name: "end-reservation", Do: calm(s.timed(s.svc.EndReservation))}},
		},
		{
			Name:  provision.JobSettle,
			Steps: []job.Step{{Name: string(provision.StepTell), Do: calm(s.settle)}},
		},
		{
			Name:    provision.JobStock,
			Clocked: true,
			Steps:   []job.Step{{Name: "warn-of-stock", Do: calm(s.warnOfStock)}},
		},
		{
			Name:  provision.JobLine,
			Steps: []job.Step{{Name: string(provision.StepTell), Do: calm(s.tellLine)}},
		},
	}
}

// lacking says what the work of a kind of order lacks among the kinds of jobs; empty where nothing.
func lacking(k provision.OrderKind, jobs []job.Kind) string {
	at := slices.IndexFunc(jobs, func(j job.Kind) bool { return j.Name == k.Job() })
	if at < 0 {
		return fmt.Sprintf("order kind %s: there is no job %q", k, k.Job())
	}
	var steps []provision.StepName
	for _, step := range jobs[at].Steps {
		steps = append(steps, provision.StepName(step.Name))
	}
	if !slices.Equal(steps, k.Steps()) {
		return fmt.Sprintf("order kind %s: job %q does %q, and its card lists %q", k, k.Job(), steps, k.Steps())
	}
	return ""
}

// step is a step of an order's work: what it does, and what takes it back.
type step struct {
	name     provision.StepName
	do, undo func(*work, context.Context) error
}

// assigning gives a number to a person. Where the person has one already, it takes the place of the old one.
var assigning = []step{
	{provision.StepCheck, (*work).check, (*work).lookBack},
	{provision.StepTell, (*work).tell, (*work).untell},
	{provision.StepAssign, (*work).assign, (*work).unassignAsked},
	{provision.StepAwait, (*work).await, nil},
	{provision.StepPolicies, (*work).policies, (*work).restorePolicies},
	{provision.StepVerify, (*work).verify, nil},
}

// saga is the work of an order as a kind of job.
func (s *Saga) saga(name string, steps ...step) job.Kind {
	// telephony writes are best paced: Microsoft documents no limit, and throttles
	k := job.Kind{Name: name, Limit: 2, Ended: s.ended}
	for _, st := range steps {
		js := job.Step{Name: string(st.name), Do: s.step(unlessInDoubt(st.do))}
		if st.undo != nil {
			js.Undo = s.step(unlessInDoubt(st.undo))
		}
		k.Steps = append(k.Steps, js)
	}
	return k
}
