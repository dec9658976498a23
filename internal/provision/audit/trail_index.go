package audit

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// The sorts of subjects by which events of the trail are found.
const (
	byUser   = "u" // whom it is about, or who did it
	ByNumber = "n"
	byOrder  = "o"
	byBlock  = "b" // events about several numbers at once: there are few, and each is asked
	Indexed  = "i" // the first event that the index has: a store may be older than the index
)

func trailKey(tenant provision.TenantID, sort, subject string, seq uint64) string {
	return record.Key(tenant, sort, subject, fmt.Sprintf("%016d", seq))
}

// indexTrail notes an event under everything that it is about.
func indexTrail(tx provision.Tx, tenant provision.TenantID, e provision.AuditEvent) {
	if _, there := tx.Get(record.TableTrail, record.Key(tenant, Indexed)); !there {
		tx.Put(record.TableTrail, record.Key(tenant, Indexed), strconv.AppendUint(nil, e.Seq, 10))
	}
	for _, at := range TrailKeys(tenant, e) {
		tx.Put(record.TableTrail, at, nil)
	}
}

// TrailKeys are the places of an event in the index.
func TrailKeys(tenant provision.TenantID, e provision.AuditEvent) []string {
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
	note(ByNumber, string(e.Number))
	note(byOrder, string(e.Order))
	if slices.ContainsFunc(e.Numbers, func(c provision.NumberChange) bool {
		return c.First != e.Number || c.Last != ""
	}) {
		note(byBlock, "all")
	}
	return all
}

// LinksUnder are the numbers of the events that the index has under a subject, the oldest first.
func LinksUnder(tx provision.Tx, tenant provision.TenantID, sort, subject string) []uint64 {
	var all []uint64
	for k := range tx.Scan(record.TableTrail, record.Key(tenant, sort, subject, ""), "") {
		seq, _ := strconv.ParseUint(k[strings.LastIndexByte(k, '/')+1:], 10, 64)
		all = append(all, seq)
	}
	return all
}

// Links are the numbers of all events about a subject, the oldest first.
func (s *Service) Links(ctx context.Context, tenant provision.TenantID, about provision.Subject) ([]uint64, error) {
	var found []uint64
	first := uint64(1)
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		found = nil
		if raw, there := tx.Get(record.TableTrail, record.Key(tenant, Indexed)); there {
			first, _ = strconv.ParseUint(string(raw), 10, 64)
		} else if h, _, err := record.Load[provision.Head](tx, record.TableHeads, string(tenant)); err != nil {
			return err
		} else {
			first = h.Count + 1
		}
		under := func(sort, subject string) []uint64 { return LinksUnder(tx, tenant, sort, subject) }
		switch {
		case about.User != "":
			found = under(byUser, string(about.User))
		case about.Order != "":
			found = under(byOrder, string(about.Order))
		default:
			found = under(ByNumber, string(about.Number))
			for _, seq := range under(byBlock, "all") {
				e, err := Link(tx, tenant, seq)
				if err != nil {
					return err
				}
				if about.About(e) {
					found = append(found, seq)
				}
			}
		}
		return nil
	})
	if err == nil && first > 1 {
		found, err = s.olderLinks(ctx, tenant, about, first, found)
	}
	slices.Sort(found)
	return slices.Compact(found), err
}

// olderLinks adds the events about a subject that are older than the index, which begins with the event first.
func (s *Service) olderLinks(ctx context.Context, tenant provision.TenantID, about provision.Subject, first uint64,
	found []uint64) ([]uint64, error) {
	for e, err := range s.Trail(ctx, tenant, 1) {
		if err != nil {
			return nil, err
		}
		if e.Seq >= first {
			break
		}
		if about.About(e) {
			found = append(found, e.Seq)
		}
	}
	return found, nil
}

// Link reads one event of the trail.
func Link(tx provision.Tx, tenant provision.TenantID, seq uint64) (provision.AuditEvent, error) {
	e, there, err := record.Load[provision.AuditEvent](tx, record.TableAudit, AuditKey(tenant, seq))
	if err == nil && !there {
		err = broken("link %d is missing", seq)
	}
	return e, err
}
