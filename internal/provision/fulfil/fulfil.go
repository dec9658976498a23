// Package fulfil is the saga that turns an approved order into a working phone, and back. It is a list of steps for the
// job runner; each one looks at what Microsoft shows before it changes anything, so that every step may run again:
//
//	add             check-eligibility → tell-carrier → assign-number → await-operation → assign-policies → verify
//	change-plan     check-eligibility → tell-carrier → assign-policies → verify
//	change-number   check-eligibility → tell-carrier → assign-number → await-operation → assign-policies → verify →
//	                retire-number
//	release         unassign-number → clear-policies → tell-carrier → cool-number
//	watch-readiness watch-readiness
//	take-back       reclaim-line → return-number → restore-policies → untell-carrier → close-order,
//	                of an order that waits
//	watch-stock     warn-of-stock, of a location
//	settle-carrier  tell-carrier, of what a person let an order end with
//	tell-line       tell-carrier, of a line that no order made
//	sync-numbers    settle-requests → match-numbers → adopt-numbers → miss-numbers → sift-numbers, of a whole tenant
//	end-cooling     free-number, at the end of a number's cooling period (package result's EndCooling)
//	end-reserve     end-reservation, when a number is kept for a person no longer (package stock's EndReservation)
//	watch-approval  await-approval: reminders, and orders that nobody approves (package approve's Await)
//	watch-draft     end-in-time: holds that end, and drafts that nobody finishes
//	look-up         find-person, whom the directory did not show in time
//	sync            read-numbers → read-phones → read-people → ask-phones → tidy-roster, of a whole tenant
//
// A step that stops makes the runner undo the steps before it, backwards; an order then ends as failed with everything
// as it was. What fails again and again, or cannot be undone, is parked for an operator.
//
// An order that takes a done one back is one of these too. It differs in the policies: beside what the plan sets, it
// leaves the person the ones that they had directly before the order that it takes back.
//
// Errors of the telephone service are judged in this order of trust: the state read again, then the code, then the
// text. Microsoft's texts are known to lie: a missing licence is reported as an on-premises number, a lasting fault as
// "try again" (github.com/MicrosoftDocs/office-docs-powershell issues 9244 and 8992). What Microsoft's or Calltab's own
// outages do to all this stands in weather.go.
//
//	kinds.go                     the kinds of jobs and their steps, checked against the kinds of orders
//	fulfil.go work.go            the Saga; one step of an order's work, from the order read to the change written
//	assign.go release.go         give a number and see it; take it back, and let it cool
//	renumber.go policies.go      another number in place of the old one; the policies of a plan
//	carrier.go                   the carrier told of a line
//	withdraw.go turn.go          an order taken back in place; a job turned round
//	judge.go classify.go         what a refused assignment means; the table of evidence, by state, code and text
//	watch.go                     whether the phone works, again and again
//	gone.go restored.go          accounts that are gone; orders of a store from a backup
//	health.go weather.go halt.go which calls fail for everybody; a step in an outage; the orders that wait for its end
//	approval.go lookup.go        approvals that are awaited; people whom the directory does not show yet
//	read.go                      readings of a whole tenant
//
// It decides nothing about records: what becomes of an order is reported to package result. It knows nothing of stores,
// Graph or Teams; callers register Kinds with the runner that works through the service's store.
package fulfil

import (
	"context"
	"errors"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/core"
	"calltab/internal/provision/job"
	"calltab/internal/provision/result"
	"calltab/internal/provision/stock"
)

// The pauses and limits of the work. All of them are business time.
const (
	pollPause     = 5 * time.Second  // between looks at an operation
	settlePause   = 15 * time.Second // between looks for the effect of a call whose answer was lost
	settleTime    = 3 * time.Minute  // how long a lost call may still show its effect
	operationTime = 30 * time.Minute // how long an operation may run before its effect is looked for
	visibleTime   = 30 * time.Minute // how long an accepted number may stay invisible, and what it did unknown
	undoTime      = 2 * visibleTime  // how long taking the number back may take
	learnPause    = 5 * time.Minute  // between tries while the telephone service does not know a fresh licence
	learnTime     = 24 * time.Hour   // how long that may take
	comparePause  = time.Minute      // between looks whether a restored store's numbers have been compared
	refusals      = 3                // tries before a refusal without a reason in the state is believed
	asks          = 12               // times the assignment is asked for in all
)

// Saga makes and undoes phones.
type Saga struct {
	svc    *core.Core
	health *health
}

// New returns the saga over a service and the service's own ports, to which it listens from then on: call it before the
// service is used.
func New(svc *core.Core) *Saga {
	h := newHealth(svc.Now)
	svc.Directory, svc.Telephony = heardDirectory{svc.Directory, h}, heardTelephony{svc.Telephony, h}
	svc.Carrier = heardCarrier{svc.Carrier, h}
	return &Saga{svc, h}
}

// ticking is a step that looks at an order again and again until it is over with it.
func (s *Saga) ticking(look func(context.Context, provision.TenantID, provision.OrderID) (time.Duration, bool,
	error)) func(context.Context, *job.Run) error {
	return func(ctx context.Context, r *job.Run) error {
		tenant, id := provision.ParseJobKey(r.Key())
		again, over, err := look(ctx, tenant, id)
		if err != nil || over {
			return err
		}
		return job.Wait(again)
	}
}

// timed ends a state of a number whose time is over, such as its cooling period.
func (s *Saga) timed(
	end func(tx provision.Tx, tenant provision.TenantID, n provision.E164) (time.Duration, bool, error),
) func(context.Context, *job.Run) error {
	return func(ctx context.Context, r *job.Run) error {
		tenant, n := provision.ParseNumberKey(r.Key())
		var again time.Duration
		over := false
		err := s.svc.Store.Update(ctx, func(tx job.Tx) (err error) {
			again, over, err = end(tx, tenant, n)
			return err
		})
		if err != nil || over {
			return err
		}
		return job.Wait(again)
	}
}

// warnOfStock has the admins of a location told, and stays for as long as its numbers run low.
func (s *Saga) warnOfStock(ctx context.Context, r *job.Run) error {
	var told time.Time
	if err := r.Load(&told); err != nil {
		return job.Stop(err)
	}
	if provision.SetRight(r.Now(), &told) {
		if err := r.Save(told); err != nil {
			return err
		}
	}
	tenant, id := provision.ParseJobKey(r.Key())
	var sh stock.Shortage
	err := s.svc.Store.View(ctx, func(tx job.Tx) (err error) {
		sh, err = s.svc.Shortage(tx, tenant, provision.LocationID(id), told)
		return err
	})
	if err != nil || sh.Again == 0 {
		return err
	}
	if sh.Warn {
		if err := r.Save(r.Now().UTC()); err != nil {
			return err
		}
		r.Commit(func(tx job.Tx) error { return s.svc.Warn(tx, tenant, sh) })
	}
	return job.Wait(sh.Again)
}

// progress is what the work keeps between its steps and tries.
type progress struct {
	// when the assignment was last asked for; zero: not, or refused for certain
	Asked time.Time `json:"asked,omitzero"`
	// Microsoft had the number on the person before it was asked for
	Shown     bool      `json:"shown,omitempty"`
	Lost      time.Time `json:"lost,omitzero"`       // when an earlier ask was made of which nothing was heard
	Asks      int       `json:"asks,omitempty"`      // how often in all
	Operation string    `json:"operation,omitempty"` // the operation to watch
	Accepted  bool      `json:"accepted,omitempty"`  // the last ask was accepted
	Refused   int       `json:"refused,omitempty"`   // how often without a reason in the state
	Theirs    bool      `json:"theirs,omitempty"`    // Microsoft shows the number on another account
	// Microsoft does not show the number on the person that they had
	HadLost  bool      `json:"had_lost,omitempty"`
	HadTaken bool      `json:"had_taken,omitempty"` // … but on another account
	Noted    bool      `json:"noted,omitempty"`     // the policies before are in the order
	Silent   int       `json:"silent,omitempty"`    // changes of numbers in a row of which nothing was heard
	Answered time.Time `json:"answered,omitzero"`   // when this step's first change was answered; see overdue
	Failed   time.Time `json:"failed,omitzero"`     // when a call of this step last failed
	// when Calltab was first refused a call of those in a row that it still is
	Denied time.Time `json:"denied,omitzero"`
	Freed  time.Time `json:"freed,omitzero"` // when a number was last taken away from the person
	// release: it was asked that the number be taken away, or may have been
	Took     bool      `json:"took,omitempty"`
	Returned time.Time `json:"returned,omitzero"` // undo: when the old number was last given back
	// since when the policy service says that something is not there
	Unknown time.Time         `json:"unknown,omitzero"`
	Told    bool              `json:"told,omitempty"`    // the carrier knows of the order's line, or may
	Dropped bool              `json:"dropped,omitempty"` // … that the old one is nobody's, or may
	Link    string            `json:"link,omitempty"`    // the carrier's for the person, until they get it
	Problem provision.Message `json:"problem,omitzero"`  // why the work stopped and is undone
	Trouble provision.Message `json:"trouble,omitzero"`  // what the last try met; zero: nothing to tell
	Watched time.Time         `json:"watched,omitzero"`  // watch: the moment since which the phone is waited for …
	// … and for how long outages have kept it from looking since
	Blind   time.Duration `json:"blind,omitempty"`
	Counted string        `json:"counted,omitempty"` // the step that Tries counts for, and its direction
	Began   time.Time     `json:"began,omitzero"`    // when it was begun
	Tries   int           `json:"tries,omitempty"`   // how often it was tried or looked for since
}

// step opens the order before a step, and keeps what a person may read of its error.
func (s *Saga) step(f func(*work, context.Context) error) func(context.Context, *job.Run) error {
	return func(ctx context.Context, r *job.Run) error {
		w := &work{Saga: s, run: r}
		tenant, id := provision.ParseJobKey(r.Key())
		if err := r.Load(&w.state); err != nil {
			return err
		}
		w.state.drawIn(r.Now())
		r.Measures(w.state.measured()...)
		if err := s.svc.Store.View(ctx, func(tx job.Tx) error { return w.open(tx, tenant, id) }); err != nil {
			return err
		}
		w.state.count(r)
		w.trial = &trial{account: w.order.Person.ID}
		err := w.weathered(ctx, f(w, context.WithValue(ctx, trialKey{}, w.trial)))
		if !job.IsWeather(err) {
			w.unremark()
		}
		if job.Parks(err, r) {
			w.note(ctx)
		}
		w.state.Trouble, _ = provision.SayOf(err)
		r.Measures(w.state.measured()...)
		return errors.Join(r.Save(w.state), err)
	}
}

// change alters the order in the transaction that records the step's result. Once the order is taken back, a step that
// was leading forward in that moment changes nothing any more.
func (w *work) change(e provision.Event, f func(tx job.Tx, o *provision.Order) error) {
	w.run.Commit(func(tx job.Tx) error {
		o, err := w.svc.OrderIn(tx, w.order.Tenant, w.order.ID)
		if err != nil || w.turned(o) {
			return err
		}
		if err := f(tx, &o); err != nil {
			return err
		}
		return w.svc.Write(tx, &o, e, "", string(w.run.Step()))
	})
}

// begin shows a step that may wait for long as begun, where it is the first one.
func (w *work) begin() {
	if w.order.State != provision.Approved {
		return
	}
	now := w.run.Now().UTC()
	w.change(provision.OrderRunning, func(_ job.Tx, o *provision.Order) error {
		o.State = provision.Running
		o.Work[0].State = provision.StepRunning
		o.Work[0].Since = now
		return nil
	})
}

// finish marks the step done and the next one begun on the card.
func (w *work) finish(e provision.Event) {
	name, now := provision.StepName(w.run.Step()), w.run.Now().UTC()
	w.change(e, func(_ job.Tx, o *provision.Order) error {
		o.Notice = provision.Message{}
		for i := range o.Work {
			if o.Work[i].Name == name {
				o.Work[i] = provision.StepState{Name: name, State: provision.StepDone, Since: now}
				if i+1 < len(o.Work) {
					o.Work[i+1].State, o.Work[i+1].Since = provision.StepRunning, now
				}
			}
		}
		if o.State == provision.Approved {
			o.State = provision.Running
		}
		return nil
	})
}

// waitSaying looks again later, and the card says why.
func (w *work) waitSaying(d time.Duration, m provision.Message) error {
	if w.order.Notice.ID != m.ID {
		w.change(provision.OrderProgress, func(_ job.Tx, o *provision.Order) error {
			o.Notice = m
			return nil
		})
	}
	return job.Wait(d)
}

// stop ends the work for good: what was done is undone.
func (w *work) stop(why provision.Message, reasons []provision.Reason, err error) error {
	w.state.Problem = why
	if len(reasons) > 0 {
		w.change(provision.OrderProgress, func(_ job.Tx, o *provision.Order) error {
			o.Reasons = reasons
			return nil
		})
	}
	return job.Stop(&provision.Error{Op: w.run.Step(), Kind: provision.Conflict, Say: why, Err: err})
}

// park gives the work to a person.
func (w *work) park(why provision.Message, err error) error {
	return job.Park(&provision.Error{Op: w.run.Step(), Kind: provision.Conflict, Say: why, Err: err})
}

// watches reports that a job waits for Microsoft's side of an order.
func watches(r *job.Run) bool {
	return strings.TrimPrefix(r.Kind(), provision.OfBulk) == provision.JobWatch
}

// ended closes the order in the transaction that ends its job.
func (s *Saga) ended(tx job.Tx, r *job.Run, outcome job.Outcome, _ error) error {
	tenant, id := provision.ParseJobKey(r.Key())
	o, err := s.svc.OrderIn(tx, tenant, id)
	if err != nil {
		return err
	}
	var state progress
	if err := r.Load(&state); err != nil {
		return err
	}
	switch {
	case outcome == job.Done && o.State == provision.Waiting && !watches(r):
		return s.svc.Queue.Add(tx, o.WatchJob(), r.Key(), nil, r.Now())
	case outcome == job.Done:
		return nil
	case outcome == job.Undone && !watches(r):
		for i := range o.Work {
			if o.Work[i].State != provision.StepWaiting {
				o.Work[i].State = provision.StepUndone
			}
		}
		lost := result.Loss{Number: state.Theirs, Had: state.HadLost, HadTaken: state.HadTaken}
		if o.Withdrawn() && state.Problem.ID == "" {
			return s.svc.EndTurned(tx, &o, lost)
		}
		return s.svc.Fail(tx, &o, state.why(o), lost)
	}
	return s.svc.Park(tx, &o, state.halt(r), orElse(state.Trouble, "gave-up", "step", r.Step()))
}
