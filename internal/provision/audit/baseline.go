package audit

import (
	"context"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// Taken marks in the index of the trail that every number there was is in it: in a store that began with an older
// program, the events of that time do not say what became of which number.
const Taken = "t"

// TakeStock notes the whole inventory in a tenant's trail, once, where the trail is older than what it says of numbers.
// From there on the inventory can be worked out from it. Cut off and begun again, it ends the same.
func (s *Service) TakeStock(ctx context.Context, tenant provision.TenantID) error {
	done := false
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		_, done = tx.Get(record.TableTrail, record.Key(tenant, Taken))
		h, _, err := record.Load[provision.Head](tx, record.TableHeads, string(tenant))
		done = done || h.Count == 0 // the first event marks it
		return err
	})
	if err != nil || done {
		return err
	}
	return s.takeStock(ctx, tenant, "")
}

// stockChunk is how many numbers one transaction takes in at most.
const stockChunk = 10 * record.CompareChunk

// takeStock notes the whole inventory in the trail, some numbers a transaction. Each event says what its numbers are in
// that transaction, so that others may change them meanwhile.
func (s *Service) takeStock(ctx context.Context, tenant provision.TenantID, note string) error {
	for from, more := "", true; more; {
		var next string
		err := s.Store.Update(ctx, func(tx provision.Tx) error {
			some, rest, err := stockFrom(tx, tenant, from)
			if err != nil {
				return err
			}
			next = rest
			if next == "" {
				tx.Put(record.TableTrail, record.Key(tenant, Taken), nil)
			}
			if len(some) == 0 {
				return nil
			}
			return s.Append(tx, tenant, provision.AuditEvent{Event: provision.StockTaken, Note: note, Numbers: some})
		})
		if err != nil {
			return err
		}
		from, more = next, next != ""
	}
	return nil
}

// stockFrom is what some numbers are, and the key of the one behind them, empty at the end.
func stockFrom(tx provision.Tx, tenant provision.TenantID,
	from string) (some []provision.NumberChange, next string, err error) {
	n := 0
	for k, raw := range tx.Scan(record.TableNumbers, record.Key(tenant, ""), from) {
		if n == stockChunk || len(some) == record.CompareChunk {
			return some, k, nil
		}
		var v provision.Number
		if err := record.Decode(record.TableNumbers, k, raw, &v); err != nil {
			return nil, "", err
		}
		some = Gather(some, Became(v))
		n++
	}
	return some, "", nil
}
