package order

import (
	"context"
	"strings"

	"calltab/internal/provision"
)

// Mine reads an order for its requester, with everything that its card shows.
func (s *Service) Mine(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	id provision.OrderID) (provision.Sheet, error) {
	sheet, err := s.Sheet(ctx, tenant, id)
	if err == nil {
		err = Own(sheet.Order, by)
	}
	if err != nil {
		return provision.Sheet{}, err
	}
	return sheet, nil
}

// Own returns Denied where an order is another requester's.
func Own(o provision.Order, by provision.Actor) error {
	if o.Requester.ID == by.ID {
		return nil
	}
	return &provision.Error{Op: "answer form", Kind: provision.Denied, Say: provision.Say("not-your-order")}
}

// CountryMismatch checks the person's usage location against the site's country: Microsoft asks that they agree
// (learn.microsoft.com/microsoftteams/assign-change-or-remove-a-phone-number-for-a-user).
func (s *Service) CountryMismatch(tx provision.Tx, o *provision.Order) provision.Message {
	loc, err := s.stock.LocationIn(tx, o.Tenant, o.Location)
	if err != nil || o.Person.UsageLocation == "" || strings.EqualFold(o.Person.UsageLocation, loc.Country) {
		return provision.Message{}
	}
	return provision.Say("country-mismatch", "usage", o.Person.UsageLocation, "country", loc.Country, "location",
		loc.Name)
}

// Drop lets the draft's number go; without one of its own it does nothing.
func (s *Service) Drop(tx provision.Tx, o *provision.Order) error {
	if !o.Kind.Asks(provision.FormNumber) {
		return nil // the person's own, which stays
	}
	err := s.stock.LetGo(tx, o, provision.Free, o.Requester.ID)
	o.Number, o.HoldEnds = "", provision.ZeroTime
	o.ProposeNumber(provision.Suggestion{})
	return err
}
