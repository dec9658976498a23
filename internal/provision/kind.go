package provision

import (
	"maps"
	"slices"
)

// OrderKind is what an order asks for. The kinds are persisted: never rename one.
type OrderKind string

// The kinds of orders.
const (
	Add          OrderKind = "add"           // import a person and give them a number
	Assign       OrderKind = "assign"        // give an imported person a number
	ChangePlan   OrderKind = "change-plan"   // another plan, the number stays
	ChangeNumber OrderKind = "change-number" // another number of the same location
	Move         OrderKind = "move"          // to another location, with a number of it
	Release      OrderKind = "release"       // take the number back; the person stays imported
	Remove       OrderKind = "remove"        // take the number back and forget that the person had a phone
)

// story is what a kind of order asks its requester and has done.
type story struct {
	forms []Form // in their order; the first is always FormPerson, the last FormReview
	job   string
	steps []StepName // as the card lists them
	tells bool       // the subscriber hears that it is done; a person who loses a phone hears of it from people
}

// The jobs of orders. They are persisted: never rename one.
const (
	JobAdd          = "add"           // the work on an approved order that gives a phone
	JobChangePlan   = "change-plan"   // … that changes the plan
	JobChangeNumber = "change-number" // … that changes the number, and perhaps the location
	JobRelease      = "release"       // … that takes the phone away
)

// stories has a row for every kind. The steps of a job are those that package fulfil registers under it, which it
// checks at the start.
var stories = map[OrderKind]story{
	Add:          {[]Form{FormPerson, FormLocation, FormPlan, FormNumber, FormReview}, JobAdd, addSteps, true},
	Assign:       {[]Form{FormPerson, FormLocation, FormPlan, FormNumber, FormReview}, JobAdd, addSteps, true},
	ChangePlan:   {[]Form{FormPerson, FormPlan, FormReview}, JobChangePlan, replanSteps, true},
	ChangeNumber: {[]Form{FormPerson, FormNumber, FormReview}, JobChangeNumber, renumberSteps, true},
	Move:         {[]Form{FormPerson, FormLocation, FormNumber, FormReview}, JobChangeNumber, renumberSteps, true},
	Release:      {[]Form{FormPerson, FormReview}, JobRelease, releaseSteps, false},
	Remove:       {[]Form{FormPerson, FormReview}, JobRelease, releaseSteps, false},
}

var (
	addSteps      = []StepName{StepCheck, StepTell, StepAssign, StepAwait, StepPolicies, StepVerify}
	replanSteps   = []StepName{StepCheck, StepTell, StepPolicies, StepVerify}
	renumberSteps = []StepName{StepCheck, StepTell, StepAssign, StepAwait, StepPolicies, StepVerify, StepRetire}
	releaseSteps  = []StepName{StepUnassign, StepClear, StepTell, StepCool}
)

// The steps. The names are persisted: never rename one.
const (
	StepCheck    StepName = "check-eligibility"
	StepTell     StepName = "tell-carrier"
	StepAssign   StepName = "assign-number"
	StepAwait    StepName = "await-operation"
	StepPolicies StepName = "assign-policies"
	StepVerify   StepName = "verify"
	StepRetire   StepName = "retire-number"   // the old one, and the carrier is told, once the new one is verified
	StepUnassign StepName = "unassign-number" // take it back
	StepClear    StepName = "clear-policies"
	StepCool     StepName = "cool-number"

	// taking back: the carrier hears that the earlier number is the person's again
	StepReclaim StepName = "reclaim-line"
	StepReturn  StepName = "return-number"    // … the number is taken away, and the earlier one given back
	StepRestore StepName = "restore-policies" // … the policies from before
	StepUntell  StepName = "untell-carrier"   // … the carrier hears what has become of the line
	StepClose   StepName = "close-order"      // … the records are as they were
)

// Kinds are all kinds of orders, sorted.
func Kinds() []OrderKind { return slices.Sorted(maps.Keys(stories)) }

// Known reports whether there is such a kind.
func (k OrderKind) Known() bool {
	_, ok := stories[k]
	return ok
}

// Forms are what a draft of the kind asks, in order: whose phone first, and the review last.
func (k OrderKind) Forms() []Form { return slices.Clone(stories[k].forms) }

// Forms are what a draft asks. A requester who may not choose a number is not asked for one.
func (o Order) Forms() []Form {
	return slices.DeleteFunc(o.Kind.Forms(), func(f Form) bool { return f == FormNumber && !o.AsksForNumber() })
}

// AsksForNumber reports whether the requester chooses the number.
func (o Order) AsksForNumber() bool { return o.Role() != RoleEmployee || o.Picks }

// Job is the kind of the job that does the work.
func (k OrderKind) Job() string { return stories[k].job }

// OfBulk leads the names of jobs that do the work of rows of a bulk: they are the same, and no other order waits behind
// them. It is persisted: never change it.
const OfBulk = "bulk-"

// Job is the kind of the job that does the work of an order.
func (o Order) Job() string { return o.queued(o.Kind.Job()) }

// WatchJob is the kind of the job that waits for Microsoft's side of an order.
func (o Order) WatchJob() string { return o.queued(JobWatch) }

func (o Order) queued(job string) string {
	if o.Bulk.ID != "" {
		return OfBulk + job
	}
	return job
}

// Steps are those of the work, as a card lists them.
func (k OrderKind) Steps() []StepName { return slices.Clone(stories[k].steps) }

// BackSteps are those of taking an order back that waits for Microsoft's side, as a card lists them; none where the
// kind never waits.
func (k OrderKind) BackSteps() []StepName {
	switch {
	case k.Ends():
		return nil
	case k.Gives():
		return []StepName{StepReturn, StepRestore, StepUntell, StepClose}
	case k == ChangePlan:
		return []StepName{StepRestore, StepUntell, StepClose}
	}
	return []StepName{StepReclaim, StepReturn, StepRestore, StepUntell, StepClose}
}

// TellsSubscriber reports whether the person of the order hears that it is done.
func (k OrderKind) TellsSubscriber() bool { return stories[k].tells }

// Gives reports whether the order gives a phone to a person who has none.
func (k OrderKind) Gives() bool { return k == Add || k == Assign }

// Ends reports whether the order takes a phone away.
func (k OrderKind) Ends() bool { return k == Release || k == Remove }

// Asks reports whether a draft of the kind asks with a form.
func (k OrderKind) Asks(f Form) bool { return slices.Contains(stories[k].forms, f) }

// Next is the form that a draft needs: the first question without an answer, then the review.
func Next(o Order) Form {
	for _, f := range o.Forms() {
		if !o.hasAnswered(f) {
			return f
		}
	}
	return FormReview
}

// hasAnswered reports whether a draft has what a form asks for. A change to what is so already is no answer.
func (o Order) hasAnswered(f Form) bool {
	switch f {
	case FormPerson:
		return o.Person.ID != "" && (!o.Kind.Gives() || o.GivenName != "" && o.Surname != "")
	case FormLocation:
		return o.Location != "" && (o.Kind != Move || o.Location != o.Had.Location)
	case FormPlan:
		return o.Plan != "" && (o.Kind != ChangePlan || o.Plan != o.Had.Plan)
	case FormNumber:
		return o.Number != "" || o.Proposed.Number != ""
	}
	return false
}

// Back is where a draft goes from a form: to the review, from a question that it led to, else to the form before. A
// refusal leads to the first form only.
func (o Order) Back(f Form) Form {
	all := o.Forms()
	at := slices.Index(all, f)
	if at > 0 && f != FormReview && Next(o) == FormReview {
		return FormReview
	}
	return all[max(at-1, 0)]
}

// Offers reports whether a draft leads to a form, for another answer than the one it shows: from its review, and from
// the question for a number to another location.
func (o Order) Offers(f Form) bool {
	if o.Undoes != "" || f == FormPerson || f == FormReview {
		return false
	}
	here := o.Form == FormReview || o.Form == FormNumber && f == FormLocation
	return here && slices.Contains(o.Forms(), f)
}
