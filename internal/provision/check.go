package provision

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// Checked is what a check has read.
type Checked struct {
	Orders, Numbers, Subscribers int
	Trails                       map[TenantID]Head
	Archived                     uint64 // links of the trails that are in archives, and not in the store
}

// Check holds all that this package keeps against itself: every record against its place, every index and count against
// the records, the stock against orders and subscribers, what goes on by a job against the jobs that there are, and the
// trail against its key, its index and the stock. at reports whether there is a job. tell gets what is wrong: the
// table, the key, and a sentence that also says what can be done where something can. It remembers no more than counts
// and a part of the stock at a time. tx is one snapshot; nothing is written.
func (s *Service) Check(
	tx Tx, at func(tx Tx, kind, key string) bool, tell func(table, key, what string),
) (Checked, error) {
	c := &checking{
		Service: s, tx: tx, at: at, tell: tell, read: Checked{Trails: map[TenantID]Head{}},
		entries: map[string]int{}, counts: map[string]map[string]int{},
	}
	c.inventory()
	c.orders()
	c.subscribers()
	c.lists()
	if err := c.trails(); err != nil {
		return c.read, err
	}
	c.indexes()
	return c.read, nil
}

// CheckedTables are the tables that Check knows.
func CheckedTables() []string {
	return []string{
		tableLocations, tablePlans, tableNumbers, tableFree, tableDigits, tableTails, tableStock, tableOrders, tableByRequester,
		tableByPerson, tableLive, tableDrafts, tableShares, tableRefusals, tableStates, tableParked, tableToApprove, tableSubscribers, tableAudit, tableTrail, tableHeads,
		tableArchives, tableImported, tableSyncs, tableRoster, tableRosterIndex, tableRosterCount, tableNumberSyncs, tableNumberSeen,
		tableNumberFound, tableNumberCount, tableBatches, tableWaivers, tableLines, tableCharters, tableOutages, tableRestored,
		tableResumed,
	}
}

type checking struct {
	*Service
	tx      Tx
	at      func(tx Tx, kind, key string) bool
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
		tableFree, tableDigits, tableTails, tableByRequester, tableByPerson, tableParked, tableToApprove, tableTrail, tableRosterIndex,
		tableNumberFound,
	} {
		n := 0
		for range c.tx.Scan(table, "", "") {
			n++
		}
		if n != c.entries[table] {
			c.wrong(table, "", "it has %d entries, and the records make %d", n, c.entries[table])
		}
	}
	for _, table := range []string{tableStock, tableStates, tableRosterCount, tableNumberCount} {
		for k := range c.tx.Scan(table, "", "") {
			if _, made := c.counts[table][k]; !made {
				c.wrong(table, k, "it counts %d, and there is none", count(c.tx, table, k))
			}
		}
		for _, k := range slices.Sorted(maps.Keys(c.counts[table])) {
			if n := count(c.tx, table, k); n != c.counts[table][k] {
				c.wrong(table, k, "it counts %d, and there are %d", n, c.counts[table][k])
			}
		}
	}
}

// each reads all records of a table, and says which of them cannot be read. at is the key behind the tenant, empty for none.
func each[T any](c *checking, table string, f func(tenant TenantID, at string, v T)) {
	for k, raw := range c.tx.Scan(table, "", "") {
		var v T
		if err := strictly(raw, &v); err != nil {
			c.wrong(table, k, "it cannot be read: %v", err)
			continue
		}
		tenant, at, _ := strings.Cut(k, "/")
		f(TenantID(tenant), at, v)
	}
}

// strictly decodes a record that has nothing but what this program writes: a field of another name is one that was damaged.
func strictly(raw []byte, v any) error {
	if len(raw) == 0 || raw[0] != recordVersion {
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
func (c *checking) place(table string, tenant TenantID, at, own string) bool {
	if at != own || tenant == "" {
		c.wrong(table, key(tenant, at), "it is the record of %q", own)
		return false
	}
	return true
}

// lists checks what was read at Microsoft, and the small tables.
func (c *checking) lists() {
	each(c, tableRoster, func(tenant TenantID, at string, l listed) {
		if l.Person.ID != "" && !c.place(tableRoster, tenant, at, string(l.Person.ID)) {
			return
		}
		for _, k := range l.places(tenant) {
			c.indexed(tableRosterIndex, k)
		}
		if l.Class != "" {
			c.counted(tableRosterCount, key(tenant, string(l.Class)))
		}
	})
	for k := range c.tx.Scan(tableNumberSeen, "", "") {
		tenant, n, _ := strings.Cut(k, "/")
		round, class := seenNumber(c.tx, k)
		if round == 0 || class != NumberMatched && class != NumberNew && !slices.Contains(numberClasses, class) {
			c.wrong(tableNumberSeen, k, "it cannot be read; sync-numbers writes it anew")
			continue
		}
		c.counted(tableNumberCount, key(tenant, string(class)))
		if class != NumberMatched {
			c.indexed(tableNumberFound, key(tenant, string(class), n))
		}
	}
	each(c, tableNumberFound, func(tenant TenantID, at string, f NumberFinding) {
		_, n, _ := strings.Cut(at, "/")
		c.place(tableNumberFound, tenant, n, string(f.Number))
	})
	each(c, tableLines, func(tenant TenantID, at string, l Line) { c.place(tableLines, tenant, at, string(l.Number)) })
	each(c, tableWaivers, func(tenant TenantID, at string, w Waiver) { c.place(tableWaivers, tenant, at, string(w.User)) })
	each(c, tableBatches, func(TenantID, string, batch) {})
	each(c, tableShares, func(TenantID, string, share) {})
	each(c, tableRefusals, func(TenantID, string, refusal) {})
	each(c, tableSyncs, func(tenant TenantID, _ string, sy Sync) { c.reads(tableSyncs, tenant, sy.State, JobSync) })
	each(c, tableNumberSyncs, func(tenant TenantID, _ string, ns NumberSync) {
		c.reads(tableNumberSyncs, tenant, ns.State, JobNumbers)
	})
	each(c, tableRestored, func(TenantID, string, Restored) {})
	each(c, tableCharters, func(TenantID, string, Charter) {})
	each(c, tableResumed, func(TenantID, string, time.Time) {})
	each(c, tableOutages, func(tenant TenantID, at string, o Outage) {
		_, own, _ := strings.Cut(outageKey(o, tenant), "/")
		c.place(tableOutages, tenant, at, own)
	})
}
