package provision

import "context"

// AskAgain works out anew whose word a pending order needs and asks each of them, for whoever operates at its locations. Who has
// approved is not asked again; where their words are all that it needs now, the order goes on. Invalid where nobody can be asked, or
// nobody's word is needed any more.
func (s *Service) AskAgain(ctx context.Context, tenant TenantID, by Actor, id OrderID, rev int) (Sheet, error) {
	const op = "ask for approval again"
	sheet, err := s.Sheet(ctx, tenant, id)
	if err != nil {
		return sheet, err
	}
	if _, err := s.permit(ctx, op, tenant, by, Operate, sheet.Order.sites()...); err != nil {
		return Sheet{}, err
	}
	if sheet.Order.State != Pending || rev < sheet.Order.Consent.Revision {
		sheet.Order.Notice = Say("card-was-old")
		return sheet, nil
	}
	c, err := s.Charter(ctx, tenant)
	if err != nil {
		return sheet, err
	}
	may, err := s.stillMay(ctx, &sheet.Order)
	var need Consent
	if err == nil && may {
		need, err = s.consent(ctx, sheet, c)
	}
	switch {
	case err != nil && slow(err):
		return sheet, &Error{Op: op, Kind: Unavailable, Say: Say("microsoft-busy"), Err: err}
	case err != nil:
		return sheet, err
	case !may:
		return sheet, &Error{Op: op, Kind: Invalid, Say: Say("requester-barred.again", "person", sheet.Order.Requester.Name)}
	case need.By == "":
		return sheet, &Error{Op: op, Kind: Invalid, Say: Say("nobody-needed", "person", sheet.Order.Requester.Name)}
	}
	read := sheet.Order.Revision
	return s.update(ctx, tenant, id, func(tx Tx, o *Order) error {
		if o.State != Pending || o.Revision != read {
			o.Notice = Say("card-was-old")
			return nil
		}
		return s.askAgain(tx, o, need, by)
	})
}

func (s *Service) askAgain(tx Tx, o *Order, need Consent, by Actor) error {
	c := &o.Consent
	o.Notice = Message{}
	c.By, c.All, c.Passed = need.By, need.All, need.Passed
	c.Asked, c.Next, c.Missed, c.Short, c.Barred = nil, nil, nil, false, false
	c.seat(o.Revision+1, need, func(who UserID) bool { return c.has(who, Approve) })
	c.keepEver()
	if len(c.Asked) == 0 {
		if err := s.approve(tx, o); err != nil {
			return err
		}
		return s.Write(tx, o, OrderApproved, by.ID, "asked again")
	}
	if err := s.anew(tx, o); err != nil {
		return err
	}
	return s.Write(tx, o, OrderAsked, by.ID, "asked again")
}
