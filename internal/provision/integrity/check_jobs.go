package integrity

import (
	"calltab/internal/provision"
	"calltab/internal/provision/record"
	"calltab/internal/provision/stock"
)

// What goes on by itself goes on by a job. Without it an order waits for ever, a number never ends its cooling period,
// and nobody is told.

// moves says which job an order lacks.
func (c *checking) moves(tenant provision.TenantID, o provision.Order) {
	at := record.Key(tenant, string(o.ID))
	var kinds []string // any of them moves it
	what := "work on it never goes on"
	switch o.State {
	case provision.Draft:
		kinds, what = []string{provision.JobDraft},
			"the form is never closed, and a number that it holds is never free again"
	case provision.Pending:
		kinds, what = []string{provision.JobApproval}, "nobody is reminded to approve it, and it never ends"
	case provision.Approved:
		kinds = []string{o.Job()}
		if o.Bulk.Held { // its bulk begins it
			kinds = nil
		}
	case provision.Running:
		kinds = []string{o.Job(), provision.JobTakeBack}
	case provision.Waiting:
		kinds, what = []string{o.WatchJob(), provision.JobWatch, o.Job()}, "nobody finds out when the phone is ready"
	case provision.Parked:
		kinds, what = []string{o.Halt.Job}, "it can neither be tried again nor be undone; it can be left as it is"
		if o.Halt.Job == "" {
			kinds = []string{o.Job()}
		}
	}
	c.lacks(record.TableOrders, at, "order is "+string(o.State), what, kinds...)
	if o.State == provision.Draft && o.Form == provision.FormLookup {
		c.lacks(record.TableOrders, at, "order looks for its person", "the form never goes on", provision.JobLookup)
	}
}

// rests says that a number cools down for ever.
func (c *checking) rests(tenant provision.TenantID, n provision.Number) {
	at := record.Key(tenant, string(n.E164))
	what := "it is never free again by itself; “find” and the number offers to free it"
	c.lacks(record.TableNumbers, at, "number rests", what, provision.JobCool)
}

// reserved says that a number is kept for a person for ever, or that nothing says for whom.
func (c *checking) reserved(tenant provision.TenantID, n provision.Number) {
	at := record.Key(tenant, string(n.E164))
	c.indexed(record.TableReserved, stock.ReservedKey(tenant, n))
	if n.User == "" || n.Kept.User != n.User || !n.Kept.Until.Equal(n.Until) {
		c.wrong(record.TableNumbers, at, "it is kept for %q, and its reservation says %q: “unreserve” ends that",
			n.User, n.Kept.User)
	}
	what := "it is kept for ever; “unreserve” ends that"
	c.lacks(record.TableNumbers, at, "number is kept for a person", what, provision.JobReserve)
}

// reads says that a reading of a tenant's people or numbers never goes on.
func (c *checking) reads(table string, tenant provision.TenantID, state provision.SyncState, kind string) {
	if state == provision.SyncRunning {
		c.lacks(table, string(tenant), "reading goes on", "it never ends", kind)
	}
}

// lacks says that there is none of some kinds of jobs for what has the key; without kinds, none is needed.
func (c *checking) lacks(table, at, is, what string, kinds ...string) {
	for _, kind := range kinds {
		if c.at(c.tx, kind, at) {
			return
		}
	}
	if len(kinds) > 0 {
		c.wrong(table, at, "the %s, and the job %q that it needs is missing: %s", is, kinds[0], what)
	}
}
