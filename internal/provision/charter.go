package provision

import "context"

// Charter says who may do what in a tenant. It comes with the inventory; the zero value leaves everything to the admins of the
// configuration.
type Charter struct {
	Grants    []Grant        `json:"grants,omitempty"`
	Approvals []ApprovalRule `json:"approvals,omitempty"`              // the first that fits holds
	Fallback  []UserID       `json:"fallback,omitempty"`               // who approves where those who come first cannot be asked
	Picks     bool           `json:"employees_pick_numbers,omitempty"` // else Calltab picks for them
	Limits    Limits         `json:"limits,omitzero"`                  // of what one person may have at a time
	Licences  []Licence      `json:"licences,omitempty"`               // that the program does not know
}

// Charter reads the tenant's.
func (s *Service) Charter(ctx context.Context, tenant TenantID) (c Charter, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		c, err = charterIn(tx, tenant)
		return err
	})
	return c, err
}

func charterIn(tx Tx, tenant TenantID) (Charter, error) {
	c, _, err := load[Charter](tx, tableCharters, string(tenant))
	return c, err
}
