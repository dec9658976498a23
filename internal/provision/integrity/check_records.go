package integrity

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"calltab/internal/provision"
	"calltab/internal/provision/order"
	"calltab/internal/provision/people"
	"calltab/internal/provision/record"
	"calltab/internal/provision/rows"
	"calltab/internal/provision/stock"
)

// e164 is the form of a number: its digits, and the extension where it has one.
var e164 = regexp.MustCompile(`^\+[1-9][0-9]{2,14}(;ext=[0-9]{1,10})?$`)

// inventory checks locations, plans and numbers, with what lists them.
func (c *checking) inventory() {
	each(c, record.TableLocations, func(tenant provision.TenantID, at string, l provision.Location) {
		c.place(record.TableLocations, tenant, at, string(l.ID))
	})
	next := map[provision.TenantID]int{}
	each(c, record.TablePlans, func(tenant provision.TenantID, at string, p provision.Plan) {
		c.place(record.TablePlans, tenant, at, fmt.Sprintf("%03d", next[tenant]))
		next[tenant]++
		if p.ID == "" {
			c.wrong(record.TablePlans, record.Key(tenant, at), "the plan has no id")
		}
	})
	each(c, record.TableNumbers, func(tenant provision.TenantID, at string, n provision.Number) {
		if !c.place(record.TableNumbers, tenant, at, string(n.E164)) {
			return
		}
		c.read.Numbers++
		c.counted(record.TableStock, record.Key(tenant, string(n.Location), string(n.State)))
		if n.State == provision.Free {
			for table, k := range stock.FreeKeys(tenant, n) {
				c.indexed(table, k)
			}
		}
		c.indexedIn(stock.NumberIndex, stock.Entries(tenant, n))
		c.checkNumber(tenant, n)
	})
}

func (c *checking) checkNumber(tenant provision.TenantID, n provision.Number) {
	at := record.Key(tenant, string(n.E164))
	if !e164.MatchString(string(n.E164)) {
		c.wrong(record.TableNumbers, at, "it is no number in E.164")
	}
	if _, there := c.tx.Get(record.TableLocations, record.Key(tenant, string(n.Location))); !there {
		c.wrong(record.TableNumbers, at, "its location %q is not in the inventory", n.Location)
	}
	switch n.State {
	case provision.Free, provision.Blocked:
	case provision.Cooling:
		c.rests(tenant, n)
	case provision.Reserved:
		c.reserved(tenant, n)
	case provision.Held:
		o, err := c.order.OrderIn(c.tx, tenant, n.Order)
		if provision.KindOf(err) == provision.NotFound && rows.Holds(c.tx, tenant, n.Order, n.E164) {
			return
		}
		if err != nil || o.Number != n.E164 && o.Had.Number != n.E164 || o.State.Over() && o.State != provision.Parked {
			c.wrong(record.TableNumbers, at, "it is held for order %q, which does not ask for it", n.Order)
		}
	case provision.Assigned:
		if sub, _, _ := c.roster.SubscriberIn(c.tx, tenant, n.User); sub.Number != n.E164 &&
			!c.working(tenant, n.User, n.E164) {
			c.wrong(record.TableNumbers, at,
				"it is assigned to %s, whose record does not have it: repair %s sets it right", n.User, n.User)
		}
	default:
		c.wrong(record.TableNumbers, at, "its state %q is none", n.State)
	}
}

// working reports whether an order is at work for a person with a number, or about to take it from them.
func (c *checking) working(tenant provision.TenantID, user provision.UserID, n provision.E164) bool {
	id := order.LiveOrder(c.tx, tenant, user)
	if id == "" {
		return false
	}
	o, err := c.order.OrderIn(c.tx, tenant, id)
	return err == nil && (o.Number == n || o.Had.Number == n)
}

var (
	orderStates = []provision.OrderState{provision.Draft, provision.Pending, provision.Approved, provision.Running,
		provision.Waiting, provision.Done, provision.Rejected, provision.Cancelled, provision.Expired, provision.Failed,
		provision.Parked}
	liveStates = []provision.OrderState{provision.Pending, provision.Approved, provision.Running, provision.Waiting,
		provision.Parked}
	forms = []provision.Form{"", provision.FormLookup, provision.FormPerson, provision.FormWhich,
		provision.FormRefused, provision.FormLocation, provision.FormPlan, provision.FormNumber, provision.FormReview}
)

// orders checks the orders with what lists them.
func (c *checking) orders() {
	each(c, record.TableOrders, func(tenant provision.TenantID, at string, o provision.Order) {
		if !c.place(record.TableOrders, tenant, at, string(o.ID)) {
			return
		}
		c.read.Orders++
		c.counted(record.TableStates, string(o.State))
		c.indexed(record.TableByRequester, record.Key(o.Tenant, string(o.Requester.ID), record.NewestFirst(o.Created),
			string(o.ID)))
		if o.Person.ID != "" {
			c.indexed(record.TableByPerson, record.Key(o.Tenant, string(o.Person.ID), record.NewestFirst(o.Created),
				string(o.ID)))
		}
		c.indexedIn(order.PlaceIndex, order.PlacesOf(o))
		c.indexedIn(order.RequesterIndex, order.PlaceOfRequester(o))
		c.indexedIn(order.OwnIndex, order.OwnEntries(o))
		if o.State == provision.Parked {
			c.indexed(record.TableParked, record.Key(o.Tenant, record.Sortable(o.Ended), string(o.ID)))
		}
		asked := map[provision.UserID]bool{}
		for _, a := range o.Approval.Asked {
			if !asked[a.ID] {
				c.indexed(record.TableToApprove, record.Key(o.Tenant, string(a.ID), record.Sortable(o.Approval.Since),
					string(o.ID)))
			}
			asked[a.ID] = true
		}
		c.checkOrder(tenant, o)
	})
	for k := range c.tx.Scan(record.TableDrafts, "", "") {
		tenant, at, _ := strings.Cut(k, "/")
		requester, id, _ := strings.Cut(at, "/")
		o, err := c.order.OrderIn(c.tx, provision.TenantID(tenant), provision.OrderID(id))
		if err != nil || o.State != provision.Draft || string(o.Requester.ID) != requester {
			c.wrong(record.TableDrafts, k, "it says that order %q is an open form, and it is not", id)
		}
	}
	for k, id := range c.tx.Scan(record.TableLive, "", "") {
		tenant, user := provision.ParseJobKey(k)
		o, err := c.order.OrderIn(c.tx, tenant, provision.OrderID(id))
		if err != nil || o.Person.ID != provision.UserID(user) || !slices.Contains(liveStates, o.State) {
			c.wrong(record.TableLive, k, "it says that order %q is at work for the person, and it is not", id)
		}
	}
}

func (c *checking) checkOrder(tenant provision.TenantID, o provision.Order) {
	at := record.Key(tenant, string(o.ID))
	stated := slices.Contains(orderStates, o.State) && slices.Contains(forms, o.Form)
	if !o.Kind.Known() || o.Tenant != tenant || !stated {
		c.wrong(record.TableOrders, at, "its kind %q, state %q, form %q or tenant is none", o.Kind, o.State, o.Form)
		return
	}
	c.moves(tenant, o)
	if !slices.Contains(liveStates, o.State) {
		return
	}
	if id := order.LiveOrder(c.tx, tenant, o.Person.ID); id != o.ID {
		c.wrong(record.TableLive, record.Key(tenant, string(o.Person.ID)),
			"order %s is at work for the person, and the list has %q: repair %s shows both",
			o.ID, id, o.Person.ID)
	}
	if o.Number == "" || o.State == provision.Parked || o.Kind.Ends() {
		return
	}
	v, err := stock.Number(c.tx, tenant, o.Number)
	mine := v.State == provision.Held && v.Order == o.ID || v.State == provision.Assigned && v.User == o.Person.ID
	if err != nil || !mine {
		c.wrong(record.TableOrders, at,
			"it is at work with %s, which the stock does not have for it: repair %s sets it right", o.Number,
			o.Person.ID)
	}
}

func (c *checking) subscribers() {
	each(c, record.TableSubscribers, func(tenant provision.TenantID, at string, sub provision.Subscriber) {
		if !c.place(record.TableSubscribers, tenant, at, string(sub.User)) {
			return
		}
		c.read.Subscribers++
		c.indexedIn(people.SinceIndex, people.SinceOf(tenant, sub))
		c.indexedIn(people.SubscriberIndex, people.SubscriberEntries(tenant, sub))
		at = record.Key(tenant, at)
		if _, there := c.tx.Get(record.TableLocations, record.Key(tenant, string(sub.Location))); !there {
			c.wrong(record.TableSubscribers, at, "the location %q is not in the inventory", sub.Location)
		}
		if _, err := c.stock.PlanIn(c.tx, tenant, sub.Plan); sub.Plan != "" && err != nil {
			c.wrong(record.TableSubscribers, at, "the plan %q is not in the inventory", sub.Plan)
		}
		if sub.Order != "" {
			if _, err := c.order.OrderIn(c.tx, tenant, sub.Order); err != nil {
				c.wrong(record.TableSubscribers, at, "order %q, which made the record, is not there", sub.Order)
			}
		}
		if sub.Number == "" {
			return
		}
		if v, err := stock.Number(c.tx, tenant, sub.Number); err != nil || v.State != provision.Assigned ||
			v.User != sub.User {
			c.wrong(record.TableSubscribers, at,
				"they have %s, which the stock does not have as theirs: repair %s sets it right", sub.Number, sub.User)
		}
	})
}
