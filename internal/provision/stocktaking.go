package provision

import (
	"context"
	"strings"
)

// taken marks in the index of the trail that every number there was is in it: in a store that began with an older program, the links
// of that time do not say what became of which number.
const taken = "t"

// archiveNote begins the note of links with which stock was taken for an archive: every number of the inventory has a link since.
const archiveNote = "archive of links"

// forArchive reports such a link.
func (e AuditEvent) forArchive() bool {
	return e.Event == StockTaken && strings.HasPrefix(e.Note, archiveNote)
}

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
	return s.takeStock(ctx, tenant, "")
}

// stockChunk is how many numbers one transaction takes in at most.
const stockChunk = 10 * compareChunk

// takeStock notes the whole inventory in the trail, some numbers a transaction. Each link says what its numbers are in that
// transaction, so that others may change them meanwhile.
func (s *Service) takeStock(ctx context.Context, tenant TenantID, note string) error {
	for from, more := "", true; more; {
		var next string
		err := s.Store.Update(ctx, func(tx Tx) error {
			some, rest, err := stockFrom(tx, tenant, from)
			if err != nil {
				return err
			}
			next = rest
			if next == "" {
				tx.Put(tableTrail, key(tenant, taken), nil)
			}
			if len(some) == 0 {
				return nil
			}
			return s.audit(tx, tenant, AuditEvent{Event: StockTaken, Note: note, Numbers: some})
		})
		if err != nil {
			return err
		}
		from, more = next, next != ""
	}
	return nil
}

// stockFrom is what some numbers are, and the key of the one behind them, empty at the end.
func stockFrom(tx Tx, tenant TenantID, from string) (some []NumberChange, next string, err error) {
	n := 0
	for k, raw := range tx.Scan(tableNumbers, key(tenant, ""), from) {
		if n == stockChunk || len(some) == compareChunk {
			return some, k, nil
		}
		var v Number
		if err := decode(tableNumbers, k, raw, &v); err != nil {
			return nil, "", err
		}
		some = gather(some, became(v))
		n++
	}
	return some, "", nil
}
