package order

import (
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/stock"
)

// CanBeAt reports whether a draft can have a location: it is within its requester's reach, of the country in which
// Microsoft has the person ([Service.CountryMismatch]), and of a move not the one where the phone is.
func CanBeAt(o provision.Order, l provision.Location) bool {
	if usage := o.Person.UsageLocation; usage != "" && !strings.EqualFold(usage, l.Country) {
		return false
	}
	return o.Reaches(l.ID) && (o.Kind != provision.Move || l.ID != o.Had.Location)
}

// CanHave reports whether a draft can have a plan: of a change not the one that the person has.
func CanHave(o provision.Order, p provision.PlanID) bool {
	return o.Kind != provision.ChangePlan || p != o.Had.Plan
}

// choices reads what the form of a draft offers. It offers nothing that would be refused.
func (s *Service) choices(tx provision.Tx, sheet *provision.Sheet) (err error) {
	o := sheet.Order
	switch o.Form {
	case provision.FormReview:
		err = s.review(tx, sheet)
	case provision.FormLocation:
		sheet.Locations, err = stock.NumbersAt(tx, o.Tenant)
		sheet.Locations = slices.DeleteFunc(sheet.Locations, func(l provision.Stock) bool {
			return !CanBeAt(o, l.Location)
		})
	case provision.FormPlan:
		sheet.Plans, err = stock.Plans(tx, o.Tenant)
		sheet.Plans = slices.DeleteFunc(sheet.Plans, func(p provision.Plan) bool { return !CanHave(o, p.ID) })
	case provision.FormNumber:
		sheet.Best, err = s.offers(tx, o)
	}
	if err != nil {
		return err
	}
	if err := remark(tx, sheet); err != nil {
		return err
	}
	sheet.Others, err = s.others(tx, o)
	return err
}

// others are the forms to which the card of a draft leads, and which have another answer than the one that it shows.
func (s *Service) others(tx provision.Tx, o provision.Order) (all []provision.Form, err error) {
	for _, f := range o.Forms() {
		if !o.Offers(f) {
			continue
		}
		some, err := s.hasAnother(tx, o, f)
		if err != nil {
			return nil, err
		}
		if some {
			all = append(all, f)
		}
	}
	return all, nil
}

// hasAnother reports whether a form offers another answer than the one that a draft has.
func (s *Service) hasAnother(tx provision.Tx, o provision.Order, f provision.Form) (bool, error) {
	switch f {
	case provision.FormLocation:
		all, err := stock.Locations(tx, o.Tenant)
		return slices.ContainsFunc(all, func(l provision.Location) bool {
			return l.ID != o.Location && CanBeAt(o, l)
		}), err
	case provision.FormPlan:
		all, err := stock.Plans(tx, o.Tenant)
		return slices.ContainsFunc(all, func(p provision.Plan) bool {
			return p.ID != o.Plan && CanHave(o, p.ID)
		}), err
	case provision.FormNumber:
		free, err := stock.Suggest(tx, o.Tenant, o.Location, o.Person, 2) // one may be the one that is proposed
		return slices.ContainsFunc(free, func(n provision.Suggestion) bool {
			return n.E164 != o.Number && n.E164 != o.Proposed.Number
		}), err
	}
	return false, nil
}

// offers are the numbers that a form shows: the one that the draft holds, then the free ones that suit the person best.
// The one that was proposed comes last, as who is asked wants another one.
func (s *Service) offers(tx provision.Tx, o provision.Order) ([]provision.Suggestion, error) {
	all, err := stock.Suggest(tx, o.Tenant, o.Location, o.Person, provision.BestCount)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b provision.Suggestion) int {
		switch o.Proposed.Number {
		case a.E164:
			return 1
		case b.E164:
			return -1
		}
		return 0
	})
	if o.Number == "" {
		return all, nil
	}
	held, err := stock.Number(tx, o.Tenant, o.Number)
	return append([]provision.Suggestion{{Number: held}}, all...)[:min(provision.BestCount, len(all)+1)], err
}
