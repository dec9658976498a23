package stock

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/access"
	"calltab/internal/provision/record"
)

// importChunk is how many new numbers one transaction writes: a number touches up to seven keys, and other stores
// than the embedded one allow about a hundred and thirty.
const importChunk = 16

// Places lists the locations by name, for understanding what people write. It is nobody's secret which there are.
func (s *Service) Places(ctx context.Context, tenant provision.TenantID) ([]provision.Location, error) {
	var all []provision.Location
	err := s.Store.View(ctx, func(tx provision.Tx) (err error) {
		all, err = Locations(tx, tenant)
		return err
	})
	return all, err
}

// Stock lists the asker's locations by name, each with the count of its numbers.
func (s *Service) Stock(ctx context.Context, tenant provision.TenantID, by provision.Actor) ([]provision.Stock, error) {
	acc, err := s.access.Permit(ctx, "list locations", tenant, by, provision.Look)
	if err != nil {
		return nil, err
	}
	var all []provision.Stock
	err = s.Store.View(ctx, func(tx provision.Tx) (err error) {
		all, err = NumbersAt(tx, tenant)
		return err
	})
	return slices.DeleteFunc(all, func(st provision.Stock) bool { return !acc.May(provision.Look, st.ID) }), err
}

// Locations are the locations of a tenant, by name. The list is the caller's own; what its locations hold is shared,
// see [record.RecallAll].
func Locations(tx provision.Tx, tenant provision.TenantID) ([]provision.Location, error) {
	all, err := record.RecallAll[provision.Location](tx, record.TableLocations, record.Key(tenant, ""))
	slices.SortStableFunc(all, func(a, b provision.Location) int { return strings.Compare(a.Name, b.Name) })
	return all, err
}

// Inventory is what the store holds for a tenant to give, its numbers counted by location and state.
type Inventory struct {
	Locations    []provision.Stock // by name
	Plans        []provision.Plan  // in their order
	AccessPolicy provision.AccessPolicy
}

// InventoryIn reads the inventory.
func InventoryIn(tx provision.Tx, tenant provision.TenantID) (inv Inventory, err error) {
	if inv.Locations, err = NumbersAt(tx, tenant); err != nil {
		return inv, err
	}
	if inv.Plans, err = Plans(tx, tenant); err != nil {
		return inv, err
	}
	inv.AccessPolicy, err = access.AccessPolicyIn(tx, tenant)
	return inv, err
}

// NumbersAt are the locations of a tenant with how many numbers each has in which state.
func NumbersAt(tx provision.Tx, tenant provision.TenantID) ([]provision.Stock, error) {
	some, err := Locations(tx, tenant)
	if err != nil {
		return nil, err
	}
	all := make([]provision.Stock, 0, len(some))
	for _, l := range some {
		st := provision.Stock{Location: l, Numbers: make(map[provision.NumberState]int)}
		for _, state := range []provision.NumberState{provision.Free, provision.Held, provision.Assigned,
			provision.Cooling, provision.Blocked, provision.Reserved} {
			if n := record.Count(tx, record.TableStock, record.Key(tenant, string(st.ID), string(state))); n > 0 {
				st.Numbers[state] = n
			}
		}
		all = append(all, st)
	}
	return all, nil
}

// Plans lists the plans in the inventory's order.
func (s *Service) Plans(ctx context.Context, tenant provision.TenantID) ([]provision.Plan, error) {
	var all []provision.Plan
	err := s.Store.View(ctx, func(tx provision.Tx) (err error) {
		all, err = Plans(tx, tenant)
		return err
	})
	return all, err
}

// Plans are the plans of a tenant, by id.
func Plans(tx provision.Tx, tenant provision.TenantID) ([]provision.Plan, error) {
	return record.RecallAll[provision.Plan](tx, record.TablePlans, record.Key(tenant, ""))
}

// PutPlans writes the list of plans over the one before.
func PutPlans(tx provision.Tx, tenant provision.TenantID, before, after []provision.Plan) {
	for i := range max(len(before), len(after)) {
		switch k := record.Key(tenant, fmt.Sprintf("%03d", i)); {
		case i >= len(after):
			tx.Delete(record.TablePlans, k)
		case i >= len(before) || before[i] != after[i]:
			record.Save(tx, record.TablePlans, k, after[i])
		}
	}
}

// LocationIn reads one location.
func (s *Service) LocationIn(tx provision.Tx, tenant provision.TenantID,
	id provision.LocationID) (provision.Location, error) {
	l, ok, err := record.Recall[provision.Location](tx, record.TableLocations, record.Key(tenant, string(id)))
	if err == nil && !ok {
		err = provision.NewNotFound("read location", "location-unknown", "location", string(id))
	}
	return l, err
}

// PlanIn reads one plan.
func (s *Service) PlanIn(tx provision.Tx, tenant provision.TenantID, id provision.PlanID) (provision.Plan, error) {
	all, err := Plans(tx, tenant)
	if err != nil {
		return provision.Plan{}, err
	}
	for _, p := range all {
		if p.ID == id {
			return p, nil
		}
	}
	return provision.Plan{}, provision.NewNotFound("read plan", "plan-unknown", "plan", string(id))
}
