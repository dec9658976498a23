package provision

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// importChunk is how many new numbers one transaction writes: a number touches up to five keys, and other stores
// than the embedded one allow about a hundred and thirty.
const importChunk = 16

// Places lists the locations by name, for understanding what people write. It is nobody's secret which there are.
func (s *Service) Places(ctx context.Context, tenant TenantID) ([]Location, error) {
	var all []Location
	err := s.Store.View(ctx, func(tx Tx) (err error) {
		all, err = locations(tx, tenant)
		return err
	})
	return all, err
}

// Stock lists the asker's locations by name, each with the count of its numbers.
func (s *Service) Stock(ctx context.Context, tenant TenantID, by Actor) ([]Stock, error) {
	acc, err := s.permit(ctx, "list locations", tenant, by, Look)
	if err != nil {
		return nil, err
	}
	var all []Stock
	err = s.Store.View(ctx, func(tx Tx) (err error) {
		all, err = stock(tx, tenant)
		return err
	})
	return slices.DeleteFunc(all, func(st Stock) bool { return !acc.May(Look, st.ID) }), err
}

func locations(tx Tx, tenant TenantID) ([]Location, error) {
	var all []Location
	for k, raw := range tx.Scan(tableLocations, key(tenant, ""), "") {
		var l Location
		if err := decode(tableLocations, k, raw, &l); err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	slices.SortStableFunc(all, func(a, b Location) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// Inventory is what the store holds for a tenant to give, its numbers counted by location and state.
type Inventory struct {
	Locations []Stock // by name
	Plans     []Plan  // in their order
	Charter   Charter
}

// InventoryIn reads the inventory.
func InventoryIn(tx Tx, tenant TenantID) (inv Inventory, err error) {
	if inv.Locations, err = stock(tx, tenant); err != nil {
		return inv, err
	}
	if inv.Plans, err = plans(tx, tenant); err != nil {
		return inv, err
	}
	inv.Charter, err = charterIn(tx, tenant)
	return inv, err
}

func stock(tx Tx, tenant TenantID) ([]Stock, error) {
	some, err := locations(tx, tenant)
	if err != nil {
		return nil, err
	}
	all := make([]Stock, 0, len(some))
	for _, l := range some {
		st := Stock{Location: l, Numbers: make(map[NumberState]int)}
		for _, state := range []NumberState{Free, Held, Assigned, Cooling, Blocked} {
			if n := count(tx, tableStock, key(tenant, string(st.ID), string(state))); n > 0 {
				st.Numbers[state] = n
			}
		}
		all = append(all, st)
	}
	return all, nil
}

// Plans lists the plans in the inventory's order.
func (s *Service) Plans(ctx context.Context, tenant TenantID) ([]Plan, error) {
	var all []Plan
	err := s.Store.View(ctx, func(tx Tx) (err error) {
		all, err = plans(tx, tenant)
		return err
	})
	return all, err
}

func plans(tx Tx, tenant TenantID) ([]Plan, error) {
	var all []Plan
	for k, raw := range tx.Scan(tablePlans, key(tenant, ""), "") {
		var p Plan
		if err := decode(tablePlans, k, raw, &p); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// putPlans writes the list of plans over the one before.
func putPlans(tx Tx, tenant TenantID, before, after []Plan) {
	for i := range max(len(before), len(after)) {
		switch k := key(tenant, fmt.Sprintf("%03d", i)); {
		case i >= len(after):
			tx.Delete(tablePlans, k)
		case i >= len(before) || before[i] != after[i]:
			save(tx, tablePlans, k, after[i])
		}
	}
}

// LocationIn reads one location.
func (s *Service) LocationIn(tx Tx, tenant TenantID, id LocationID) (Location, error) {
	l, ok, err := load[Location](tx, tableLocations, key(tenant, string(id)))
	if err == nil && !ok {
		err = notFound("read location", "location-unknown", "location", string(id))
	}
	return l, err
}

// PlanIn reads one plan.
func (s *Service) PlanIn(tx Tx, tenant TenantID, id PlanID) (Plan, error) {
	all, err := plans(tx, tenant)
	if err != nil {
		return Plan{}, err
	}
	for _, p := range all {
		if p.ID == id {
			return p, nil
		}
	}
	return Plan{}, notFound("read plan", "plan-unknown", "plan", string(id))
}
