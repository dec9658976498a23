package fulfil

import (
	"context"
	"slices"

	"calltab/internal/provision"
)

// unlessInDoubt does a step of an order, or stops the work for an operator where a store was put back from a backup
// that the order was at work in, and the step belongs to a way that would take from the person a phone that Microsoft
// shows on them.
func unlessInDoubt(do func(*work, context.Context) error) func(*work, context.Context) error {
	return func(w *work, ctx context.Context) error {
		if err := w.doubt(ctx); err != nil {
			return err
		}
		return do(w, ctx)
	}
}

// doubt looks at the person of an order that a backup was at work on. It asks until an operator has decided.
func (w *work) doubt(ctx context.Context) error {
	if w.backup.IsZero() || w.untouched() {
		return nil
	}
	o := w.order
	v, err := w.svc.Telephony.Voice(ctx, o.Tenant, o.Person.ID)
	if err != nil {
		return err
	}
	has := provision.E164("")
	if len(v.Numbers) > 0 {
		has = v.Numbers[0]
	}
	known := []provision.E164{o.Number, o.Had.Number}
	back := w.run.Undoing() || w.run.Kind() == provision.JobTakeBack
	args := []string{"when", w.backup.Format("2 January 2006"), "person", o.Person.Name(), "number", string(has)}
	switch {
	case has == "":
	case !slices.Contains(known, has) && !back:
		return w.park(provision.Say("restored-other", args...), nil)
	case has != o.Number:
	case back && o.Kind.Gives():
		return w.park(provision.Say("restored-given", args...), nil)
	case !back && o.Kind.Ends():
		return w.park(provision.Say("restored-kept", args...), nil)
	}
	return nil
}
