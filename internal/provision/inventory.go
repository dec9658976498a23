package provision

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// importChunk is how many numbers one transaction writes: each touches up to seven keys, and other stores than the
// embedded one allow about a hundred and thirty.
const importChunk = 16

// Inventory is what a tenant has to give. Fingerprint names its text: importing the same one again costs nothing.
type Inventory struct {
	Locations   []Location
	Plans       []Plan
	Numbers     iter.Seq2[E164, LocationID]
	Has         func(E164) (LocationID, bool) // the same numbers, asked one by one; only Apply needs it
	Blocked     []E164                        // those of Numbers that nobody may have; only Apply reads them
	Fingerprint string
}

// Import brings locations, plans and numbers up to an inventory: what is new is added and what changed is changed. What
// the inventory no longer names stays, as orders may rest on it; plans of that sort come last. A number that the store
// has keeps its state, and moves to another location only while it is free or blocked. It may be cut off anywhere and run again.
func (s *Service) Import(ctx context.Context, tenant TenantID, inv Inventory) error {
	same := false
	err := s.Store.View(ctx, func(tx Tx) error {
		before, _ := tx.Get(tableImported, string(tenant))
		same = inv.Fingerprint != "" && string(before) == inv.Fingerprint
		return nil
	})
	if err != nil || same {
		return err
	}
	if err := s.importSites(ctx, tenant, inv); err != nil {
		return err
	}
	total, chunk := 0, make([]Number, 0, importChunk)
	flush := func() error {
		err := s.importNumbers(ctx, tenant, chunk)
		total, chunk = total+len(chunk), chunk[:0]
		return err
	}
	for n, loc := range inv.Numbers {
		if chunk = append(chunk, Number{E164: n, Location: loc, State: Free}); len(chunk) == importChunk {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		tx.Put(tableImported, string(tenant), []byte(inv.Fingerprint))
		return s.audit(tx, tenant, AuditEvent{Event: Imported, Note: fmt.Sprintf("%d locations, %d plans, %d numbers", len(inv.Locations), len(inv.Plans), total)})
	})
}

func (s *Service) importSites(ctx context.Context, tenant TenantID, inv Inventory) error {
	return s.Store.Update(ctx, func(tx Tx) error {
		for _, l := range inv.Locations {
			save(tx, tableLocations, key(tenant, string(l.ID)), l)
		}
		before, err := plans(tx, tenant)
		if err != nil {
			return err
		}
		named := func(p Plan) bool { return slices.ContainsFunc(inv.Plans, func(n Plan) bool { return n.ID == p.ID }) }
		for i, p := range slices.Concat(inv.Plans, slices.DeleteFunc(before, named)) {
			save(tx, tablePlans, key(tenant, fmt.Sprintf("%03d", i)), p)
		}
		return nil
	})
}

func (s *Service) importNumbers(ctx context.Context, tenant TenantID, chunk []Number) error {
	return s.Store.Update(ctx, func(tx Tx) error {
		for _, n := range chunk {
			before, there, err := load[Number](tx, tableNumbers, key(tenant, string(n.E164)))
			if err != nil {
				return err
			}
			if there && (before.State != Free && before.State != Blocked || before.Location == n.Location) {
				continue
			}
			if there {
				n.State, n.Rested = before.State, before.Rested
			}
			putNumber(tx, tenant, before, n)
		}
		return nil
	})
}

// Stock lists the locations by name, each with the count of its numbers.
func (s *Service) Stock(ctx context.Context, tenant TenantID) ([]Stock, error) {
	var all []Stock
	err := s.Store.View(ctx, func(tx Tx) (err error) {
		all, err = stock(tx, tenant)
		return err
	})
	return all, err
}

func stock(tx Tx, tenant TenantID) ([]Stock, error) {
	var all []Stock
	for k, raw := range tx.Scan(tableLocations, key(tenant, ""), "") {
		st := Stock{Numbers: make(map[NumberState]int)}
		if err := decode(tableLocations, k, raw, &st.Location); err != nil {
			return nil, err
		}
		all = append(all, st)
	}
	for _, st := range all {
		for _, state := range []NumberState{Free, Held, Assigned, Cooling, Blocked} {
			if n := count(tx, tableStock, key(tenant, string(st.ID), string(state))); n > 0 {
				st.Numbers[state] = n
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Stock) int { return strings.Compare(a.Name, b.Name) })
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
