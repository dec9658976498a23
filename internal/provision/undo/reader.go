package undo

import (
	"context"

	"calltab/internal/provision"
)

// ReadBy fits a sheet to a user who reads it as a card: it says what would be refused to them, and whether they may see
// the order at all. Rights are read as ever; where Microsoft does not say in which groups they are, nothing that takes
// a role is offered, and if it is by a role alone that they could see the order, the error is Unavailable.
func (s *Service) ReadBy(ctx context.Context, sheet provision.Sheet,
	who provision.UserID) (provision.Sheet, bool, error) {
	o := sheet.Order
	own := o.Requester.ID == who
	sees := own || o.Approval.Concerns(who)
	sheet.Refused = provision.Refusals{Own: !own, Operate: true, TakeBack: true}
	if sees && !o.DecidedByOperators() {
		return sheet, true, nil
	}
	acc, err := s.access.Access(ctx, o.Tenant, who)
	if err != nil {
		return sheet, false, err
	}
	sheet.Refused.Operate = acc.Need("", provision.Operate, o.Sites()...) != nil
	sheet.Refused.TakeBack = s.approve.MayTakeBack(ctx, provision.Actor{ID: who}, o) != nil
	if o.CanWithdraw() && !sheet.Refused.TakeBack {
		possible, err := s.takesBack(ctx, o)
		if err != nil {
			return sheet, false, err
		}
		sheet.Refused.TakeBack = !possible
	}
	sees = sees || acc.Sees(o)
	sheet.Refused.Look = !sees
	if !sees && acc.Unsure != nil {
		return sheet, false, &provision.Error{Op: "read order", Kind: provision.Unavailable, Say: acc.CannotCheck(),
			Err: acc.Unsure}
	}
	return sheet, sees, nil
}
