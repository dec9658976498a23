package order

import (
	"context"

	"calltab/internal/provision"
)

// update is one transaction that changes an order and returns its sheet.
func (s *Service) Update(ctx context.Context, tenant provision.TenantID, id provision.OrderID, change func(provision.Tx, *provision.Order) error) (provision.Sheet, error) {
	var sheet provision.Sheet
	err := s.Store.Update(ctx, func(tx provision.Tx) error {
		o, err := s.OrderIn(tx, tenant, id)
		if err != nil {
			return err
		}
		if err := change(tx, &o); err != nil {
			return err
		}
		sheet, err = s.SheetOf(tx, o)
		return err
	})
	return sheet, err
}
