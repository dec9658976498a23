package approve

import (
	"context"

	"calltab/internal/provision"
)

// AskAgain works out anew who approves a pending order and asks each of them. An operator of its locations asks for it.
// An approver who has approved is not asked again; where no further approval is needed now, the order goes on. Invalid
// where nobody can be asked, or where no approval is needed any more.
func (s *Service) AskAgain(ctx context.Context, tenant provision.TenantID, by provision.Actor, id provision.OrderID,
	rev int) (provision.Sheet, error) {
	const op = "ask for approval again"
	sheet, err := s.order.Sheet(ctx, tenant, id)
	if err != nil {
		return sheet, err
	}
	if _, err := s.access.Permit(ctx, op, tenant, by, provision.Operate, sheet.Order.Sites()...); err != nil {
		return provision.Sheet{}, err
	}
	if sheet.Order.State != provision.Pending || rev < sheet.Order.Approval.Revision {
		sheet.Order.Notice = provision.Say("card-was-old")
		return sheet, nil
	}
	c, err := s.access.AccessPolicy(ctx, tenant)
	if err != nil {
		return sheet, err
	}
	may, err := s.stillMay(ctx, &sheet.Order)
	var need provision.Approval
	if err == nil && may {
		need, err = s.ApprovalOf(ctx, sheet, c)
	}
	switch {
	case err != nil && provision.Slow(err):
		return sheet, &provision.Error{Op: op, Kind: provision.Unavailable, Say: provision.Say("microsoft-busy"),
			Err: err}
	case err != nil:
		return sheet, err
	case !may:
		return sheet, &provision.Error{Op: op, Kind: provision.Invalid,
			Say: provision.Say("requester-barred.again", "person", sheet.Order.Requester.Name)}
	case need.By == "":
		return sheet, &provision.Error{Op: op, Kind: provision.Invalid,
			Say: provision.Say("nobody-needed", "person", sheet.Order.Requester.Name)}
	}
	read := sheet.Order.Revision
	return s.order.Update(ctx, tenant, id, func(tx provision.Tx, o *provision.Order) error {
		if o.State != provision.Pending || o.Revision != read {
			o.Notice = provision.Say("card-was-old")
			return nil
		}
		return s.askAgain(tx, o, need, by)
	})
}

func (s *Service) askAgain(tx provision.Tx, o *provision.Order, need provision.Approval, by provision.Actor) error {
	c := &o.Approval
	o.Notice = provision.Message{}
	c.By = need.By
	c.All = need.All
	c.Passed = need.Passed
	c.Asked = nil
	c.Next = nil
	c.Missed = nil
	c.Short = false
	c.Barred = false
	c.Seat(o.Revision+1, need, func(who provision.UserID) bool { return c.Has(who, provision.Approve) })
	c.KeepEver()
	if len(c.Asked) == 0 {
		if err := s.Approve(tx, o); err != nil {
			return err
		}
		return s.order.Write(tx, o, provision.OrderApproved, by.ID, "asked again")
	}
	if err := s.Anew(tx, o); err != nil {
		return err
	}
	return s.order.Write(tx, o, provision.OrderAsked, by.ID, "asked again")
}
