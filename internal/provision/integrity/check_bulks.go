package integrity

import (
	"strconv"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
	"calltab/internal/provision/rows"
	"calltab/internal/provision/stock"
)

// bulks checks lists of orders, their rows and what finds them.
func (c *checking) bulks() {
	each(c, record.TableBulks, func(tenant provision.TenantID, at string, b rows.Bulk) {
		if !c.place(record.TableBulks, tenant, at, string(b.ID)) {
			return
		}
		c.indexed(record.TableBulksBy, b.ByKey())
		if b.State == rows.Ended || b.State == rows.Left {
			return
		}
		c.lacks(record.TableBulks, record.Key(tenant, at), "bulk is "+string(b.State), "it never goes on",
			provision.JobBulk)
	})
	each(c, record.TableBulkRows, func(tenant provision.TenantID, at string, r rows.Row) {
		id, ok := rows.InBulk(at, r.N)
		if !ok {
			c.wrong(record.TableBulkRows, record.Key(tenant, at), "it is the record of row %d", r.N)
			return
		}
		c.indexed(record.TableBulkStates, rows.StateKey(tenant, id, r))
		c.counted(record.TableBulkCounts, record.Key(tenant, string(id), string(r.State)))
		if r.Order != "" {
			c.indexed(record.TableBulkOrders, record.Key(tenant, string(r.Order)))
		}
		c.checkRow(tenant, id, r)
	})
	for k, raw := range c.tx.Scan(record.TableBulkPeople, "", "") {
		if _, err := strconv.Atoi(string(raw)); err != nil {
			c.wrong(record.TableBulkPeople, k, "it names no row")
		}
	}
}

// checkRow looks whether a row that is ready holds its number.
func (c *checking) checkRow(tenant provision.TenantID, id provision.BulkID, r rows.Row) {
	if r.State != rows.Ready {
		return
	}
	at := record.Key(tenant, string(id), strconv.Itoa(r.N))
	if r.Draft == nil || r.Draft.ID != r.Order {
		c.wrong(record.TableBulkRows, at, "it is ready, and has no order")
		return
	}
	if !r.Draft.Kind.Asks(provision.FormNumber) {
		return
	}
	v, err := stock.Number(c.tx, tenant, r.Draft.Number)
	if err != nil || v.State != provision.Held || v.Order != r.Order {
		c.wrong(record.TableBulkRows, at, "the stock does not hold its number for it; ordered, it says so")
	}
}
