package integrity

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/audit"
	"calltab/internal/provision/record"
)

// trails checks the chain of every tenant, its index, and that it leads to the stock as it is.
func (c *checking) trails() error {
	for _, tenant := range c.tenants() {
		head, err := c.trail(tenant)
		if err != nil {
			return err
		}
		c.read.Trails[tenant] = head
		if _, whole := c.tx.Get(record.TableTrail, record.Key(tenant, audit.Taken)); whole {
			c.replay(tenant)
		}
	}
	return nil
}

// tenants are those of whom there are numbers, events or heads.
func (c *checking) tenants() []provision.TenantID {
	found := map[provision.TenantID]bool{}
	for _, table := range []string{record.TableNumbers, record.TableAudit, record.TableHeads, record.TableTrail,
		record.TableArchives} {
		for from, more := "", true; more; {
			more = false
			for k := range c.tx.Scan(table, "", from) {
				tenant, _, _ := strings.Cut(k, "/")
				found[provision.TenantID(tenant)] = true
				from, more = tenant+"0", true // 0 is the sign behind the slash
				break
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// errOtherKey is of a trail that may be as it was written.
var errOtherKey = errors.New("the audit key fits neither the first link that is here nor the newest one, so it is " +
	"most likely that of another store: put back the key that belongs to this one, and check again before you " +
	"restore anything")

// trail checks one chain. Its end is checked too where an event is broken: what stands against the index does not.
func (c *checking) trail(tenant provision.TenantID) (provision.Head, error) {
	head, there, err := record.Load[provision.Head](c.tx, record.TableHeads, string(tenant))
	if err != nil {
		c.wrong(record.TableHeads, string(tenant), "it cannot be read: %v", err)
	}
	c.marked(tenant, head, there)
	chain, sound := c.archived(tenant)
	whole := err == nil && sound
	begins := true // no event has been held against the one before it
	for k, raw := range c.tx.Scan(record.TableAudit, record.Key(tenant, ""), "") {
		var e provision.AuditEvent
		err := strictly(raw, &e)
		if err == nil && k != audit.AuditKey(tenant, e.Seq) {
			err = fmt.Errorf("it is link %d", e.Seq)
		}
		if err != nil {
			c.wrong(record.TableAudit, k, "it cannot be read: %v", err)
			whole = false
			continue
		}
		c.indexedIn(audit.TrailIndex, audit.TrailEntries(tenant, e))
		c.formerly(audit.FormerEntries(tenant, e))
		if !whole {
			continue
		}
		first := chain.Next
		if err := chain.Take(e); err != nil {
			if e.Seq == first && begins && audit.KeyFits(c.tx, tenant, head, c.AuditKey) != nil {
				err = errOtherKey
			}
			c.wrong(record.TableAudit, k, "%v", err)
			whole = false
		}
		begins = false
	}
	if whole {
		if err := chain.End(head); err != nil {
			c.wrong(record.TableHeads, string(tenant), "%v", err)
		}
	}
	return head, nil
}

// archived checks what is said of archives, and begins to check the events behind them.
func (c *checking) archived(tenant provision.TenantID) (behind audit.ChainCheck, sound bool) {
	var all []audit.Archived
	sound = true
	for k, raw := range c.tx.Scan(record.TableArchives, record.Key(tenant, ""), "") {
		var a audit.Archived
		err := strictly(raw, &a)
		if err == nil && k != audit.AuditKey(tenant, a.From) {
			err = fmt.Errorf("it is of link %d", a.From)
		}
		if err != nil {
			c.wrong(record.TableArchives, k, "it cannot be read: %v", err)
			sound = false
		}
		all = append(all, a)
	}
	behind, err := audit.AfterArchives(c.AuditKey, all)
	if err != nil && sound {
		c.wrong(record.TableArchives, string(tenant), "%v", err)
		sound = false
	}
	c.read.Archived += behind.Next - 1
	return behind, sound
}

// marked checks the index's own two marks, and counts them.
func (c *checking) marked(tenant provision.TenantID, head provision.Head, there bool) {
	if _, whole := c.tx.Get(record.TableTrail, record.Key(tenant, audit.Taken)); whole {
		c.entries[record.TableTrail]++
	}
	raw, marked := c.tx.Get(record.TableTrail, record.Key(tenant, audit.Indexed))
	if !marked {
		return
	}
	c.entries[record.TableTrail]++
	first, err := strconv.ParseUint(string(raw), 10, 64)
	if err != nil || first == 0 || !there || first > head.Count {
		c.wrong(record.TableTrail, record.Key(tenant, audit.Indexed), "the index of the trail begins at link %q of %d",
			raw, head.Count)
	}
}

// formerly counts the entries of an older program that are there until the index is whole.
func (c *checking) formerly(entries []record.Entry) {
	if audit.TrailIndex.Whole(c.tx) {
		return
	}
	for _, e := range entries {
		if _, there := c.tx.Get(e.Table, e.Key); there {
			c.entries[e.Table]++
		}
	}
}

// checkWindow is how many numbers are held against the trail at once.
const checkWindow = 50_000

// replay works the stock out from the trail, a part at a time, and holds the records against it.
func (c *checking) replay(tenant provision.TenantID) {
	for from, more := provision.E164(""), true; more; {
		records, until := c.window(tenant, from)
		more = until != ""
		made := c.made(tenant, from, until)
		for n, is := range records {
			said, told := made[n]
			delete(made, n)
			if !told || said != is {
				c.wrong(record.TableNumbers, record.Key(tenant, string(n)),
					"the trail says that it is %s, and the record that it is %s", said.Short(), is.Short())
			}
		}
		for n, said := range made {
			c.wrong(record.TableNumbers, record.Key(tenant, string(n)),
				"its record is missing: the trail says that it is %s", said.Short())
		}
		from = until
	}
}

// window reads records of numbers from one on. until is where the next part begins, empty at the end.
func (c *checking) window(tenant provision.TenantID,
	from provision.E164) (records map[provision.E164]provision.NumberChange, until provision.E164) {
	records = map[provision.E164]provision.NumberChange{}
	for k, raw := range c.tx.Scan(record.TableNumbers, record.Key(tenant, ""), record.Key(tenant, string(from))) {
		n := provision.E164(k[len(record.Key(tenant, "")):])
		if len(records) == checkWindow {
			return records, n
		}
		var v provision.Number
		if record.Decode(record.TableNumbers, k, raw, &v) == nil && v.E164 == n {
			records[n] = audit.Became(v)
		}
	}
	return records, ""
}

// made is what the trail says of the numbers of a part.
func (c *checking) made(tenant provision.TenantID,
	from, until provision.E164) map[provision.E164]provision.NumberChange {
	made := map[provision.E164]provision.NumberChange{}
	for k, raw := range c.tx.Scan(record.TableAudit, record.Key(tenant, ""), "") {
		var e provision.AuditEvent
		if record.Decode(record.TableAudit, k, raw, &e) != nil {
			continue // it was told of before
		}
		for _, change := range e.Numbers {
			for n := range change.Numbers() {
				if n < from || until != "" && n >= until {
					continue
				}
				made[n] = provision.NumberChange{First: n, To: change.To, At: change.At, User: change.User,
					Order: change.Order}
				if change.To == "" {
					delete(made, n)
				}
			}
		}
	}
	return made
}
