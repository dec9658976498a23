package integrity

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/limits"
	"calltab/internal/provision/outage"
	"calltab/internal/provision/reconcile"
	"calltab/internal/provision/record"
	"calltab/internal/provision/rehearsal"
	"calltab/internal/provision/roster"
	"calltab/internal/provision/routes"
	"calltab/internal/provision/span"
	"calltab/internal/provision/stock"
)

// Checked is what a check has read.
type Checked struct {
	Orders, Numbers, Subscribers int
	Trails                       map[provision.TenantID]provision.Head
	Archived                     uint64 // events of the trails that are in archives, and not in the store
}

// Check holds all that this package keeps against itself: every record against its place, every index and count against
// the records, the stock against orders and subscribers, what goes on by a job against the jobs that there are, and the
// trail against its key, its index and the stock. at reports whether there is a job. tell gets what is wrong: the
// table, the key, and a sentence that also says what can be done where something can. It remembers no more than counts
// and a part of the stock at a time. tx is one snapshot; nothing is written.
func (s *Service) Check(
	tx provision.Tx, at func(tx provision.Tx, kind, key string) bool, tell func(table, key, what string),
) (Checked, error) {
	c := &checking{
		Service: s, tx: tx, at: at, tell: tell, read: Checked{Trails: map[provision.TenantID]provision.Head{}},
		entries: map[string]int{}, counts: map[string]map[string]int{},
	}
	c.inventory()
	c.orders()
	c.subscribers()
	c.lists()
	c.bulks()
	if err := c.trails(); err != nil {
		return c.read, err
	}
	c.marks()
	c.indexes()
	return c.read, nil
}

// CheckedTables are the tables that Check knows.
func CheckedTables() []string {
	return []string{
		record.TableLocations, record.TablePlans, record.TableNumbers, record.TableFree, record.TableDigits,
		record.TableTails, record.TableReserved, record.TableStock, record.TableOrders, record.TableByRequester,
		record.TableOrdersAt, record.TableOrdersOf, record.TableOrdersOwn, record.TableParkedAt, record.TableIndexes,
		record.TableSince,
		record.TableNumbersAt, record.TableEndings, record.TableSubscribersBy, record.TablePhonesAt,
		record.TablePhonesAtSince,
		record.TableByPerson, record.TableLive, record.TableDrafts, record.TableShares, record.TableRefusals,
		record.TableStates, record.TableParked, record.TableToApprove, record.TableSubscribers, record.TableAudit,
		record.TableBulks, record.TableBulksBy, record.TableBulkRows, record.TableBulkStates, record.TableBulkCounts,
		record.TableBulkOrders, record.TableBulkPeople,
		record.TableTrail, record.TableHeads, record.TableKeyMark,
		record.TableArchives, record.TableImported, record.TableSyncs, record.TableRoster, record.TableRosterIndex,
		record.TableRosterCount, record.TableNumberSyncs, record.TableNumberSeen,
		record.TableNumberFound, record.TableNumberCount, record.TableSpans, record.TableBatches,
		record.TableWaivers, record.TableMemberships, record.TableLines,
		record.TableAccessPolicies, record.TableOutages, record.TableRestored,
		record.TableResumed, record.TableForgets, record.TableRoutes, record.TableRehearsals,
	}
}

type checking struct {
	*Service
	tx      provision.Tx
	at      func(tx provision.Tx, kind, key string) bool
	tell    func(table, key, what string)
	read    Checked
	entries map[string]int            // by table: how many index entries the records make
	counts  map[string]map[string]int // by table of counters: what the records come to
}

func (c *checking) wrong(table, key, format string, args ...any) {
	c.tell(table, key, fmt.Sprintf(format, args...))
}

// indexed says that a record makes an index entry, and looks whether it is there.
func (c *checking) indexed(table, key string) {
	c.entries[table]++
	if _, there := c.tx.Get(table, key); !there {
		c.wrong(table, key, "this entry is missing: its record cannot be found by it")
	}
}

// rehearsals reads the marks of orders.
func (c *checking) rehearsals() {
	each(c, record.TableRehearsals, func(tenant provision.TenantID, at string, _ rehearsal.Rehearsal) {
		if _, there := c.tx.Get(record.TableOrders, record.Key(tenant, at)); !there {
			c.wrong(record.TableRehearsals, record.Key(tenant, at), "there is no order of this id")
		}
	})
}

// counted says that a record belongs into a count.
func (c *checking) counted(table, key string) {
	if c.counts[table] == nil {
		c.counts[table] = map[string]int{}
	}
	c.counts[table][key]++
}

// indexes looks for entries of indexes that no record makes, and holds the counts against the records. It comes last.
func (c *checking) indexes() {
	for _, table := range []string{
		record.TableFree, record.TableDigits, record.TableTails, record.TableReserved, record.TableByRequester,
		record.TableByPerson, record.TableNumbersAt, record.TableEndings,
		record.TableOrdersAt, record.TableOrdersOf, record.TableOrdersOwn, record.TableParkedAt, record.TableSince,
		record.TableSubscribersBy, record.TablePhonesAt, record.TablePhonesAtSince,
		record.TableParked, record.TableToApprove, record.TableTrail, record.TableRosterIndex,
		record.TableNumberFound, record.TableBulksBy, record.TableBulkStates, record.TableBulkOrders,
	} {
		n := 0
		for range c.tx.Scan(table, "", "") {
			n++
		}
		if n != c.entries[table] {
			c.wrong(table, "", "it has %d entries, and the records make %d", n, c.entries[table])
		}
	}
	for _, table := range []string{record.TableStock, record.TableStates, record.TableRosterCount,
		record.TableNumberCount, record.TableBulkCounts} {
		for k := range c.tx.Scan(table, "", "") {
			if _, made := c.counts[table][k]; !made {
				c.wrong(table, k, "it counts %d, and there is none", record.Count(c.tx, table, k))
			}
		}
		for _, k := range slices.Sorted(maps.Keys(c.counts[table])) {
			if n := record.Count(c.tx, table, k); n != c.counts[table][k] {
				c.wrong(table, k, "it counts %d, and there are %d", n, c.counts[table][k])
			}
		}
	}
}

// each reads all records of a table, and says which of them cannot be read. at is the key behind the tenant, empty for
// none.
func each[T any](c *checking, table string, f func(tenant provision.TenantID, at string, v T)) {
	for k, raw := range c.tx.Scan(table, "", "") {
		var v T
		if err := strictly(raw, &v); err != nil {
			c.wrong(table, k, "it cannot be read: %v", err)
			continue
		}
		tenant, at, _ := strings.Cut(k, "/")
		f(provision.TenantID(tenant), at, v)
	}
}

// strictly decodes a record that has nothing but what this program writes: a field of another name is one that was
// damaged.
func strictly(raw []byte, v any) error {
	if len(raw) == 0 || raw[0] != record.RecordVersion {
		return fmt.Errorf("it is of a version that this program does not know")
	}
	d := json.NewDecoder(bytes.NewReader(raw[1:]))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("there is something behind its end")
	}
	return nil
}

// place says where a record is wrong that stands under another key than its own.
func (c *checking) place(table string, tenant provision.TenantID, at, own string) bool {
	if at != own || tenant == "" {
		c.wrong(table, record.Key(tenant, at), "it is the record of %q", own)
		return false
	}
	return true
}

// lists checks what was read at Microsoft, and the small tables.
func (c *checking) lists() {
	each(c, record.TableRoster, func(tenant provision.TenantID, at string, l roster.PersonRecord) {
		if l.Person.ID != "" && !c.place(record.TableRoster, tenant, at, string(l.Person.ID)) {
			return
		}
		for _, k := range l.Places(tenant) {
			c.indexed(record.TableRosterIndex, k)
		}
		if l.Class != "" {
			c.counted(record.TableRosterCount, record.Key(tenant, string(l.Class)))
		}
	})
	for k := range c.tx.Scan(record.TableNumberSeen, "", "") {
		tenant, n, _ := strings.Cut(k, "/")
		round, class := reconcile.SeenNumber(c.tx, k)
		if round == 0 || class != provision.NumberMatched && class != provision.NumberNew &&
			!slices.Contains(provision.NumberClasses, class) {
			c.wrong(record.TableNumberSeen, k, "it cannot be read; sync-numbers writes it anew")
			continue
		}
		c.counted(record.TableNumberCount, record.Key(tenant, string(class)))
		if class != provision.NumberMatched {
			c.indexed(record.TableNumberFound, record.Key(tenant, string(class), n))
		}
	}
	each(c, record.TableNumberFound, func(tenant provision.TenantID, at string, f provision.NumberFinding) {
		_, n, _ := strings.Cut(at, "/")
		c.place(record.TableNumberFound, tenant, n, string(f.Number))
	})
	each(c, record.TableLines, func(tenant provision.TenantID, at string, l provision.Line) {
		c.place(record.TableLines, tenant, at, string(l.Number))
	})
	each(c, record.TableWaivers, func(tenant provision.TenantID, at string, w provision.Waiver) {
		c.place(record.TableWaivers, tenant, at, string(w.User))
	})
	each(c, record.TableSpans, func(tenant provision.TenantID, at string, s span.Spans) {
		if !s.Sound() {
			c.wrong(record.TableSpans, record.Key(tenant, at), "there are too many, or one is less than nothing")
		}
	})
	each(c, record.TableBatches, func(provision.TenantID, string, stock.BatchRecord) {})
	each(c, record.TableShares, func(provision.TenantID, string, limits.Share) {})
	each(c, record.TableRefusals, func(provision.TenantID, string, limits.Refusal) {})
	each(c, record.TableSyncs, func(tenant provision.TenantID, _ string, sy provision.Sync) {
		c.reads(record.TableSyncs, tenant, sy.State, provision.JobSync)
	})
	each(c, record.TableNumberSyncs, func(tenant provision.TenantID, _ string, ns provision.NumberSync) {
		c.reads(record.TableNumberSyncs, tenant, ns.State, provision.JobNumbers)
	})
	each(c, record.TableRoutes, func(provision.TenantID, string, routes.Record) {})
	c.rehearsals()
	each(c, record.TableRestored, func(provision.TenantID, string, stock.Restored) {})
	each(c, record.TableAccessPolicies, func(provision.TenantID, string, provision.AccessPolicy) {})
	each(c, record.TableResumed, func(provision.TenantID, string, time.Time) {})
	each(c, record.TableOutages, func(tenant provision.TenantID, at string, o provision.Outage) {
		_, own, _ := strings.Cut(outage.OutageKey(o, tenant), "/")
		c.place(record.TableOutages, tenant, at, own)
	})
}
