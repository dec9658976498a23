package fulfil

import (
	"context"
	"errors"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
	"calltab/internal/provision/rows"
)

// Weather is not a verdict. A try that fails because Microsoft answers nobody, refuses Calltab itself, or because the
// store does not commit says nothing about its order: it uses no attempt, parks nothing, and is made again for as long
// as that takes.
//
// What is weather and what is a verdict is told by comparable calls, those of one class about other accounts (see
// health):
//
//	no answer, a server's fault   nobody's call got on since the last try: weather; another account's did: an attempt
//	too fast (429)                always weather
//	a permission, the sign-in     as for no answer; the admins are told once, and once that it is back
//	"unavailable", as a refusal   weather where others fail likewise and nobody gets on; else an attempt
//	any other refusal             a verdict on the order, as before
//
// Where there is nobody to compare with, a fault that lasts stays weather: an order that waits for a week and then
// works is better than one that a person has to look after for nothing. It is not silent: the card says so after some
// minutes, the admins are told after four hours, and the order is among the running ones with its step. It can be taken
// back meanwhile (turn.go). A carrier that does not answer is weather likewise.
//
// What weather does to each kind of job:
//
//	orders, watch-readiness       wait; limits of time leave the outage out (job.Run.Elapsed)
//	look-up                       asks the requester again after half an hour, and parks nothing
//	watch-approval                looks whether the approvers can decide; their time stands still until they can
//	                              (approval.go)
//	watch-draft, end-cooling,
//	watch-stock                   read nothing but the store: they wait until it commits
//	settle-carrier, tell-line     are tried again each quarter of an hour
//	sync, sync-numbers            wait where they are; a list that fails while single records can be read is gone
//	                              round

// shownAfter is how long an outage lasts before an order's card tells of it.
const shownAfter = 10 * time.Minute

// lookupPatience is how long a requester waits for an outage to end before the form asks again.
const lookupPatience = 30 * time.Minute

// calm is a step of a job that is no order's: an outage does not count against it.
func calm(f func(context.Context, *job.Run) error) func(context.Context, *job.Run) error {
	return func(ctx context.Context, r *job.Run) error {
		err := f(ctx, r)
		if silent(err) {
			return job.Weather(err)
		}
		return err
	}
}

// silent reports an error that says nothing about what was asked.
func silent(err error) bool {
	if err == nil {
		return false
	}
	k := provision.KindOf(err)
	return k == provision.Throttled || k == provision.Unavailable
}

// singledOut reports whether a call about another account got on since the last try of this step failed: then the
// trouble is with this order, and not with everybody.
func (w *work) singledOut(err error) bool {
	var m *met
	since := w.state.Failed
	if provision.KindOf(err) == provision.Denied {
		since = w.state.Denied // what got on before the first refusal says nothing about it
	}
	if !errors.As(err, &m) || since.IsZero() || provision.KindOf(err) == provision.Throttled {
		return false
	}
	return w.health.succeeded(w.order.Tenant, m).After(since)
}

// shared reports whether calls about other accounts fail as well, and none gets on.
func (w *work) shared(err error) bool {
	var m *met
	if !errors.As(err, &m) || w.state.Failed.IsZero() {
		return false
	}
	return w.health.failing(w.order.Tenant, m).After(w.state.Failed) && !w.singledOut(err)
}

// weathered makes weather of a step's error where it is that, and notes which outages the try has shown to be over.
func (w *work) weathered(ctx context.Context, err error) error {
	w.noteOver()
	lone := w.singledOut(err)
	if w.trial.failed {
		w.state.Failed = w.run.Now().UTC()
	}
	kind := provision.KindOf(err)
	if kind != provision.Denied {
		w.state.Denied = zero
	} else if w.state.Denied.IsZero() {
		w.state.Denied = w.run.Now().UTC()
	}
	var m *met
	switch {
	case err == nil || !errors.As(err, &m) || job.Decided(err):
		return err
	case job.IsWeather(err):
		w.hold(err)
		return err
	case !silent(err) && kind != provision.Denied:
		return err
	}
	if !lone && kind != provision.Throttled {
		lone = w.probe(ctx, m.class, kind)
	}
	switch {
	case !lone:
		w.hold(err)
		return job.Weather(err)
	case kind == provision.Denied:
		return err
	}
	say := provision.Say("microsoft-fails-account", "person", w.order.Person.Name())
	return &provision.Error{Op: w.run.Step(), Kind: kind, Say: say, RetryAfter: askedToWait(err), Err: err}
}

// probe makes a call about another account, the requester's where that is another one, when a reading is refused or has
// failed for long, and reports whether it was answered. A refusal is compared at once, before any admin is told that a
// permission is missing.
func (w *work) probe(ctx context.Context, c class, kind provision.ErrorKind) bool {
	o, down := w.order, w.run.Outage()
	lasts := !down.IsZero() && w.run.Now().Sub(down) >= shownAfter
	if !lasts && kind != provision.Denied {
		return false
	}
	peer := o.Requester.ID
	if peer == "" || peer == o.Person.ID { // a rehearsal's requester is nobody in Teams
		peer = w.health.peer(o.Tenant, c, o.Person.ID)
	}
	if peer == "" {
		return false
	}
	var err error
	switch c {
	case readPeople:
		_, err = w.svc.Directory.Person(ctx, o.Tenant, string(peer))
	case readVoices:
		_, err = w.svc.Telephony.Voice(ctx, o.Tenant, peer)
	default:
		return false
	}
	return err == nil || provision.KindOf(err) == provision.NotFound
}

// noteOver ends the outages of calls that have just got on.
func (w *work) noteOver() {
	for _, o := range w.outages {
		c := class(o.Class)
		over := w.trial.good[c]
		if c == signIn {
			over = w.trial.signedIn()
		}
		if over {
			w.run.Commit(func(tx job.Tx) error { return w.svc.OutageOver(tx, w.order.Tenant, o.Class, w.held()) })
		}
	}
}

func (w *work) held() provision.HeldOrder {
	return provision.HeldOrder{Job: w.run.Kind(), Order: w.order.ID}
}

// hold notes the outage that the order has met, and has its card say what it waits for.
func (w *work) hold(err error) {
	var m *met
	if !errors.As(err, &m) {
		return
	}
	w.stalled = true
	if w.order.Bulk.ID != "" && provision.KindOf(err) == provision.Throttled && m.class != tellCarrier {
		w.run.Commit(func(tx job.Tx) error { return rows.Throttled(tx, w.order, w.run.Now(), askedToWait(err)) })
	}
	say, _ := provision.SayOf(err)
	o := provision.Outage{Class: string(m.class), Why: provision.Say("microsoft-busy"),
		Lacks: provision.KindOf(err) == provision.Denied}
	id, permission := "waits-for-microsoft", ""
	switch {
	case m.class == tellCarrier:
		o.Why, id = provision.Say("carrier-silent"), "waits-for-carrier"
	case o.Lacks:
		o.Why, id = orElse(say, "microsoft-refuses"), "waits-for-admin"
		if permission = say.Args["permission"]; permission != "" {
			id = "waits-for-permission"
		}
	}
	var e *provision.Error
	if errors.As(err, &e) && e.Code == string(signIn) {
		o.Class = string(signIn)
	}
	down := w.run.Outage()
	lasts := !down.IsZero() && w.run.Now().Sub(down) >= shownAfter || o.Lacks && !down.IsZero()
	lasts = lasts || w.order.Withdrawn() // its reader waits for that alone
	w.run.Commit(func(tx job.Tx) error {
		since, err := w.svc.HoldFor(tx, w.order.Tenant, o, w.held())
		if err != nil || !lasts {
			return err
		}
		return w.remark(tx, provision.Say(id, "since", since.Format(time.RFC3339), "permission", permission))
	})
}

// remark sets the order's notice, where it says something else.
func (w *work) remark(tx job.Tx, m provision.Message) error {
	o, err := w.svc.OrderIn(tx, w.order.Tenant, w.order.ID)
	if err != nil || o.Notice.ID == m.ID {
		return err
	}
	o.Notice = m
	return w.svc.Write(tx, &o, provision.OrderProgress, "", string(w.run.Step()))
}

// unremark takes back what the card said of an outage that is over.
func (w *work) unremark() {
	if w.stalled || !w.order.Waits() {
		return
	}
	w.run.Commit(func(tx job.Tx) error {
		o, err := w.svc.OrderIn(tx, w.order.Tenant, w.order.ID)
		if err != nil || !o.Waits() {
			return err
		}
		return w.remark(tx, provision.Message{})
	})
}

// unanswered notes how a change of numbers ended, and reports one that may have happened and of which nobody hears just
// now. Only changes that were answered begin the time in which they must come to something.
func (w *work) unanswered(err error) bool {
	kind := provision.KindOf(err)
	if err != nil && (kind == provision.Unavailable || kind == provision.Internal) && !w.singledOut(err) {
		w.state.Silent++
		w.hold(err)
		return true
	}
	if err == nil || !silent(err) && kind != provision.Denied || w.singledOut(err) {
		w.state.Silent = 0
		if w.state.Answered.IsZero() {
			w.state.Answered = w.run.Now().UTC()
		}
	}
	return false
}

// overdue reports that changes were answered and have come to nothing for as long as that may take.
func (w *work) overdue() bool {
	return !w.state.Answered.IsZero() && w.run.Elapsed(w.state.Answered) > undoTime
}

// restless is how many changes go unanswered before they are asked for less often.
const restless = 3

// settling is how long the effect of a change is looked for before it is asked for again, and how often. After a few
// that nobody answered there is no hurry.
func (w *work) settling() (limit, pause time.Duration) {
	if w.state.Silent <= restless {
		return settleTime, settlePause
	}
	return 5 * settleTime, settleTime
}
