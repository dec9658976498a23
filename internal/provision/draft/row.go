package draft

import (
	"cmp"
	"context"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/order"
	"calltab/internal/provision/people"
)

// rowPatience is how long the person of a row is looked for at a time: nobody waits before a card for it.
const rowPatience = 30 * time.Second

// answerPatience is how long it is looked whether Microsoft answers at all: behind a row, in the same step of a job.
const answerPatience = 10 * time.Second

// Filler fills orders in whose requester answers no form: the rows of a bulk.
type Filler struct{ *Service }

// asked is what was asked for, and what was found of its person before the transaction.
type asked struct {
	order provision.Order
	acc   provision.Access
	found people.Found
	late  bool // Microsoft is slow: the person is still looked for
}

// ask is the draft that a request asks for, with what its requester may order and what was found of its person.
func (f Filler) ask(ctx context.Context, r *provision.Request, of provision.BulkRow,
	patience time.Duration) (asked, error) {
	a := asked{}
	if err := f.owner(ctx, r); err != nil {
		return a, err
	}
	acc, err := f.access.Access(ctx, r.Tenant, r.Requester.ID)
	if err != nil {
		return a, err
	}
	o, there, err := f.requested(ctx, r, acc)
	if err != nil {
		return a, err
	}
	o.Bulk = of
	found, late := f.lookup.LookFor(ctx, there, o.Query, !o.Kind.Gives(), patience)
	if late == order.NotYourTeam && acc.May(provision.Operate, "") { // a user with a role has read where it is
		late = acc.Need("order phone", provision.Operate, there.Location)
	}
	// A number or a location that was named is held against the person first.
	waits := r.OwnNumber() == "" && r.From == "" && of.ID == ""
	if late != nil && (!provision.Slow(late) || !waits) {
		return a, late
	}
	if err := f.contradicted(ctx, *r, there, found); err != nil {
		return a, err
	}
	return asked{o, acc, found, late != nil}, nil
}

// Fill fills in the order that a row asks for, with what Calltab proposes where the row leaves it open, and gives it to
// keep in the transaction in which it was filled in. Nothing is written but the hold of a number that the row names:
// an order at FormReview is whole, and any other lacks what its form asks for.
func (f Filler) Fill(ctx context.Context, r provision.Request, of provision.BulkRow,
	keep func(tx provision.Tx, o provision.Order) error) error {
	if r.Kind == "" {
		r.Kind = provision.Add
	}
	a, err := f.ask(ctx, &r, of, rowPatience)
	if err != nil {
		return err
	}
	return f.Store.Update(ctx, func(tx provision.Tx) error {
		o := a.order
		if err := f.wish(tx, &o, r.Number); err != nil {
			return err
		}
		if err := o.InReach(); err != nil {
			return err
		}
		if err := f.meet(tx, &o, a.found); err != nil {
			return err
		}
		if err := o.InReach(); err != nil {
			return err
		}
		return keep(tx, o)
	})
}

// Propose fills in an order that nobody answers forms about, for a person who was found: at FormReview it is whole, at
// FormRefused it says why not, and any other form is what it lacks. Nothing is written for it.
func (f Filler) Propose(tx provision.Tx, o *provision.Order, found people.Found) error {
	return f.meet(tx, o, found)
}

// Answers is the error of reading of a person what is read of the person of a row.
func (f Filler) Answers(ctx context.Context, tenant provision.TenantID, who provision.UserID) error {
	return f.lookup.Answers(ctx, tenant, who, answerPatience)
}

// Reason is as much of a reason as is kept of one.
func (f Filler) Reason(why string) string { return people.Reason(why) }

// UseList counts a list that a person has checked as a form that they answer, and refuses one too many.
func (f Filler) UseList(tx provision.Tx, tenant provision.TenantID, by provision.UserID, acc provision.Access) error {
	return f.limits.UseForm(tx, tenant, by, acc)
}

// RequestList counts a list that is sent to its approvers as one request, and refuses one too many.
func (f Filler) RequestList(
	tx provision.Tx, tenant provision.TenantID, by provision.UserID, acc provision.Access,
) error {
	return f.limits.RequestList(tx, tenant, by, acc)
}

// Secure holds the number of an order that is filled in until a moment; one that takes none holds nothing. A location
// that runs low by that is looked at.
func (f Filler) Secure(tx provision.Tx, o *provision.Order, until time.Time) error {
	if !o.Kind.Asks(provision.FormNumber) {
		return nil
	}
	n := cmp.Or(o.Number, o.Proposed.Number)
	if err := f.stock.Hold(tx, o, n, until); err != nil {
		return err
	}
	o.Number, o.HoldEnds = n, until
	return f.stock.Mind(tx, o.Tenant, o.Location)
}

// Free lets the number go that a filled in order holds.
func (f Filler) Free(tx provision.Tx, o *provision.Order) error { return f.order.Drop(tx, o) }

// Submit makes a filled in order one of its requester's: its work is queued, or its approvers are asked. What has
// changed since it was filled in refuses it: Conflict, NotFound or Invalid with the reason; so does an approval that it
// needs by now, where why is empty: an approver is never asked without a reason. may is asked in the same
// transaction.
func (f Filler) Submit(ctx context.Context, o provision.Order, why string, may func(provision.Tx) error) error {
	acc, err := f.access.Access(ctx, o.Tenant, o.Requester.ID)
	if err != nil {
		return err
	}
	need, err := f.Approval(ctx, o, acc)
	if err != nil {
		return err
	}
	if need.By != "" && strings.TrimSpace(why) == "" { // its rule is newer than its check
		return &provision.Error{Op: "order row", Kind: provision.Invalid, Say: provision.Say("bulk.reason-needed")}
	}
	return f.Store.Update(ctx, func(tx provision.Tx) error {
		o := o
		if err := may(tx); err != nil {
			return err
		}
		if err := o.RequestedWith(acc); err != nil {
			return err
		}
		if err := o.InReach(); err != nil {
			return err
		}
		if err := f.still(tx, &o); err != nil {
			return err
		}
		o.BesideOf(acc)
		if need.By != "" {
			o.Why = people.Reason(why)
		}
		if err := f.keep(tx, &o); err != nil {
			return err
		}
		return f.submit(tx, &o, o.Requester, need)
	})
}

// Approval is who must be asked for a filled in order, with the rules as they are now.
func (f Filler) Approval(ctx context.Context, o provision.Order, acc provision.Access) (provision.Approval, error) {
	c, err := f.access.AccessPolicy(ctx, o.Tenant)
	if err != nil {
		return provision.Approval{}, err
	}
	o.BesideOf(acc)
	var sheet provision.Sheet
	err = f.Store.View(ctx, func(tx provision.Tx) (err error) {
		sheet, err = f.order.SheetOf(tx, o)
		return err
	})
	if err != nil {
		return provision.Approval{}, err
	}
	return f.approve.ApprovalOf(ctx, sheet, c)
}

// still refuses an order whose person or phone is not what it was when the order was filled in.
func (f Filler) still(tx provision.Tx, o *provision.Order) error {
	if other := order.LiveOrder(tx, o.Tenant, o.Person.ID); other != "" {
		return provision.NewConflict("order row", "other-order-live", "person", o.Person.Name(), "order", string(other))
	}
	sub, _, err := f.roster.SubscriberIn(tx, o.Tenant, o.Person.ID)
	switch {
	case err != nil:
		return err
	case o.Kind.Gives() && sub.Number != "":
		return provision.NewConflict("order row", "bulk.has-phone", "person", o.Person.Name(), "number",
			string(sub.Number))
	case o.Kind.Gives():
		o.Had = sub
	case sub != o.Had:
		return provision.NewConflict("order row", "phone-changed", "person", o.Person.Name())
	}
	return nil
}
