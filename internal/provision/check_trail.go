package provision

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// trails checks the chain of every tenant, its index, and that it leads to the stock as it is.
func (c *checking) trails() error {
	for _, tenant := range c.tenants() {
		head, err := c.trail(tenant)
		if err != nil {
			return err
		}
		c.read.Trails[tenant] = head
		if _, whole := c.tx.Get(tableTrail, key(tenant, taken)); whole {
			c.replay(tenant)
		}
	}
	return nil
}

// tenants are those of whom there are numbers, links or heads.
func (c *checking) tenants() []TenantID {
	found := map[TenantID]bool{}
	for _, table := range []string{tableNumbers, tableAudit, tableHeads, tableTrail, tableArchives} {
		for from, more := "", true; more; {
			more = false
			for k := range c.tx.Scan(table, "", from) {
				tenant, _, _ := strings.Cut(k, "/")
				found[TenantID(tenant)] = true
				from, more = tenant+"0", true // 0 is the sign behind the slash
				break
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// trail checks one chain. Its end is checked too where a link is broken: what stands against the index does not.
func (c *checking) trail(tenant TenantID) (Head, error) {
	head, there, err := load[Head](c.tx, tableHeads, string(tenant))
	if err != nil {
		c.wrong(tableHeads, string(tenant), "it cannot be read: %v", err)
	}
	first := c.indexedFrom(tenant, head, there)
	chain, sound := c.archived(tenant)
	whole := err == nil && sound
	for k, raw := range c.tx.Scan(tableAudit, key(tenant, ""), "") {
		var e AuditEvent
		err := strictly(raw, &e)
		if err == nil && k != auditKey(tenant, e.Seq) {
			err = fmt.Errorf("it is link %d", e.Seq)
		}
		if err != nil {
			c.wrong(tableAudit, k, "it cannot be read: %v", err)
			whole = false
			continue
		}
		if e.Seq >= first {
			for _, at := range trailKeys(tenant, e) {
				c.indexed(tableTrail, at)
			}
		}
		if !whole {
			continue
		}
		if err := chain.take(e); err != nil {
			c.wrong(tableAudit, k, "%v", err)
			whole = false
		}
	}
	if whole {
		if err := chain.end(head); err != nil {
			c.wrong(tableHeads, string(tenant), "%v", err)
		}
	}
	return head, nil
}

// archived checks what is said of archives, and begins to check the links behind them.
func (c *checking) archived(tenant TenantID) (behind chainCheck, sound bool) {
	var all []Archived
	sound = true
	for k, raw := range c.tx.Scan(tableArchives, key(tenant, ""), "") {
		var a Archived
		err := strictly(raw, &a)
		if err == nil && k != auditKey(tenant, a.From) {
			err = fmt.Errorf("it is of link %d", a.From)
		}
		if err != nil {
			c.wrong(tableArchives, k, "it cannot be read: %v", err)
			sound = false
		}
		all = append(all, a)
	}
	behind, err := afterArchives(c.AuditKey, all)
	if err != nil && sound {
		c.wrong(tableArchives, string(tenant), "%v", err)
		sound = false
	}
	c.read.Archived += behind.next - 1
	return behind, sound
}

// indexedFrom is the first link that the index of a trail has, and counts the index's own two marks.
func (c *checking) indexedFrom(tenant TenantID, head Head, there bool) uint64 {
	if _, whole := c.tx.Get(tableTrail, key(tenant, taken)); whole {
		c.entries[tableTrail]++
	}
	raw, marked := c.tx.Get(tableTrail, key(tenant, indexed))
	if !marked {
		return head.Count + 1
	}
	c.entries[tableTrail]++
	first, err := strconv.ParseUint(string(raw), 10, 64)
	if err != nil || first == 0 || !there || first > head.Count {
		c.wrong(tableTrail, key(tenant, indexed), "the index of the trail begins at link %q of %d", raw, head.Count)
	}
	return first
}

// checkWindow is how many numbers are held against the trail at once.
const checkWindow = 50_000

// replay works the stock out from the trail, a part at a time, and holds the records against it.
func (c *checking) replay(tenant TenantID) {
	for from, more := E164(""), true; more; {
		records, until := c.window(tenant, from)
		more = until != ""
		made := c.made(tenant, from, until)
		for n, is := range records {
			said, told := made[n]
			delete(made, n)
			if !told || said != is {
				c.wrong(tableNumbers, key(tenant, string(n)), "the trail says that it is %s, and the record that it is %s", said.short(), is.short())
			}
		}
		for n, said := range made {
			c.wrong(tableNumbers, key(tenant, string(n)), "its record is missing: the trail says that it is %s", said.short())
		}
		from = until
	}
}

// window reads records of numbers from one on. until is where the next part begins, empty at the end.
func (c *checking) window(tenant TenantID, from E164) (records map[E164]NumberChange, until E164) {
	records = map[E164]NumberChange{}
	for k, raw := range c.tx.Scan(tableNumbers, key(tenant, ""), key(tenant, string(from))) {
		n := E164(k[len(key(tenant, "")):])
		if len(records) == checkWindow {
			return records, n
		}
		var v Number
		if decode(tableNumbers, k, raw, &v) == nil && v.E164 == n {
			records[n] = became(v)
		}
	}
	return records, ""
}

// made is what the trail says of the numbers of a part.
func (c *checking) made(tenant TenantID, from, until E164) map[E164]NumberChange {
	made := map[E164]NumberChange{}
	for k, raw := range c.tx.Scan(tableAudit, key(tenant, ""), "") {
		var e AuditEvent
		if decode(tableAudit, k, raw, &e) != nil {
			continue // it was told of before
		}
		for _, change := range e.Numbers {
			for n := range change.numbers() {
				if n < from || until != "" && n >= until {
					continue
				}
				made[n] = NumberChange{First: n, To: change.To, At: change.At, User: change.User, Order: change.Order}
				if change.To == "" {
					delete(made, n)
				}
			}
		}
	}
	return made
}

func (n NumberChange) short() string {
	if n.To == "" {
		return "not in the inventory"
	}
	text := string(n.To) + " at " + string(n.At)
	if n.User != "" {
		text += " for " + string(n.User)
	}
	if n.Order != "" {
		text += " by order " + string(n.Order)
	}
	return text
}
