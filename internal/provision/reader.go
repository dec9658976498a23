package provision

import "context"

// ReadBy fits a sheet to somebody who reads it as a card: it says what would be refused to them, and whether they may see the order
// at all. Rights are read as ever; where Microsoft does not say in which groups they are, nothing that takes a role is offered, and
// if it is by a role alone that they could see the order, the error is Unavailable.
func (s *Service) ReadBy(ctx context.Context, sheet Sheet, who UserID) (Sheet, bool, error) {
	o := sheet.Order
	own := o.Requester.ID == who
	sees := own || o.Consent.Concerns(who)
	sheet.Refused = Refusals{Own: !own, Operate: true, TakeBack: true}
	if sees && !o.decidedByOperators() {
		return sheet, true, nil
	}
	acc, err := s.Access(ctx, o.Tenant, who)
	if err != nil {
		return sheet, false, err
	}
	sheet.Refused.Operate = acc.need("", Operate, o.sites()...) != nil
	sheet.Refused.TakeBack = s.mayTakeBack(ctx, Actor{ID: who}, o) != nil
	if o.CanWithdraw() && !sheet.Refused.TakeBack {
		possible, err := s.takesBack(ctx, o)
		if err != nil {
			return sheet, false, err
		}
		sheet.Refused.TakeBack = !possible
	}
	sees = sees || acc.sees(o)
	sheet.Refused.Look = !sees
	if !sees && acc.unsure != nil {
		return sheet, false, &Error{Op: "read order", Kind: Unavailable, Say: acc.cannotCheck(), Err: acc.unsure}
	}
	return sheet, sees, nil
}

// decidedByOperators reports whether the card of an order has anything that only operators may do.
func (o Order) decidedByOperators() bool {
	return o.State == Pending || o.State == Waiting || o.State == Parked || o.ShowsTakeBack() || o.Undoable()
}
