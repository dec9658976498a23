package provision

// What goes on by itself goes on by a job. Without it an order waits for ever, a number never comes out of its rest,
// and nobody is told.

// moves says which job an order lacks.
func (c *checking) moves(tenant TenantID, o Order) {
	at := key(tenant, string(o.ID))
	var kinds []string // any of them moves it
	what := "work on it never goes on"
	switch o.State {
	case Draft:
		kinds, what = []string{JobDraft}, "the form is never closed, and a number that it holds is never free again"
	case Pending:
		kinds, what = []string{JobApproval}, "nobody is reminded to approve it, and it never ends"
	case Approved:
		kinds = []string{o.Kind.Job()}
	case Running:
		kinds = []string{o.Kind.Job(), JobTakeBack}
	case Waiting:
		kinds, what = []string{JobWatch, o.Kind.Job()}, "nobody finds out when the phone is ready"
	case Parked:
		kinds, what = []string{o.Halt.Job}, "it can neither be tried again nor be undone; it can be left as it is"
		if o.Halt.Job == "" {
			kinds = []string{o.Kind.Job()}
		}
	}
	c.lacks(tableOrders, at, "order is "+string(o.State), what, kinds...)
	if o.State == Draft && o.Form == FormLookup {
		c.lacks(tableOrders, at, "order looks for its person", "the form never goes on", JobLookup)
	}
}

// rests says that a number rests for ever.
func (c *checking) rests(tenant TenantID, n Number) {
	at := key(tenant, string(n.E164))
	what := "it is never free again by itself; “find” and the number offers to free it"
	c.lacks(tableNumbers, at, "number rests", what, JobCool)
}

// reads says that a reading of a tenant's people or numbers never goes on.
func (c *checking) reads(table string, tenant TenantID, state SyncState, kind string) {
	if state == SyncRunning {
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
