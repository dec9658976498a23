package order

import (
	"calltab/internal/provision"
	"calltab/internal/provision/routes"
)

// remark notes what is known to be wrong with the plans that a form offers, or that its order has. It keeps no order
// from its way, and is for admins, as others can do nothing about it.
func remark(tx provision.Tx, sheet *provision.Sheet) error {
	o := sheet.Order
	plans := sheet.Plans
	if o.Form == provision.FormReview && !o.Kind.Ends() {
		plans = []provision.Plan{sheet.Plan}
	}
	if o.Role() != provision.RoleAdmin || len(plans) == 0 {
		return nil
	}
	all, err := routes.FaultsIn(tx, o.Tenant, plans, sheet.Now)
	if err != nil {
		return err
	}
	for plan, faults := range all {
		if sheet.PlanFaults == nil {
			sheet.PlanFaults = map[provision.PlanID][]provision.Message{}
		}
		for _, f := range faults {
			sheet.PlanFaults[plan] = append(sheet.PlanFaults[plan], f.Say())
		}
	}
	return nil
}
