package provision

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// e164 is the form of a number: its digits, and the extension where it has one.
var e164 = regexp.MustCompile(`^\+[1-9][0-9]{2,14}(;ext=[0-9]{1,10})?$`)

// inventory checks locations, plans and numbers, with what lists them.
func (c *checking) inventory() {
	each(c, tableLocations, func(tenant TenantID, at string, l Location) { c.place(tableLocations, tenant, at, string(l.ID)) })
	next := map[TenantID]int{}
	each(c, tablePlans, func(tenant TenantID, at string, p Plan) {
		c.place(tablePlans, tenant, at, fmt.Sprintf("%03d", next[tenant]))
		if next[tenant]++; p.ID == "" {
			c.wrong(tablePlans, key(tenant, at), "the plan has no id")
		}
	})
	each(c, tableNumbers, func(tenant TenantID, at string, n Number) {
		if !c.place(tableNumbers, tenant, at, string(n.E164)) {
			return
		}
		c.read.Numbers++
		c.counted(tableStock, key(tenant, string(n.Location), string(n.State)))
		if n.State == Free {
			for table, k := range freeKeys(tenant, n) {
				c.indexed(table, k)
			}
		}
		c.number(tenant, n)
	})
}

func (c *checking) number(tenant TenantID, n Number) {
	at := key(tenant, string(n.E164))
	if !e164.MatchString(string(n.E164)) {
		c.wrong(tableNumbers, at, "it is no number in E.164")
	}
	if _, there := c.tx.Get(tableLocations, key(tenant, string(n.Location))); !there {
		c.wrong(tableNumbers, at, "its location %q is not in the inventory", n.Location)
	}
	switch n.State {
	case Free, Blocked:
	case Cooling:
		c.rests(tenant, n)
	case Held:
		o, err := c.OrderIn(c.tx, tenant, n.Order)
		if err != nil || o.Number != n.E164 && o.Had.Number != n.E164 || o.State.Over() && o.State != Parked {
			c.wrong(tableNumbers, at, "it is held for order %q, which does not ask for it", n.Order)
		}
	case Assigned:
		if sub, _, _ := c.SubscriberIn(c.tx, tenant, n.User); sub.Number != n.E164 && !c.working(tenant, n.User, n.E164) {
			c.wrong(tableNumbers, at, "it is assigned to %s, whose record does not have it: repair %s sets it right", n.User, n.User)
		}
	default:
		c.wrong(tableNumbers, at, "its state %q is none", n.State)
	}
}

// working reports whether an order is at work for a person with a number, or about to take it from them.
func (c *checking) working(tenant TenantID, user UserID, n E164) bool {
	id := liveOrder(c.tx, tenant, user)
	if id == "" {
		return false
	}
	o, err := c.OrderIn(c.tx, tenant, id)
	return err == nil && (o.Number == n || o.Had.Number == n)
}

var (
	orderStates = []OrderState{Draft, Pending, Approved, Running, Waiting, Done, Rejected, Cancelled, Expired, Failed, Parked}
	liveStates  = []OrderState{Pending, Approved, Running, Waiting, Parked}
	forms       = []Form{"", FormLookup, FormPerson, FormWhich, FormRefused, FormLocation, FormPlan, FormNumber, FormReview}
)

// orders checks the orders with what lists them.
func (c *checking) orders() {
	each(c, tableOrders, func(tenant TenantID, at string, o Order) {
		if !c.place(tableOrders, tenant, at, string(o.ID)) {
			return
		}
		c.read.Orders++
		c.counted(tableStates, string(o.State))
		c.indexed(tableByRequester, key(o.Tenant, string(o.Requester.ID), newestFirst(o.Created), string(o.ID)))
		if o.Person.ID != "" {
			c.indexed(tableByPerson, key(o.Tenant, string(o.Person.ID), newestFirst(o.Created), string(o.ID)))
		}
		if o.State == Parked {
			c.indexed(tableParked, key(o.Tenant, sortable(o.Ended), string(o.ID)))
		}
		asked := map[UserID]bool{}
		for _, a := range o.Consent.Asked {
			if !asked[a.ID] {
				c.indexed(tableToApprove, key(o.Tenant, string(a.ID), sortable(o.Consent.Since), string(o.ID)))
			}
			asked[a.ID] = true
		}
		c.order(tenant, o)
	})
	for k := range c.tx.Scan(tableDrafts, "", "") {
		tenant, at, _ := strings.Cut(k, "/")
		requester, id, _ := strings.Cut(at, "/")
		o, err := c.OrderIn(c.tx, TenantID(tenant), OrderID(id))
		if err != nil || o.State != Draft || string(o.Requester.ID) != requester {
			c.wrong(tableDrafts, k, "it says that order %q is an open form, and it is not", id)
		}
	}
	for k, id := range c.tx.Scan(tableLive, "", "") {
		tenant, user := ParseJobKey(k)
		o, err := c.OrderIn(c.tx, tenant, OrderID(id))
		if err != nil || o.Person.ID != UserID(user) || !slices.Contains(liveStates, o.State) {
			c.wrong(tableLive, k, "it says that order %q is at work for the person, and it is not", id)
		}
	}
}

func (c *checking) order(tenant TenantID, o Order) {
	at := key(tenant, string(o.ID))
	if _, known := stories[o.Kind]; !known || o.Tenant != tenant || !slices.Contains(orderStates, o.State) || !slices.Contains(forms, o.Form) {
		c.wrong(tableOrders, at, "its kind %q, state %q, form %q or tenant is none", o.Kind, o.State, o.Form)
		return
	}
	c.moves(tenant, o)
	if !slices.Contains(liveStates, o.State) {
		return
	}
	if id := liveOrder(c.tx, tenant, o.Person.ID); id != o.ID {
		c.wrong(tableLive, key(tenant, string(o.Person.ID)), "order %s is at work for the person, and the list has %q: repair %s shows both",
			o.ID, id, o.Person.ID)
	}
	if o.Number == "" || o.State == Parked || o.Kind.Ends() {
		return
	}
	v, err := number(c.tx, tenant, o.Number)
	mine := v.State == Held && v.Order == o.ID || v.State == Assigned && v.User == o.Person.ID
	if err != nil || !mine {
		c.wrong(tableOrders, at, "it is at work with %s, which the stock does not have for it: repair %s sets it right", o.Number, o.Person.ID)
	}
}

func (c *checking) subscribers() {
	each(c, tableSubscribers, func(tenant TenantID, at string, sub Subscriber) {
		if !c.place(tableSubscribers, tenant, at, string(sub.User)) {
			return
		}
		c.read.Subscribers++
		at = key(tenant, at)
		if _, there := c.tx.Get(tableLocations, key(tenant, string(sub.Location))); !there {
			c.wrong(tableSubscribers, at, "the location %q is not in the inventory", sub.Location)
		}
		if _, err := c.PlanIn(c.tx, tenant, sub.Plan); sub.Plan != "" && err != nil {
			c.wrong(tableSubscribers, at, "the plan %q is not in the inventory", sub.Plan)
		}
		if sub.Order != "" {
			if _, err := c.OrderIn(c.tx, tenant, sub.Order); err != nil {
				c.wrong(tableSubscribers, at, "order %q, which made the record, is not there", sub.Order)
			}
		}
		if sub.Number == "" {
			return
		}
		if v, err := number(c.tx, tenant, sub.Number); err != nil || v.State != Assigned || v.User != sub.User {
			c.wrong(tableSubscribers, at, "they have %s, which the stock does not have as theirs: repair %s sets it right", sub.Number, sub.User)
		}
	})
}
