package draft

import (
	"cmp"
	"context"

	"calltab/internal/provision"
	"calltab/internal/provision/people"
)

// correction is a request to change a phone that is only being ordered.
type correction struct{ *Service }

// read reads a request to change a phone that its person does not have yet as one for the phone that its requester
// has begun to order for them: "change henry to metered", while the form for Henry is open. ok is false where none is.
// What was sent for approval once is changed on its card.
func (s correction) read(
	ctx context.Context, r provision.Request, got people.Found,
) (as provision.Request, ok bool, err error) {
	if r.Kind.Gives() || r.Kind.Ends() || r.Undoes != "" || len(got.People) != 1 {
		return r, false, nil
	}
	who := got.People[0].ID
	var begun provision.Order
	err = s.Store.View(ctx, func(tx provision.Tx) error {
		sub, _, err := s.roster.SubscriberIn(tx, r.Tenant, who)
		if err != nil || sub.Number != "" {
			return err
		}
		drafts, err := s.limits.Drafts(tx, r.Tenant, r.Requester.ID)
		for _, d := range drafts {
			if d.Person.ID == who && d.Kind.Gives() && d.Submitted.IsZero() {
				begun = d
			}
		}
		return err
	})
	if err != nil || begun.ID == "" {
		return r, false, err
	}
	as = r
	as.Kind = begun.Kind
	as.User = who
	as.Query = ""
	as.From = ""
	as.FromNumber = ""
	moves := r.Kind == provision.Move && (r.Location != "" || r.Number != "")
	if !moves {
		as.Location = chosenLocation(begun)
	}
	if !begun.Proposed.Plan {
		as.Plan = cmp.Or(r.Plan, begun.Plan)
	}
	if r.Kind == provision.ChangePlan {
		as.Number = begun.Number
	}
	return as, true, nil
}

// begin begins the order for a phone once more, with what a request corrects, in place of the one that is open. What
// the request leaves open is asked at once.
func (s correction) begin(ctx context.Context, r, as provision.Request) (provision.Sheet, error) {
	a, err := Filler(s).ask(ctx, &as, provision.BulkRow{}, provision.LookupTime)
	if err != nil {
		return provision.Sheet{}, err
	}
	sheet, err := write(ctx, s.Service, as, a)
	open := asksFor(r)
	if err != nil || open == "" || !sheet.Order.Offers(open) {
		return sheet, err
	}
	o := sheet.Order
	return s.Answer(ctx, o.Tenant, r.Requester, o.ID, o.Revision, provision.Answer{Another: open})
}

// chosenLocation is the location that a draft's requester chose.
func chosenLocation(o provision.Order) provision.LocationID {
	if o.Proposed.Location != "" {
		return ""
	}
	return o.Location
}

// asksFor is the form of what a request to change a phone leaves open.
func asksFor(r provision.Request) provision.Form {
	switch {
	case r.Kind == provision.ChangePlan && r.Plan == "":
		return provision.FormPlan
	case r.Kind == provision.ChangeNumber && r.Number == "":
		return provision.FormNumber
	case r.Kind == provision.Move && r.Location == "" && r.Number == "":
		return provision.FormLocation
	}
	return ""
}
