package draft

import (
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/order"
	"calltab/internal/provision/stock"
)

// proceed proposes what can be proposed of what a draft lacks, and goes to the form for the rest. refused is the form
// of a wish that cannot be, if any: for that its requester chooses again.
func (s *Service) proceed(tx provision.Tx, o *provision.Order, refused provision.Form) error {
	if o.Undoes == "" && o.Person.ID != "" {
		if err := (proposer{s}).propose(tx, o, refused); err != nil {
			return err
		}
	}
	o.Form = provision.Next(*o)
	if refused != "" {
		return nil
	}
	if o.Form != provision.FormNumber || o.AsksForNumber() && o.Proposed.Location == "" {
		return nil
	}
	// There is no number where Calltab would have given one: another location may have some.
	l, err := s.stock.LocationIn(tx, o.Tenant, o.Location)
	o.Form, o.Notice = provision.FormLocation, provision.Say("no-free-numbers-here", "location", l.Name)
	if !o.Kind.Asks(provision.FormLocation) {
		o.Form, o.Notice = provision.FormReview, provision.Message{} // which says it
	}
	return err
}

// proposer fills in what a draft lacks.
type proposer struct{ *Service }

func (s proposer) propose(tx provision.Tx, o *provision.Order, refused provision.Form) error {
	if refused == provision.FormLocation {
		return nil // the rest depends on it
	}
	if err := s.location(tx, o); err != nil {
		return err
	}
	if err := s.plan(tx, o); err != nil || refused == provision.FormNumber {
		return err
	}
	return s.number(tx, o)
}

// location takes the location in the city or office where Microsoft 365 has the person, else the only one that
// they can have.
func (s proposer) location(tx provision.Tx, o *provision.Order) error {
	if !o.Kind.Asks(provision.FormLocation) || o.Location != "" {
		return nil
	}
	all, err := stock.Locations(tx, o.Tenant)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(l provision.Location) bool { return !order.CanBeAt(*o, l) })
	for _, l := range all {
		if strings.EqualFold(l.Name, o.Person.City) || strings.EqualFold(l.Name, o.Person.Office) {
			o.Location, o.Proposed.Location = l.ID, provision.WorksThere
			return nil
		}
	}
	if len(all) == 1 {
		o.Location, o.Proposed.Location = all[0].ID, provision.OnlyOne
	}
	return nil
}

// plan takes the usual plan of the location, or the first one of the inventory; of a change the only other one.
func (s proposer) plan(tx provision.Tx, o *provision.Order) error {
	changes := o.Kind == provision.ChangePlan
	if !changes && (!o.Kind.Gives() || o.Location == "" || o.Plan != "" && !o.Proposed.Plan) {
		return nil
	}
	all, err := stock.Plans(tx, o.Tenant)
	if err != nil {
		return err
	}
	if changes {
		all = slices.DeleteFunc(all, func(p provision.Plan) bool { return !order.CanHave(*o, p.ID) })
		if o.Plan == "" && len(all) == 1 {
			o.Plan = all[0].ID
		}
		return nil
	}
	if len(all) == 0 {
		return nil
	}
	l, err := s.stock.LocationIn(tx, o.Tenant, o.Location)
	if err != nil {
		return err
	}
	usual := all[0].ID
	if slices.ContainsFunc(all, func(p provision.Plan) bool { return p.ID == l.Plan }) {
		usual = l.Plan
	}
	o.Plan, o.Proposed.Plan = usual, true
	return nil
}

// number takes the number of the location that suits the person best. It is not held: who only looks takes
// nothing from anybody. A requester who asked for another number chooses it, where they may and there is more than one.
func (s proposer) number(tx provision.Tx, o *provision.Order) error {
	chosen := o.Kind == provision.ChangeNumber && o.AsksForNumber() && o.Bulk.ID == "" // a row asks nobody
	stays := o.Kind == provision.Move && o.Location == o.Had.Location
	if !o.Kind.Asks(provision.FormNumber) || o.Number != "" || o.Location == "" || stays {
		return nil
	}
	if chosen {
		some, err := stock.Suggest(tx, o.Tenant, o.Location, o.Person, 2)
		if err != nil || len(some) != 1 {
			return err
		}
	}
	gone := o.Proposed.Number
	if gone != "" {
		v, err := stock.Number(tx, o.Tenant, gone)
		if provision.IgnoreNotFound(err) != nil {
			return err
		}
		given := v.State == provision.Free || v.ReservedFor(o.Person.ID)
		if err == nil && given && v.Location == o.Location {
			return nil
		}
		if v.Location != o.Location { // another location was chosen, and it is not gone
			gone = ""
		}
	}
	o.ProposeNumber(provision.Suggestion{})
	mine, err := s.limits.Drafts(tx, o.Tenant, o.Requester.ID)
	if err != nil {
		return err
	}
	best, err := stock.Suggest(tx, o.Tenant, o.Location, o.Person, len(mine)+1)
	if err != nil {
		return err
	}
	for _, n := range best {
		elsewhere := slices.ContainsFunc(mine, func(d provision.Order) bool {
			return d.ID != o.ID && d.Proposed.Number == n.E164
		})
		if !elsewhere {
			o.ProposeNumber(n)
			if gone != "" && o.Notice.ID == "" {
				o.Notice = provision.Say("number-taken-another", "number", string(gone), "other", string(n.E164))
			}
			return nil
		}
	}
	return nil
}

// takeBackProposals leaves a draft with what its requester chose.
func takeBackProposals(o *provision.Order) {
	if o.Proposed.Location != "" {
		o.Location = ""
	}
	if o.Proposed.Plan {
		o.Plan = ""
	}
	o.Proposed = provision.Proposal{}
}
