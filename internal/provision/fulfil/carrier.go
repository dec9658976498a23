package fulfil

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// carrierPause is between tries to tell a carrier what is so already. A refusal is asked about again as well, at pauses
// that double, for carrierPatience: Microsoft has the line by then, and a carrier that misses it bills or routes it
// wrongly.
const (
	carrierPause    = 15 * time.Minute
	carrierPatience = 72 * time.Hour
)

// tell tells the carrier what the order makes of the person's line: before Microsoft gives it, after Microsoft took it
// back. That it tells is committed first: only while each try was refused, or did not leave, is it certain that nothing
// came of it.
func (w *work) tell(ctx context.Context) error {
	o := w.order
	if o.Number == "" {
		w.finish(provision.OrderProgress)
		return nil
	}
	event := provision.LineActivate
	replaces := o.Had.Number
	line := w.line(o.Number, o.Location, o.Plan)
	switch {
	case o.Kind.Ends():
		event = provision.LineRelease
		replaces = ""
		line = w.line(o.Number, o.Had.Location, o.Had.Plan)
	case o.Kind == provision.ChangePlan:
		event, replaces = provision.LineChange, ""
	}
	before, err := w.intend(ctx, &w.state.Told)
	if err != nil {
		return err
	}
	receipt, err := w.svc.TellCarrier(ctx, o.Tenant, w.run.Step(), event, line, replaces)
	if err != nil && !(event == provision.LineRelease && provision.KindOf(err) == provision.NotFound) {
		if refused(err) || unsent(err) {
			w.state.Told = before
		}
		return w.untold(err)
	}
	if event == provision.LineActivate {
		w.state.Link = receipt.Link
	}
	w.finish(provision.OrderProgress)
	return nil
}

// intend commits that something is about to be sent, and returns whether it may have been sent before.
func (w *work) intend(ctx context.Context, sent *bool) (before bool, err error) {
	if *sent {
		return true, nil
	}
	*sent = true
	if err := w.run.Save(w.state); err != nil {
		return false, err
	}
	return false, w.run.Checkpoint(ctx, nil)
}

// refused reports an answer of the carrier's that nothing came of.
func refused(err error) bool {
	k := provision.KindOf(err)
	return k == provision.Invalid || k == provision.Conflict || k == provision.NotFound || k == provision.Denied
}

// unsent reports a notice that did not leave, as the carrier had asked for a pause.
func unsent(err error) bool {
	var e *provision.Error
	return errors.As(err, &e) && e.Code == provision.CodeHeld
}

// untell undoes tell: the carrier is told what it was told before.
func (w *work) untell(ctx context.Context) error {
	o := w.order
	w.state.Link = ""
	switch {
	case !w.state.Told:
		return nil
	case o.Kind != provision.ChangePlan && !o.Kind.Ends():
		return w.untold(w.release(ctx, "undo-"+w.run.Step(), o.Number))
	}
	event := provision.LineActivate
	if o.Kind == provision.ChangePlan {
		event = provision.LineChange
	}
	_, err := w.svc.TellCarrier(ctx, o.Tenant, "undo-"+w.run.Step(), event,
		w.line(o.Number, o.Had.Location, o.Had.Plan), "")
	return w.untold(err)
}

// release tells the carrier that a number is not the person's any more. id names the notice.
func (w *work) release(ctx context.Context, id string, n provision.E164) error {
	_, err := w.svc.TellCarrier(ctx, w.order.Tenant, id, provision.LineRelease,
		w.line(n, w.order.Had.Location, w.order.Had.Plan), "")
	if provision.KindOf(err) == provision.NotFound {
		return nil // it does not know the line, so that is done
	}
	return err
}

// drop tells the carrier that the person does not have the old number any more, and reclaim takes that back.
func (w *work) drop(ctx context.Context) error {
	before, err := w.intend(ctx, &w.state.Dropped)
	if err != nil {
		return err
	}
	if err = w.release(ctx, w.run.Step(), w.order.Had.Number); err != nil && (refused(err) || unsent(err)) {
		w.state.Dropped = before
	}
	return w.untold(err)
}

func (w *work) reclaim(ctx context.Context) error {
	if !w.state.Dropped {
		return nil
	}
	had := w.order.Had
	_, err := w.svc.TellCarrier(ctx, w.order.Tenant, "undo-"+w.run.Step(), provision.LineActivate,
		w.line(had.Number, had.Location, had.Plan), "")
	return w.untold(err)
}

// line is a line of the order's person.
func (w *work) line(n provision.E164, loc provision.LocationID, plan provision.PlanID) provision.Line {
	p := w.order.Person
	return provision.Line{Number: n, User: p.ID, UPN: p.UPN, Name: p.Name(), Location: loc, Plan: plan,
		Order: w.order.ID}
}

// untold decides what it means that the carrier could not be told. A refusal stops an order that gives or changes
// something; one that takes a line back, on the way back as well, waits for a person, since Microsoft has let go
// already.
func (w *work) untold(err error) error {
	if err == nil {
		return nil
	}
	say, _ := provision.SayOf(err)
	switch provision.KindOf(err) {
	case provision.Invalid, provision.Conflict, provision.NotFound:
		if w.order.Kind.Ends() || w.run.Undoing() || w.run.Step() != string(provision.StepTell) {
			return w.park(orElse(say, "carrier-refused-silently"), err)
		}
		return w.stop(orElse(say, "carrier-refused-silently"), nil, err)
	case provision.Denied:
		return w.park(orElse(say, "gave-up", "step", w.run.Step()), err)
	}
	return err
}

// settle tells the carrier what a person let an order end with.
func (s *Saga) settle(ctx context.Context, r *job.Run) error {
	tenant, id := provision.ParseJobKey(r.Key())
	var inUse, free []provision.Line
	err := s.svc.Store.View(ctx, func(tx job.Tx) error {
		o, err := s.svc.OrderIn(tx, tenant, id)
		if err == nil {
			inUse, free, err = s.svc.Lines(tx, o)
		}
		return err
	})
	if err != nil {
		return err
	}
	at := strconv.FormatInt(r.Since().Unix(), 10) // an order may be left as it is more than once
	for _, all := range []struct {
		event provision.LineEvent
		lines []provision.Line
	}{{provision.LineActivate, inUse}, {provision.LineRelease, free}} {
		for _, l := range all.lines {
			about := "end-" + string(all.event) + "-" + digitsOf(l.Number) + "-" + at
			if err := s.tellAfter(ctx, r, tenant, about, all.event, l); err != nil {
				return err
			}
		}
	}
	return nil
}

// tellLine tells the carrier of a line that no order made: one that was there before Calltab, or that a repair has
// found. The job's state is the line as it was, for the carrier to hear that it is nobody's any more.
func (s *Saga) tellLine(ctx context.Context, r *job.Run) error {
	tenant, n := provision.ParseNumberKey(r.Key())
	var l provision.Line
	in := false
	err := s.svc.Store.View(ctx, func(tx job.Tx) (err error) {
		l, in, err = s.svc.LineOf(tx, tenant, n)
		return err
	})
	if err != nil {
		return err
	}
	about := digitsOf(n) + "-" + strconv.FormatInt(r.Since().Unix(), 10)
	if in {
		return s.tellAfter(ctx, r, tenant, "line-"+about, provision.LineActivate, l)
	}
	var was provision.Line
	if err := r.Load(&was); err != nil || was.User == "" {
		return err
	}
	return s.tellAfter(ctx, r, tenant, "free-"+about, provision.LineRelease, was)
}

// digitsOf is a number as a part of a notice's id.
func digitsOf(n provision.E164) string {
	return strings.NewReplacer("+", "", ";ext=", "-").Replace(string(n))
}

// tellAfter tells the carrier of what is so already. A carrier that does not answer, or does not believe that it is
// Calltab who tells, is told later, for as long as it takes. One that still refuses after carrierPatience is not asked
// again.
func (s *Saga) tellAfter(
	ctx context.Context, r *job.Run, tenant provision.TenantID, id string, e provision.LineEvent, l provision.Line,
) error {
	_, err := s.svc.TellCarrier(ctx, tenant, id, e, l, "")
	if err == nil || provision.KindOf(err) == provision.NotFound {
		return nil
	}
	about := []any{slog.String("order", string(l.Order)), slog.Any("error", err)}
	tried := r.Elapsed(r.Since())
	switch provision.KindOf(err) {
	case provision.Throttled, provision.Unavailable, provision.Internal, provision.Denied:
		s.svc.Log.Warn("carrier not told yet", about...)
		return job.Wait(max(carrierPause, askedToWait(err)))
	}
	if tried < carrierPatience {
		s.svc.Log.Warn("carrier refuses to be told, for now", about...)
		return job.Wait(max(carrierPause, tried))
	}
	s.svc.Log.Error("carrier refuses to be told", about...)
	return nil
}
