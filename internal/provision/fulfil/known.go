package fulfil

import (
	"context"

	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// note writes down what Microsoft shows when the work stops, for whoever decides how to go on.
func (w *work) note(ctx context.Context) {
	known, now := w.knowledge(ctx), w.run.Now().UTC()
	w.change(provision.OrderProgress, func(_ job.Tx, o *provision.Order) error {
		o.Known, o.KnownAt = known, now
		return nil
	})
}

// knowledge is what Microsoft shows of the person and the numbers of the order.
func (w *work) knowledge(ctx context.Context) []provision.Message {
	o := w.order
	p, err := w.svc.Directory.Person(ctx, o.Tenant, string(o.Person.ID))
	known := []provision.Message{account(p, err)}
	for _, n := range []provision.E164{o.Number, o.Had.Number} {
		if n != "" && (n == o.Number || o.Had.Number != o.Number) {
			known = append(known, w.numberKnown(ctx, n))
		}
	}
	v, err := w.svc.Telephony.Voice(ctx, o.Tenant, o.Person.ID)
	switch {
	case err != nil || !v.Found:
	case w.plan.Name != "" && w.plan.InEffect(v):
		known = append(known, provision.Say("known-plan", "plan", w.plan.Name))
	case w.plan.Name != "":
		known = append(known, provision.Say("known-no-plan", "plan", w.plan.Name))
	}
	return known
}

func account(p provision.Person, err error) provision.Message {
	switch {
	case err != nil && provision.KindOf(err) == provision.NotFound:
		return provision.Say("known-account-gone")
	case err != nil:
		return provision.Say("known-account-unknown")
	case !p.Enabled:
		return provision.Say("known-account-blocked")
	case !p.PhoneLicensed():
		return provision.Say("known-unlicensed")
	}
	return provision.Say("known-licensed")
}

func (w *work) numberKnown(ctx context.Context, n provision.E164) provision.Message {
	at, err := w.lookAt(ctx, n)
	id := map[whose]string{ours: "known-number-ours", theirs: "known-number-theirs", nobodys: "known-number-nobodys"}[at]
	if err != nil {
		id = "known-number-unknown"
	}
	return provision.Say(id, "number", string(n))
}
