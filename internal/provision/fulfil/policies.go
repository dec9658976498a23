package fulfil

import (
	"context"
	"slices"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/fading"
	"calltab/internal/provision/job"
)

var zero time.Time

// policies gives the person the plan's policies. What they had is written down first, so that it can be put back.
func (w *work) policies(ctx context.Context) error {
	o := w.order
	v, err := w.voice(ctx)
	if err != nil {
		return err
	}
	if !v.Found {
		gone, err := w.gone(ctx)
		if err != nil {
			return err
		}
		if gone {
			return w.leave()
		}
		if w.within(w.run.Since(), visibleTime) {
			return job.Wait(settlePause) // what the person has is not known yet, and could not be put back
		}
	}
	if err := w.noteBefore(ctx, v); err != nil {
		return err
	}
	for _, want := range w.plan.Policies() {
		if w.inEffect(want.Type, v.Policies[want.Type], want.Name) {
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
	if o.Undoes != "" || o.Kind == provision.ChangePlan { // what the plan before set and this one does not
		if err := w.strip(ctx, v, append(w.had.Policies(), w.gave()...), w.plan); err != nil {
			return err
		}
	}
	w.finish(provision.OrderProgress)
	return nil
}

// voice reads what Microsoft shows of the person, and which of their policies may be those of before another order.
func (w *work) voice(ctx context.Context) (v provision.Voice, err error) {
	if w.recent, err = w.changedPolicies(ctx, w.run.Now()); err != nil {
		return v, err
	}
	return w.svc.Telephony.Voice(ctx, w.order.Tenant, w.order.Person.ID)
}

// changedPolicies are those of the person that other orders had changed shortly before a moment.
func (w *work) changedPolicies(ctx context.Context, at time.Time) (p fading.Policies, err error) {
	o := w.order
	err = w.svc.Store.View(ctx, func(tx job.Tx) (err error) {
		orders := w.svc.OrdersBy(tx, o.Tenant, provision.Filter{Person: o.Person.ID})
		p, err = fading.Of(orders, o.ID, at)
		return err
	})
	return p, err
}

// inEffect reports whether the policy that shows is of a name, and may be believed.
func (w *work) inEffect(kind string, shown provision.Policy, name string) bool {
	return strings.EqualFold(shown.Name, name) && !w.recent.Doubts(kind, shown)
}

// isDirect reports whether a policy is the person's own, and of a name.
func isDirect(p provision.Policy, name string) bool {
	return p.Direct && strings.EqualFold(p.Name, name)
}

// strip takes policies off the person, but for types that a plan sets. Others that an admin gave them stay. One that
// was given so recently that it does not show yet is taken off as well.
func (w *work) strip(ctx context.Context, v provision.Voice, off []provision.NamedPolicy, keep provision.Plan) error {
	for _, have := range off {
		sets := func(n provision.NamedPolicy) bool { return n.Type == have.Type }
		shown := v.Policies[have.Type]
		really := w.recent.Really(have.Type, shown)
		if !isDirect(shown, have.Name) && !isDirect(really, have.Name) || slices.ContainsFunc(keep.Policies(), sets) {
			continue
		}
		err := w.takeOff(ctx, have.Type)
		switch {
		case err == nil:
			w.state.Unknown = zero
		case provision.KindOf(err) != provision.NotFound:
			w.unsaid(err)
			return err
		case w.passing():
			// it is gone and still shows, or the policy service does not know the person for a moment
			return job.Wait(settlePause)
		}
	}
	return nil
}

// takeOff takes a policy off the person. An order that takes another one back leaves them the policy that they had
// before that one; where Microsoft does not have it any more, none.
func (w *work) takeOff(ctx context.Context, kind string) error {
	o := w.order
	if own := w.own(kind); own != "" {
		err := w.svc.Telephony.AssignPolicy(ctx, o.Tenant, o.Person.ID, kind, own)
		switch provision.KindOf(err) {
		case provision.NotFound:
			if w.passing() {
				return job.Wait(settlePause)
			}
		case provision.Invalid, provision.Conflict:
			if busy(err) || w.run.Attempt() < refusals {
				return err
			}
		default:
			return err
		}
	}
	return w.svc.Telephony.UnassignPolicy(ctx, o.Tenant, o.Person.ID, kind)
}

// policyRefused waits a while for a person whom the policy service does not know yet, and stops after a few refusals;
// anything else is tried again.
func (w *work) policyRefused(err error) error {
	kind := provision.KindOf(err)
	if kind == provision.NotFound && w.within(w.run.Since(), visibleTime) {
		return job.Wait(settlePause)
	}
	switch kind {
	case provision.Denied:
		return w.denied(err)
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

// noteBefore writes down what the person had before, once: with what was given to them so recently that it does not
// show yet, and without what was taken off them so recently that it still shows.
func (w *work) noteBefore(ctx context.Context, v provision.Voice) error {
	if w.state.Noted {
		return nil
	}
	before := w.found(v)
	for i, old := range before {
		if old.Name == "" || old.ID != "" {
			continue
		}
		id, err := w.svc.Telephony.PolicyID(ctx, w.order.Tenant, old.Type, old.Name)
		if err != nil && provision.KindOf(err) != provision.NotFound {
			return w.policyRefused(err)
		}
		before[i].ID = id
		if id == "" {
			before[i].Name = ""
		}
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

// found is what the person has of each type that the order gives or takes off.
func (w *work) found(v provision.Voice) (all []provision.OldPolicy) {
	note := func(kind, set string) {
		if slices.ContainsFunc(all, func(p provision.OldPolicy) bool { return p.Type == kind }) {
			return
		}
		shown := v.Policies[kind]
		had := w.recent.Really(kind, shown)
		old := provision.OldPolicy{Type: kind, Set: set}
		if !had.Direct && w.inEffect(kind, shown, set) {
			old.Set = "" // a group gives it: nothing else is given
		}
		if had.Direct {
			old.ID, old.Name = had.ID, had.Name
		}
		old.Beside = v.Found && slices.ContainsFunc(w.had.Policies(), func(p provision.NamedPolicy) bool {
			return p.Type == kind && !strings.EqualFold(p.Name, had.Name)
		})
		all = append(all, old)
	}
	for _, p := range w.plan.Policies() {
		if w.order.Kind.Ends() {
			note(p.Type, "")
		} else {
			note(p.Type, p.Name)
		}
	}
	if w.order.Undoes != "" || w.order.Kind == provision.ChangePlan {
		for _, p := range append(w.had.Policies(), w.gave()...) {
			note(p.Type, "")
		}
	}
	return all
}

// unsaid begins anew to count for how long something was said not to be there: in between the service did not answer at
// all.
func (w *work) unsaid(err error) {
	if kind := provision.KindOf(err); kind == provision.Throttled || kind == provision.Unavailable {
		w.state.Unknown = zero
	}
}

// passing reports whether "not found" may be for a moment only: it is believed once it was said for a while.
func (w *work) passing() bool {
	if w.state.Unknown.IsZero() {
		w.state.Unknown = w.run.Now().UTC()
	}
	return w.within(w.state.Unknown, settleTime)
}

// restorePolicies puts back what was written down, and takes off only what the order set. It looks first: where the
// person has another number or another order by now, or a policy that was given to them since, that stays. A policy
// shows minutes after it was set, and so one that shows as it was before the order is put back all the same.
func (w *work) restorePolicies(ctx context.Context) error {
	if len(w.order.Before) == 0 || w.overtaken {
		return nil
	}
	v, err := w.voice(ctx)
	if err != nil {
		w.unsaid(err)
		return err
	}
	if w.hasAnother(v) {
		return nil
	}
	for _, old := range w.order.Before {
		now := v.Policies[old.Type]
		if v.Found && !w.left(old, now) && !w.recent.Doubts(old.Type, now) {
			continue
		}
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
			w.unsaid(err)
			return err
		}
		if gone, err := w.gone(ctx); err != nil || gone {
			return err // and their policies with them
		}
		if w.passing() {
			// either there is nothing to take back, or the policy service does not know the person yet
			return job.Wait(settlePause)
		}
	}
	return nil
}

// hasAnother reports that the person has a number that is neither the order's nor the one that they had before it.
func (w *work) hasAnother(v provision.Voice) bool {
	return slices.ContainsFunc(v.Numbers, func(n provision.E164) bool {
		return n != w.order.Number && n != w.order.Had.Number
	})
}

// left reports that a policy is as the order found it, or as the order left it: nobody has given the person another one
// since.
func (w *work) left(old provision.OldPolicy, now provision.Policy) bool {
	id, name := "", ""
	if now.Direct {
		id, name = now.ID, now.Name
	}
	switch {
	case id == old.ID && strings.EqualFold(name, old.Name):
		return true
	case old.Set != "":
		return strings.EqualFold(name, old.Set)
	}
	return name == "" || id == w.own(old.Type)
}
