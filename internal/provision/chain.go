package provision

import (
	"context"
	"crypto/hmac"
	"encoding/hex"
	"fmt"
)

// audit appends a link to the tenant's chain. The MAC covers the one before, so that an edited, dropped or reordered link
// shows; a cut tail shows against the head, which is also logged outside the store.
func (s *Service) audit(tx Tx, tenant TenantID, e AuditEvent) error {
	h, _, err := load[Head](tx, tableHeads, string(tenant))
	if err != nil {
		return err
	}
	e.Seq, e.At = h.Count+1, s.Now().UTC()
	e.MAC = chainMAC(s.AuditKey, h.MAC, e)
	save(tx, tableAudit, auditKey(tenant, e.Seq), e)
	save(tx, tableHeads, string(tenant), Head{e.Seq, e.MAC})
	if indexTrail(tx, tenant, e); e.Seq == 1 {
		tx.Put(tableTrail, key(tenant, taken), nil) // there was nothing before
	}
	return nil
}

// TrailEnd is the number of the trail's last link, 0 where there is none.
func TrailEnd(tx Tx, tenant TenantID) (uint64, error) {
	h, _, err := load[Head](tx, tableHeads, string(tenant))
	return h.Count, err
}

func auditKey(tenant TenantID, seq uint64) string { return key(tenant, fmt.Sprintf("%016d", seq)) }

// Audit reads the whole chain of a tenant and checks it. It is for short ones.
func (s *Service) Audit(ctx context.Context, tenant TenantID) ([]AuditEvent, error) {
	if _, err := s.Verify(ctx, tenant, Head{}); err != nil {
		return nil, err
	}
	var all []AuditEvent
	for e, err := range s.Trail(ctx, tenant, 1) {
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
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

// CheckAuditKey refuses a key with which the newest link of any tenant's trail was not written. It reads two links of each.
func CheckAuditKey(ctx context.Context, store Store, auditing []byte) error {
	return store.View(ctx, func(tx Tx) error {
		for k, raw := range tx.Scan(tableHeads, "", "") {
			var h Head
			if err := decode(tableHeads, k, raw, &h); err != nil {
				return err
			}
			if err := fits(tx, TenantID(k), h, auditing); err != nil {
				return err
			}
		}
		return nil
	})
}

// fits refuses a key with which a trail's last link was not written, or what the store says of it where it is in an archive. A link
// that is missing is for [Service.Verify] to tell of.
func fits(tx Tx, tenant TenantID, h Head, auditing []byte) error {
	end, err := archiveEnd(tx, tenant)
	if err != nil {
		return err
	}
	misfit := fmt.Errorf("it does not fit link %d of the audit trail of tenant %s, the newest one: put back the key that belongs to this store, "+
		"or restore both from a backup", h.Count, tenant)
	if h.Count > 0 && h.Count == end.Head.Count {
		if !hmac.Equal(end.MAC, end.sealed(auditing)) {
			return misfit
		}
		return nil
	}
	last, there, err := load[AuditEvent](tx, tableAudit, auditKey(tenant, h.Count))
	if err != nil || !there {
		return err
	}
	before := end.Head.MAC
	if h.Count > end.Head.Count+1 {
		link, there, err := load[AuditEvent](tx, tableAudit, auditKey(tenant, h.Count-1))
		if err != nil || !there {
			return err
		}
		before = link.MAC
	}
	if !hmac.Equal(last.MAC, chainMAC(auditing, before, last)) {
		return misfit
	}
	return nil
}

// LogAudit writes the heads of all chains to the log: a trail that is cut off later can be held against it.
func (s *Service) LogAudit(ctx context.Context) error {
	return s.Store.View(ctx, func(tx Tx) error {
		for k, raw := range tx.Scan(tableHeads, "", "") {
			var h Head
			if err := decode(tableHeads, k, raw, &h); err != nil {
				return err
			}
			s.Log.Info("audit head", "tenant", k, "count", h.Count, "mac", hex.EncodeToString(h.MAC))
		}
		return nil
	})
}
