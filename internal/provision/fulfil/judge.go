package fulfil

import (
	"context"
	"errors"
	"slices"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// judge decides what a refused assignment means.
func (w *work) judge(ctx context.Context, refusal error) error {
	e := evidence{refusal: refusal, refused: w.state.Refused, number: w.order.Number}
	if kind := provision.KindOf(refusal); kind == provision.Invalid || kind == provision.Conflict ||
		kind == provision.NotFound {
		if err := w.gather(ctx, &e); err != nil {
			w.state.Asked = zero
			return err
		}
	}
	f := classify(e)
	if f.act != look {
		w.state.Asked = zero
	}
	switch f.act {
	case look:
		if w.unanswered(refusal) {
			w.state.Asks--
		}
		_, pause := w.settling()
		return w.waitSaying(max(pause, askedToWait(refusal)), f.say)
	case goOn:
		return job.Wait(0)
	case learn:
		w.state.Asks--
		if !w.within(w.run.Since(), learnTime) {
			return w.park(f.say, refusal)
		}
		return w.waitSaying(learnPause, f.say)
	case ask:
		w.state.Asks--
		return w.denied(refusal)
	case setAway:
		w.state.Theirs = true
		return w.stop(f.say, nil, refusal)
	case refuse:
		return w.stop(f.say, f.reasons, refusal)
	}
	return w.again(f, refusal)
}

// again uses an attempt, or none where Microsoft is only too busy. The refusal is for the operator who finds the order
// parked.
func (w *work) again(f finding, refusal error) error {
	if provision.KindOf(refusal) == provision.Throttled {
		w.state.Asks--
		return refusal
	}
	busy := f.say.ID == "says-unavailable" || f.say.ID == "says-pending"
	if busy && w.shared(refusal) {
		w.state.Asks--
		return job.Weather(refusal)
	}
	if !busy {
		w.state.Refused++
	}
	return &provision.Error{Op: w.run.Step(), Kind: provision.KindOf(refusal), Say: f.say,
		RetryAfter: askedToWait(refusal), Err: refusal}
}

// denied waits for a permission that Calltab lacks. Where it has it for other accounts, a person must look.
func (w *work) denied(refusal error) error {
	if !w.singledOut(refusal) {
		return refusal
	}
	say, _ := provision.SayOf(refusal)
	return w.park(orElse(say, "gave-up", "step", w.run.Step()), refusal)
}

// gather reads the state that may explain a refusal.
func (w *work) gather(ctx context.Context, e *evidence) error {
	o := w.order
	verdict, voice, err := w.eligible(ctx)
	if e.gone = err != nil && provision.KindOf(err) == provision.NotFound; e.gone {
		return nil
	}
	if err != nil {
		return err
	}
	a, err := w.svc.Telephony.Assignment(ctx, o.Tenant, o.Number)
	if err != nil {
		return err
	}
	e.reasons = verdict.Reasons
	e.kind = a.Type
	e.learnt = voice.Found && slices.Contains(voice.Features, "PhoneSystem")
	e.whose, err = w.holderOf(ctx, a, slices.Contains(voice.Numbers, o.Number))
	return err
}

// holderOf says where a number is, of which the inventory shows an assignment and the person's configuration whether it
// is there.
func (w *work) holderOf(ctx context.Context, a provision.Assignment, shown bool) (provision.NumberHolder, error) {
	holder := a.HeldFor(w.order.Person.ID, shown)
	if holder != provision.HeldByOther {
		return holder, nil
	}
	_, there, err := w.svc.Account(ctx, w.order.Tenant, a.Target)
	if !there {
		return provision.HeldByUnknownAccount, err
	}
	return holder, nil
}

// askedToWait is the time that the other side named, 0 for none.
func askedToWait(err error) time.Duration {
	var e *provision.Error
	if errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}

// onOther stops for good: Microsoft has the number on another account, or on one that does not exist.
func (w *work) onOther(ctx context.Context) error {
	e := evidence{number: w.order.Number}
	a, err := w.svc.Telephony.Assignment(ctx, w.order.Tenant, w.order.Number)
	if err == nil {
		e.whose, err = w.holderOf(ctx, a, false)
	}
	if err != nil {
		return err
	}
	f, on := byState(e)
	if !on || f.act != setAway {
		return job.Wait(settlePause) // it has moved since
	}
	w.state.Theirs = true
	return w.stop(f.say, nil, nil)
}
