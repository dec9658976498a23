package provision

import (
	"context"
	"fmt"
	"strings"
)

// MostAdded is how many numbers one wish in chat may add; more belong into the organisation file.
const MostAdded = 1000

// Addition is what adding a block of numbers comes to, or would.
type Addition struct {
	Location Location
	First    E164
	Last     E164
	Count    int // of the block
	New      int // of them, those that are not in the inventory yet
}

// count counts a number that comes in any order.
func (a *Addition) count(n E164) {
	if a.Count == 0 || before(n, a.First) {
		a.First = n
	}
	if a.Count == 0 || before(a.Last, n) {
		a.Last = n
	}
	a.Count++
}

// before orders numbers as people count them: shorter ones first, and extensions behind their number.
func before(a, b E164) bool {
	numberA, extensionA, _ := strings.Cut(string(a), ";ext=")
	numberB, extensionB, _ := strings.Cut(string(b), ";ext=")
	if numberA == numberB {
		return digitsBefore(extensionA, extensionB)
	}
	return digitsBefore(numberA, numberB)
}

func digitsBefore(a, b string) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a < b
}

// AddNumbers adds the numbers of a block to a location, a few in each transaction; those that are there already stay as they are,
// wherever they are. Run again it adds what is left. With dry set nothing is written.
func (s *Service) AddNumbers(ctx context.Context, tenant TenantID, by Actor, loc LocationID, block []E164, dry bool) (Addition, error) {
	a := Addition{Count: len(block)}
	if len(block) == 0 || len(block) > MostAdded {
		return a, &Error{Op: "add numbers", Kind: Invalid, Say: Say("block-too-big", "count", fmt.Sprint(len(block)), "most", fmt.Sprint(MostAdded))}
	}
	if _, err := s.permit(ctx, "add numbers", tenant, by, Manage, loc); err != nil {
		return a, err
	}
	if err := s.compared(ctx, tenant); err != nil {
		return a, err
	}
	a.First, a.Last = block[0], block[len(block)-1]
	err := s.Store.View(ctx, func(tx Tx) (err error) {
		a.New = 0
		if a.Location, err = s.LocationIn(tx, tenant, loc); err != nil {
			return err
		}
		for _, n := range block {
			if _, there := tx.Get(tableNumbers, key(tenant, string(n))); !there {
				a.New++
			}
		}
		return nil
	})
	for at := 0; at < len(block) && err == nil && !dry; at += importChunk {
		var some []NewNumber
		for _, n := range block[at:min(at+importChunk, len(block))] {
			some = append(some, NewNumber{Number: n})
		}
		err = s.Store.Update(ctx, func(tx Tx) error { return s.addSome(tx, tenant, by, a.Location.ID, some) })
	}
	return a, err
}

func (s *Service) addSome(tx Tx, tenant TenantID, by Actor, loc LocationID, some []NewNumber) error {
	if err := RequireCompared(tx, tenant); err != nil {
		return err
	}
	if _, err := s.LocationIn(tx, tenant, loc); err != nil {
		return err // it went meanwhile
	}
	added := 0
	var changes []NumberChange
	for _, n := range some {
		if _, there := tx.Get(tableNumbers, key(tenant, string(n.Number))); there {
			continue
		}
		v := Number{E164: n.Number, Location: loc, State: Free, Note: n.Note}
		putNumber(tx, tenant, Number{}, v)
		changes = gather(changes, became(v))
		added++
	}
	if added == 0 {
		return nil
	}
	return s.audit(tx, tenant, AuditEvent{Event: NumbersAdded, Actor: by.ID, Number: some[0].Number, Note: fmt.Sprintf("%d at %s", added, loc), Numbers: changes})
}

// Block takes a free number out of everybody's reach, and Unblock gives it back to the stock. Done twice, it is done once.
// Conflict where the number is neither free nor blocked.
func (s *Service) Block(ctx context.Context, tenant TenantID, by Actor, n E164) error {
	return s.reach(ctx, tenant, by, n, Free, Blocked, NumberBlocked)
}

// Unblock is the way back from Block. Conflict where Microsoft shows the number in use, and says where; Unavailable where Microsoft does
// not answer in time: nobody is given a number then that another account may have.
func (s *Service) Unblock(ctx context.Context, tenant TenantID, by Actor, n E164) error {
	if err := s.unused(ctx, "unblock number", tenant, by, n, Blocked, "unblock-in-use."); err != nil {
		return err
	}
	return s.reach(ctx, tenant, by, n, Blocked, Free, NumberUnblocked)
}

// unused refuses to free a number that Microsoft shows in use, with the message of that name for who has it. Of one that
// is not in this state, or not theirs to free, it says nothing.
func (s *Service) unused(
	ctx context.Context, op string, tenant TenantID, by Actor, n E164, state NumberState, message string,
) error {
	acc, err := s.permit(ctx, op, tenant, by, Manage)
	if err != nil {
		return err
	}
	var v Number
	err = s.Store.View(ctx, func(tx Tx) error {
		v, err = number(tx, tenant, n)
		return err
	})
	if err != nil || v.State != state || !acc.May(Manage, v.Location) {
		return ignoreNotFound(err)
	}
	h, err := s.NumberHolder(ctx, tenant, n)
	switch {
	case err != nil && slow(err):
		return &Error{Op: op, Kind: Unavailable, Say: Say("microsoft-busy"), Err: err}
	case err != nil || h.Whose == Nobodys:
		return err
	}
	return conflict(op, message+string(h.Whose), "number", string(n), "person", h.Name, "account", string(h.User))
}

// NumberHolder reads on whom Microsoft shows a number of the stock. Where there is no Microsoft to ask, since only the store is
// open, nobody has it.
func (s *Service) NumberHolder(ctx context.Context, tenant TenantID, n E164) (Holder, error) {
	if s.Telephony == nil {
		return Holder{Number: n, Whose: Nobodys}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	_, h, err := s.holder(ctx, Order{Tenant: tenant}, n, seen{})
	return h, err
}

func (s *Service) reach(ctx context.Context, tenant TenantID, by Actor, n E164, from, to NumberState, e Event) error {
	if err := s.compared(ctx, tenant); err != nil {
		return err
	}
	acc, err := s.permit(ctx, "block number", tenant, by, Manage)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx Tx) error {
		v, err := number(tx, tenant, n)
		if err == nil {
			err = acc.need("block number", Manage, v.Location)
		}
		if err != nil || v.State == to {
			return err
		}
		if v.State != from {
			return conflict("block number", "number-in-use."+string(v.State), "number", string(n))
		}
		after := v
		after.State = to
		if err := s.change(tx, tenant, v, after, AuditEvent{Event: e, Actor: by.ID}); err != nil {
			return err
		}
		return s.mind(tx, tenant, v.Location)
	})
}
