package audit

import (
	"context"
	"fmt"
	"iter"
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
	bySpan   = "b" // numbers that begin alike, see spansOf
	// Indexed marks the first event that the index of a program up to schema version 7 has; nothing marks it in a store
	// that began later. It has no meaning once TrailIndex is whole.
	Indexed = "i"
)

// TrailIndex finds the events of the trail by whom and what they are about. Append keeps it.
//
// Up to schema version 7 all events about several numbers stood in one list, which was read for each number, and a
// trail could be older than its index. Until the index is whole, both are still read so.
var TrailIndex = record.Index{
	Name:  "audit-by",
	Table: record.TableAudit,
	Entries: func(key string, raw []byte) ([]record.Entry, error) {
		tenant, e, err := decodeEvent(key, raw)
		return TrailEntries(tenant, e), err
	},
	Former: func(key string, raw []byte) ([]record.Entry, error) {
		tenant, e, err := decodeEvent(key, raw)
		return FormerEntries(tenant, e), err
	},
}

func decodeEvent(key string, raw []byte) (tenant provision.TenantID, e provision.AuditEvent, err error) {
	first, _, _ := strings.Cut(key, "/")
	err = record.Decode(record.TableAudit, key, raw, &e)
	return provision.TenantID(first), e, err
}

func trailKey(tenant provision.TenantID, sort, subject string, seq uint64) string {
	return record.Key(tenant, sort, subject, fmt.Sprintf("%016d", seq))
}

// indexTrail notes an event under everything that it is about.
func indexTrail(tx provision.Tx, tenant provision.TenantID, e provision.AuditEvent) {
	if !TrailIndex.Whole(tx) {
		if _, there := tx.Get(record.TableTrail, record.Key(tenant, Indexed)); !there {
			tx.Put(record.TableTrail, record.Key(tenant, Indexed), strconv.AppendUint(nil, e.Seq, 10))
		}
	}
	for _, at := range TrailEntries(tenant, e) {
		tx.Put(at.Table, at.Key, nil)
	}
}

// dropIndexed removes an event from the index.
func dropIndexed(tx provision.Tx, tenant provision.TenantID, e provision.AuditEvent) {
	for _, at := range append(TrailEntries(tenant, e), FormerEntries(tenant, e)...) {
		tx.Delete(at.Table, at.Key)
	}
}

// TrailEntries are the places of an event in TrailIndex.
func TrailEntries(tenant provision.TenantID, e provision.AuditEvent) (all []record.Entry) {
	note := func(sort, subject string) {
		at := record.Entry{Table: record.TableTrail, Key: trailKey(tenant, sort, subject, e.Seq)}
		if subject != "" && !slices.Contains(all, at) {
			all = append(all, at)
		}
	}
	note(byUser, string(e.User))
	note(byUser, string(e.Actor))
	note(ByNumber, string(e.Number))
	note(byOrder, string(e.Order))
	for sort, subject := range subjectsOf(e.Numbers) {
		note(sort, subject)
	}
	return all
}

// FormerEntries are those that programs up to schema version 7 gave to an event, and this one does not.
func FormerEntries(tenant provision.TenantID, e provision.AuditEvent) []record.Entry {
	several := func(c provision.NumberChange) bool { return c.First != e.Number || c.Last != "" }
	if !slices.ContainsFunc(e.Numbers, several) {
		return nil
	}
	return []record.Entry{{Table: record.TableTrail, Key: trailKey(tenant, bySpan, "all", e.Seq)}}
}

// subjectsOf are the sorts and subjects under which the changes of an event are found: where there are few numbers,
// each of them, and else the spans in which they are.
func subjectsOf(changes []provision.NumberChange) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		span := func(c provision.NumberChange) bool { return c.Last != "" }
		if len(changes) > mostSpans || slices.ContainsFunc(changes, span) {
			for _, s := range spansOf(changes) {
				if !yield(bySpan, s) {
					return
				}
			}
			return
		}
		for _, c := range changes {
			if !yield(ByNumber, string(c.First)) {
				return
			}
		}
	}
}

// LinksUnder yields the numbers of the events that the index has under a subject, the newest first, below one (0: all).
func LinksUnder(tx provision.Tx, tenant provision.TenantID, sort, subject string, before uint64) iter.Seq[uint64] {
	end := ""
	if before > 0 {
		end = trailKey(tenant, sort, subject, before)
	}
	return func(yield func(uint64) bool) {
		for k := range tx.ScanBack(record.TableTrail, record.Key(tenant, sort, subject, ""), end) {
			seq, _ := strconv.ParseUint(k[strings.LastIndexByte(k, '/')+1:], 10, 64)
			if !yield(seq) {
				return
			}
		}
	}
}

// Links leads to the events about a subject. Make it with [Service.Links].
type Links struct {
	tenant  provision.TenantID
	about   provision.Subject
	older   []uint64 // not whole: those that the index lacks, the oldest first
	lacking bool
}

// Links finds what the index lacks of the events about a subject: nothing, once it is whole.
func (s *Service) Links(ctx context.Context, tenant provision.TenantID, about provision.Subject) (Links, error) {
	l := Links{tenant: tenant, about: about}
	first := uint64(1)
	err := s.Store.View(ctx, func(tx provision.Tx) error {
		l.lacking = !TrailIndex.Whole(tx)
		if !l.lacking {
			return nil
		}
		if raw, there := tx.Get(record.TableTrail, record.Key(tenant, Indexed)); there {
			first, _ = strconv.ParseUint(string(raw), 10, 64)
			return nil
		}
		h, _, err := record.Load[provision.Head](tx, record.TableHeads, string(tenant))
		first = h.Count + 1
		return err
	})
	if err != nil || !l.lacking || first == 1 {
		return l, err
	}
	for e, err := range s.Trail(ctx, tenant, 1) {
		if err != nil {
			return l, err
		}
		if e.Seq >= first {
			break
		}
		if about.About(e) {
			l.older = append(l.older, e.Seq)
		}
	}
	return l, nil
}

// Newest yields the numbers of the events about the subject, the newest first, below one (0: all). Where the subject is
// a number, events about others of its span are among them: ask the subject of each event.
func (l Links) Newest(tx provision.Tx, before uint64) iter.Seq[uint64] {
	var lists []iter.Seq[uint64]
	add := func(sort, subject string) {
		lists = append(lists, LinksUnder(tx, l.tenant, sort, subject, before))
	}
	switch {
	case l.about.User != "":
		add(byUser, string(l.about.User))
	case l.about.Order != "":
		add(byOrder, string(l.about.Order))
	default:
		add(ByNumber, string(l.about.Number))
		for _, span := range spansAround(l.about.Number) {
			add(bySpan, span)
		}
		if l.lacking {
			add(bySpan, "all")
		}
	}
	if len(lists) == 1 && len(l.older) == 0 {
		return lists[0]
	}
	var all []uint64
	for _, seq := range l.older {
		if before == 0 || seq < before {
			all = append(all, seq)
		}
	}
	for _, list := range lists {
		all = slices.AppendSeq(all, list)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	slices.Reverse(all)
	return slices.Values(all)
}

// Link reads one event of the trail.
func Link(tx provision.Tx, tenant provision.TenantID, seq uint64) (provision.AuditEvent, error) {
	e, there, err := record.Load[provision.AuditEvent](tx, record.TableAudit, AuditKey(tenant, seq))
	if err == nil && !there {
		err = broken("link %d is missing", seq)
	}
	return e, err
}
