package provision

import "context"

// taken marks in the index of the trail that every number there was is in it: in a store that began with an older program, the links
// of that time do not say what became of which number.
const taken = "t"

// TakeStock notes the whole inventory in a tenant's trail, once, where the trail is older than what it says of numbers. From there on
// the inventory can be worked out from it. Cut off and begun again, it ends the same.
func (s *Service) TakeStock(ctx context.Context, tenant TenantID) error {
	done := false
	err := s.Store.View(ctx, func(tx Tx) error {
		_, done = tx.Get(tableTrail, key(tenant, taken))
		h, _, err := load[Head](tx, tableHeads, string(tenant))
		done = done || h.Count == 0 // the first link marks it
		return err
	})
	if err != nil || done {
		return err
	}
	var some []NumberChange
	write := func(last bool) error {
		return s.Store.Update(ctx, func(tx Tx) error {
			if last {
				tx.Put(tableTrail, key(tenant, taken), nil)
			}
			if len(some) == 0 {
				return nil
			}
			return s.audit(tx, tenant, AuditEvent{Event: StockTaken, Numbers: some})
		})
	}
	for n, err := range s.EachNumber(ctx, tenant) {
		if err != nil {
			return err
		}
		if some = gather(some, became(n)); len(some) == compareChunk {
			if err := write(false); err != nil {
				return err
			}
			some = nil
		}
	}
	return write(true)
}
