package stock

import (
	"context"
	"fmt"

	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/record"
)

// AddNumbers adds the numbers of a block to a location, a few in each transaction; those that are there already stay as
// they are, wherever they are. Run again it adds what is left. With dry set nothing is written.
func (s *Service) AddNumbers(ctx context.Context, tenant provision.TenantID, by provision.Actor,
	loc provision.LocationID, block []provision.E164, dry bool) (provision.Addition, error) {
	a := provision.Addition{Count: len(block)}
	if len(block) == 0 || len(block) > provision.MostAdded {
		return a, &provision.Error{Op: "add numbers", Kind: provision.Invalid,
			Say: provision.Say("block-too-big", "count", fmt.Sprint(len(block)), "most",
				fmt.Sprint(provision.MostAdded))}
	}
	if _, err := s.access.Permit(ctx, "add numbers", tenant, by, provision.Manage, loc); err != nil {
		return a, err
	}
	if err := s.Compared(ctx, tenant); err != nil {
		return a, err
	}
	a.First, a.Last = block[0], block[len(block)-1]
	err := s.Store.View(ctx, func(tx provision.Tx) (err error) {
		a.New = 0
		if a.Location, err = s.LocationIn(tx, tenant, loc); err != nil {
			return err
		}
		for _, n := range block {
			if _, there := tx.Get(record.TableNumbers, record.Key(tenant, string(n))); !there {
				a.New++
			}
		}
		return nil
	})
	for at := 0; at < len(block) && err == nil && !dry; at += importChunk {
		var some []provision.NewNumber
		for _, n := range block[at:min(at+importChunk, len(block))] {
			some = append(some, provision.NewNumber{Number: n})
		}
		err = s.Store.Update(ctx, func(tx provision.Tx) error { return s.addSome(tx, tenant, by, a.Location.ID, some) })
	}
	return a, err
}

func (s *Service) addSome(tx provision.Tx, tenant provision.TenantID, by provision.Actor, loc provision.LocationID,
	some []provision.NewNumber) error {
	if err := RequireCompared(tx, tenant); err != nil {
		return err
	}
	if _, err := s.LocationIn(tx, tenant, loc); err != nil {
		return err // it went meanwhile
	}
	added := 0
	var changes []provision.NumberChange
	for _, n := range some {
		if _, there := tx.Get(record.TableNumbers, record.Key(tenant, string(n.Number))); there {
			continue
		}
		v := provision.Number{E164: n.Number, Location: loc, State: provision.Free, Note: n.Note}
		PutNumber(tx, tenant, provision.Number{}, v)
		changes = audit.Gather(changes, audit.Became(v))
		added++
	}
	if added == 0 {
		return nil
	}
	return s.audit.Append(tx, tenant, provision.AuditEvent{Event: provision.NumbersAdded, Actor: by.ID,
		Number: some[0].Number, Note: fmt.Sprintf("%d at %s", added, loc), Numbers: changes})
}

// Block takes a free number out of everybody's reach, and Unblock gives it back to the stock. Done twice, it is done
// once. Conflict where the number is neither free nor blocked.
func (s *Service) Block(ctx context.Context, tenant provision.TenantID, by provision.Actor, n provision.E164) error {
	return s.Reach(ctx, tenant, by, n, provision.Free, provision.Blocked, provision.NumberBlocked)
}

// Reach brings a number from one state to another for an operator; Conflict where it is in a third one.
func (s *Service) Reach(ctx context.Context, tenant provision.TenantID, by provision.Actor, n provision.E164,
	from, to provision.NumberState, e provision.Event) error {
	if err := s.Compared(ctx, tenant); err != nil {
		return err
	}
	acc, err := s.access.Permit(ctx, "block number", tenant, by, provision.Manage)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx provision.Tx) error {
		v, err := Number(tx, tenant, n)
		if err == nil {
			err = acc.Need("block number", provision.Manage, v.Location)
		}
		if err != nil || v.State == to {
			return err
		}
		if v.State != from {
			return provision.NewConflict("block number", "number-in-use."+string(v.State), "number", string(n),
				"person", v.Kept.Name)
		}
		after := v
		after.State = to
		if err := s.Change(tx, tenant, v, after, provision.AuditEvent{Event: e, Actor: by.ID}); err != nil {
			return err
		}
		return s.Mind(tx, tenant, v.Location)
	})
}
