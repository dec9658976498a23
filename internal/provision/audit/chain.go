package audit

import (
	"context"
	"crypto/hmac"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// Append appends an event to the tenant's chain. The MAC covers the one before, so that an edited, dropped or reordered
// event shows; a cut tail shows against the head, which is also logged outside the store.
func (s *Service) Append(tx provision.Tx, tenant provision.TenantID, e provision.AuditEvent) error {
	h, _, err := record.Load[provision.Head](tx, record.TableHeads, string(tenant))
	if err != nil {
		return err
	}
	e.Seq, e.At = h.Count+1, s.Now().UTC()
	e.MAC = chainMAC(s.AuditKey, h.MAC, e)
	TrailIndex.Begin(tx)
	record.Save(tx, record.TableAudit, AuditKey(tenant, e.Seq), e)
	record.Save(tx, record.TableHeads, string(tenant), provision.Head{Count: e.Seq, MAC: e.MAC})
	indexTrail(tx, tenant, e)
	if e.Seq == 1 {
		tx.Put(record.TableTrail, record.Key(tenant, Taken), nil) // there was nothing before
	}
	return nil
}

// TrailEnd is the number of the trail's last event, 0 where there is none.
func TrailEnd(tx provision.Tx, tenant provision.TenantID) (uint64, error) {
	h, _, err := record.Load[provision.Head](tx, record.TableHeads, string(tenant))
	return h.Count, err
}

// AuditKey is the key of an event's record, in the order of the trail.
func AuditKey(tenant provision.TenantID, seq uint64) string {
	return record.Key(tenant, fmt.Sprintf("%016d", seq))
}

// Audit reads the whole chain of a tenant and checks it. It is for short ones.
func (s *Service) Audit(ctx context.Context, tenant provision.TenantID) ([]provision.AuditEvent, error) {
	if _, err := s.Verify(ctx, tenant, provision.Head{}); err != nil {
		return nil, err
	}
	var all []provision.AuditEvent
	for e, err := range s.Trail(ctx, tenant, 1) {
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

// Audited reports whether a store has any audit trail, which needs its key.
func Audited(ctx context.Context, store provision.Store) (bool, error) {
	found := false
	err := store.View(ctx, func(tx provision.Tx) error {
		found = false
		for range tx.Scan(record.TableHeads, "", "") {
			found = true
			break
		}
		return nil
	})
	return found, err
}

// Tenants are those that have an audit trail.
func Tenants(ctx context.Context, store provision.Store) (all []provision.TenantID, err error) {
	err = store.View(ctx, func(tx provision.Tx) error {
		all = nil
		for k := range tx.Scan(record.TableHeads, "", "") {
			all = append(all, provision.TenantID(k))
		}
		return nil
	})
	return all, err
}

// NewestAt is when the newest event of all trails happened; zero where there is none.
func NewestAt(tx provision.Tx) (newest time.Time, err error) {
	for k, raw := range tx.Scan(record.TableHeads, "", "") {
		var h provision.Head
		if err := record.Decode(record.TableHeads, k, raw, &h); err != nil {
			return newest, err
		}
		key := AuditKey(provision.TenantID(k), h.Count)
		last, _, err := record.Load[provision.AuditEvent](tx, record.TableAudit, key)
		if err != nil {
			return newest, err
		}
		end, err := ArchiveEnd(tx, provision.TenantID(k))
		if err != nil {
			return newest, err
		}
		newest = slices.MaxFunc([]time.Time{newest, last.At, end.Until}, time.Time.Compare)
	}
	return newest, nil
}

// CheckAuditKey refuses a key with which the newest event of any tenant's trail was not written, and a trail whose end
// is not there: what would be added could never be checked. It reads two events of each.
func CheckAuditKey(ctx context.Context, store provision.Store, auditing []byte) error {
	return store.View(ctx, func(tx provision.Tx) error {
		if err := checkMark(tx, auditing); err != nil {
			return err
		}
		for k, raw := range tx.Scan(record.TableHeads, "", "") {
			var h provision.Head
			if err := record.Decode(record.TableHeads, k, raw, &h); err != nil {
				return err
			}
			if err := endsAt(tx, provision.TenantID(k), h); err != nil {
				return err
			}
			if err := KeyFits(tx, provision.TenantID(k), h, auditing); err != nil {
				return err
			}
		}
		return nil
	})
}

// endsAt refuses a trail whose newest events are not those that its head names.
func endsAt(tx provision.Tx, tenant provision.TenantID, h provision.Head) error {
	end, err := ArchiveEnd(tx, tenant)
	if err != nil {
		return err
	}
	of := fmt.Sprintf("of the audit trail of tenant %s", tenant)
	const mend = "calltab check says what else is wrong; restore the store from a backup"
	first := max(end.Head.Count+1, h.Count-min(h.Count, 1))
	last := end.Head.MAC
	for seq := first; seq <= h.Count; seq++ {
		link, there, err := record.Load[provision.AuditEvent](tx, record.TableAudit, AuditKey(tenant, seq))
		if err != nil {
			return err
		}
		if !there {
			return broken("link %d %s is missing, and its head is at %d: %s", seq, of, h.Count, mend)
		}
		last = link.MAC
	}
	if h.Count < end.Head.Count || !hmac.Equal(last, h.MAC) {
		return broken("the head %s is not that of its newest link, %d: %s", of, h.Count, mend)
	}
	return nil
}

// KeyFits refuses a key with which a trail's last event was not written, or what the store says of it where it is in an
// archive. An event that is missing is for [Service.Verify] to tell of.
func KeyFits(tx provision.Tx, tenant provision.TenantID, h provision.Head, auditing []byte) error {
	end, err := ArchiveEnd(tx, tenant)
	if err != nil {
		return err
	}
	misfit := fmt.Errorf("it does not fit link %d of the audit trail of tenant %s, the newest one: "+
		"put back the key that belongs to this store, or restore both from a backup", h.Count, tenant)
	if h.Count > 0 && h.Count == end.Head.Count {
		if !hmac.Equal(end.MAC, end.sealed(auditing)) {
			return misfit
		}
		return nil
	}
	last, there, err := record.Load[provision.AuditEvent](tx, record.TableAudit, AuditKey(tenant, h.Count))
	if err != nil || !there {
		return err
	}
	before := end.Head.MAC
	if h.Count > end.Head.Count+1 {
		link, there, err := record.Load[provision.AuditEvent](tx, record.TableAudit, AuditKey(tenant, h.Count-1))
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
	return s.Store.View(ctx, func(tx provision.Tx) error {
		for k, raw := range tx.Scan(record.TableHeads, "", "") {
			var h provision.Head
			if err := record.Decode(record.TableHeads, k, raw, &h); err != nil {
				return err
			}
			s.Log.Info("audit head", "tenant", k, "count", h.Count, "mac", hex.EncodeToString(h.MAC))
		}
		return nil
	})
}
