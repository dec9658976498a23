package provision

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// head is the end of a tenant's audit chain.
type head struct {
	Count uint64 `json:"count"`
	MAC   []byte `json:"mac"`
}

// audit appends a link to the tenant's chain. The MAC covers the one before, so that an edited, dropped or reordered link
// shows; a cut tail shows against the head, which is also logged outside the store.
func (s *Service) audit(tx Tx, tenant TenantID, e AuditEvent) error {
	h, _, err := load[head](tx, tableHeads, string(tenant))
	if err != nil {
		return err
	}
	e.Seq, e.At = h.Count+1, s.Now().UTC()
	e.MAC = s.mac(h.MAC, e)
	save(tx, tableAudit, auditKey(tenant, e.Seq), e)
	save(tx, tableHeads, string(tenant), head{e.Seq, e.MAC})
	return nil
}

// auditEnd is the number of the trail's last link, 0 where there is none.
func auditEnd(tx Tx, tenant TenantID) (uint64, error) {
	h, _, err := load[head](tx, tableHeads, string(tenant))
	return h.Count, err
}

func auditKey(tenant TenantID, seq uint64) string { return key(tenant, fmt.Sprintf("%016d", seq)) }

func (s *Service) mac(before []byte, e AuditEvent) []byte {
	e.MAC = nil
	body, err := json.Marshal(e)
	if err != nil {
		panic(fmt.Sprintf("encode audit event: %v", err)) // it holds only strings and numbers
	}
	m := hmac.New(sha256.New, s.AuditKey)
	m.Write(before)
	m.Write(body)
	return m.Sum(nil)
}

// Audit reads the whole chain of a tenant and checks it; the error names the first link that does not fit.
func (s *Service) Audit(ctx context.Context, tenant TenantID) ([]AuditEvent, error) {
	var all []AuditEvent
	err := s.Store.View(ctx, func(tx Tx) error {
		all = nil
		var before []byte
		for k, raw := range tx.Scan(tableAudit, key(tenant, ""), "") {
			var e AuditEvent
			if err := decode(tableAudit, k, raw, &e); err != nil {
				return err
			}
			if e.Seq != uint64(len(all)+1) || !hmac.Equal(e.MAC, s.mac(before, e)) {
				return internal("check audit chain", "link %d does not fit", len(all)+1)
			}
			before, all = e.MAC, append(all, e)
		}
		h, _, err := load[head](tx, tableHeads, string(tenant))
		if err != nil {
			return err
		}
		if h.Count != uint64(len(all)) || !hmac.Equal(h.MAC, before) {
			return internal("check audit chain", "it ends at link %d, its head says %d", len(all), h.Count)
		}
		return nil
	})
	return all, err
}

// Audited reports whether a store has any audit trail, which needs its key.
func Audited(ctx context.Context, store Store) (bool, error) {
	found := false
	err := store.View(ctx, func(tx Tx) error {
		found = false
		for range tx.Scan(tableHeads, "", "") {
			found = true
			break
		}
		return nil
	})
	return found, err
}

// LogAudit writes the heads of all chains to the log: a trail that is cut off later can be held against it.
func (s *Service) LogAudit(ctx context.Context) error {
	return s.Store.View(ctx, func(tx Tx) error {
		for k, raw := range tx.Scan(tableHeads, "", "") {
			var h head
			if err := decode(tableHeads, k, raw, &h); err != nil {
				return err
			}
			s.Log.Info("audit head", "tenant", k, "count", h.Count, "mac", hex.EncodeToString(h.MAC))
		}
		return nil
	})
}
