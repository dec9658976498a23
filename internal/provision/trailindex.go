package provision

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The sorts of subjects by which links of the trail are found.
const (
	byUser   = "u" // whom it is about, or who did it
	byNumber = "n"
	byOrder  = "o"
	byBlock  = "b" // links about several numbers at once: there are few, and each is asked
	indexed  = "i" // the first link that the index has: a store may be older than the index
)

func trailKey(tenant TenantID, sort, subject string, seq uint64) string {
	return key(tenant, sort, subject, fmt.Sprintf("%016d", seq))
}

// indexTrail notes a link under everything that it is about.
func indexTrail(tx Tx, tenant TenantID, e AuditEvent) {
	if _, there := tx.Get(tableTrail, key(tenant, indexed)); !there {
		tx.Put(tableTrail, key(tenant, indexed), strconv.AppendUint(nil, e.Seq, 10))
	}
	for _, at := range trailKeys(tenant, e) {
		tx.Put(tableTrail, at, nil)
	}
}

// trailKeys are the places of a link in the index.
func trailKeys(tenant TenantID, e AuditEvent) []string {
	var all []string
	note := func(sort, subject string) {
		if subject != "" {
			all = append(all, trailKey(tenant, sort, subject, e.Seq))
		}
	}
	note(byUser, string(e.User))
	if e.Actor != e.User {
		note(byUser, string(e.Actor))
	}
	note(byNumber, string(e.Number))
	note(byOrder, string(e.Order))
	if slices.ContainsFunc(e.Numbers, func(c NumberChange) bool { return c.First != e.Number || c.Last != "" }) {
		note(byBlock, "all")
	}
	return all
}

// linksUnder are the numbers of the links that the index has under a subject, the oldest first.
func linksUnder(tx Tx, tenant TenantID, sort, subject string) []uint64 {
	var all []uint64
	for k := range tx.Scan(tableTrail, key(tenant, sort, subject, ""), "") {
		seq, _ := strconv.ParseUint(k[strings.LastIndexByte(k, '/')+1:], 10, 64)
		all = append(all, seq)
	}
	return all
}

// Subject is what a history is about. One field is set.
type Subject struct {
	User   UserID
	Number E164
	Order  OrderID
}

// about reports whether a link of the trail is about it.
func (b Subject) about(e AuditEvent) bool {
	switch {
	case b.User != "":
		return e.User == b.User || e.Actor == b.User
	case b.Order != "":
		return e.Order == b.Order
	}
	return e.Number == b.Number || slices.ContainsFunc(e.Numbers, func(c NumberChange) bool { return c.Holds(b.Number) })
}

// links are the numbers of all links about a subject, the oldest first.
func (s *Service) links(ctx context.Context, tenant TenantID, about Subject) ([]uint64, error) {
	var found []uint64
	first := uint64(1)
	err := s.Store.View(ctx, func(tx Tx) error {
		found = nil
		if raw, there := tx.Get(tableTrail, key(tenant, indexed)); there {
			first, _ = strconv.ParseUint(string(raw), 10, 64)
		} else if h, _, err := load[Head](tx, tableHeads, string(tenant)); err != nil {
			return err
		} else {
			first = h.Count + 1
		}
		under := func(sort, subject string) []uint64 { return linksUnder(tx, tenant, sort, subject) }
		switch {
		case about.User != "":
			found = under(byUser, string(about.User))
		case about.Order != "":
			found = under(byOrder, string(about.Order))
		default:
			found = under(byNumber, string(about.Number))
			for _, seq := range under(byBlock, "all") {
				e, err := link(tx, tenant, seq)
				if err != nil {
					return err
				}
				if about.about(e) {
					found = append(found, seq)
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for e, err := range s.Trail(ctx, tenant, 1) { // what is older than the index
		if err != nil || e.Seq >= first {
			break
		}
		if about.about(e) {
			found = append(found, e.Seq)
		}
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

// link reads one link of the trail.
func link(tx Tx, tenant TenantID, seq uint64) (AuditEvent, error) {
	e, there, err := load[AuditEvent](tx, tableAudit, auditKey(tenant, seq))
	if err == nil && !there {
		err = broken("link %d is missing", seq)
	}
	return e, err
}
