package fulfil

import (
	"cmp"
	"context"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

var zero time.Time

// policies gives the person the plan's policies. What they had is written down first, so that it can be put back.
func (w *work) policies(ctx context.Context) error {
	o := w.order
	v, err := w.svc.Telephony.Voice(ctx, o.Tenant, o.Person.ID)
	if err != nil {
		return err
	}
	if !v.Found {
		if gone, err := w.gone(ctx); err != nil || gone {
			return cmp.Or(err, w.leave())
		}
		if w.within(w.run.Since(), visibleTime) {
			return job.Wait(settlePause) // what the person has is not known yet, and could not be put back
		}
	}
	if !w.state.Noted {
		if err := w.noteBefore(ctx, v); err != nil {
			return err
		}
	}
	for _, want := range w.plan.Policies() {
		if strings.EqualFold(v.Policies[want.Type].Name, want.Name) {
			continue
		}
		id, err := w.svc.Telephony.PolicyID(ctx, o.Tenant, want.Type, want.Name)
		if err != nil && provision.KindOf(err) == provision.NotFound {
			return w.stop(provision.Say("policy-not-found", "policy", want.Name), nil, err)
		}
		if err == nil {
			err = w.svc.Telephony.AssignPolicy(ctx, o.Tenant, o.Person.ID, want.Type, id)
		}
		if err != nil {
			return w.policyRefused(err)
		}
	}
	w.finish(provision.OrderProgress)
	return nil
}

// policyRefused waits a while for a person whom the policy service does not know yet, and stops after a few refusals;
// anything else is tried again.
func (w *work) policyRefused(err error) error {
	kind := provision.KindOf(err)
	if kind == provision.NotFound && w.run.Now().Sub(w.run.Since()) < visibleTime {
		return job.Wait(settlePause)
	}
	switch kind {
	case provision.Denied:
		say, _ := provision.SayOf(err)
		return w.park(orElse(say, "gave-up", "step", w.run.Step()), err)
	case provision.Invalid, provision.Conflict, provision.NotFound:
		if !busy(err) && w.run.Attempt() >= refusals {
			return w.stop(provision.Say("policy-refused"), nil, err)
		}
	}
	return err
}

// busy reads the text, as the last resort: the service says "unavailable, try again" with the status of a bad request.
func busy(err error) bool {
	text := strings.ToLower(err.Error())
	return strings.Contains(text, "unavailable") || strings.Contains(text, "try again")
}

func (w *work) noteBefore(ctx context.Context, v provision.Voice) error {
	var before []provision.OldPolicy
	for _, want := range w.plan.Policies() {
		old := provision.OldPolicy{Type: want.Type}
		if had := v.Policies[want.Type]; had.Direct {
			old.ID = had.ID
		}
		before = append(before, old)
	}
	w.state.Noted = true
	if err := w.run.Save(w.state); err != nil {
		return err
	}
	return w.run.Checkpoint(ctx, func(tx job.Tx) error {
		o, err := w.svc.OrderIn(tx, w.order.Tenant, w.order.ID)
		if err != nil {
			return err
		}
		o.Before = before
		return w.svc.Write(tx, &o, provision.OrderProgress, "", "")
	})
}

// passing reports whether "not found" may be for a moment only: it is believed once it was said for a while.
func (w *work) passing() bool {
	if w.state.Unknown.IsZero() {
		w.state.Unknown = w.run.Now().UTC()
	}
	return w.within(w.state.Unknown, settleTime)
}

// restorePolicies puts back what was written down. It does not look first: a policy shows minutes after it was set.
func (w *work) restorePolicies(ctx context.Context) error {
	for _, old := range w.order.Before {
		var err error
		if old.ID == "" {
			err = w.svc.Telephony.UnassignPolicy(ctx, w.order.Tenant, w.order.Person.ID, old.Type)
		} else {
			err = w.svc.Telephony.AssignPolicy(ctx, w.order.Tenant, w.order.Person.ID, old.Type, old.ID)
		}
		if err == nil {
			w.state.Unknown = zero
			continue
		}
		if provision.KindOf(err) != provision.NotFound {
			return err
		}
		if gone, err := w.gone(ctx); err != nil || gone {
			return err // and their policies with them
		}
		if w.passing() {
			return job.Wait(settlePause) // either there is nothing to take back, or the policy service does not know the person yet
		}
	}
	return nil
}
