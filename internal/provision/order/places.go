package order

import (
	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// Standing is how an order stands, as lists sort them. The values are persisted: never rename one.
type Standing string

// The standings. A form that was never sent stands nowhere.
const (
	Open   Standing = "open"   // at work, waiting for an approval or for Microsoft, or stopped
	Done   Standing = "done"   // the phone is as it was asked for
	Failed Standing = "failed" // everything was undone
	Ended  Standing = "ended"  // rejected, cancelled or expired
)

// Known reports whether orders stand so; the empty standing is that of all that are over.
func (s Standing) Known() bool {
	return s == "" || s == Open || s == Done || s == Failed || s == Ended
}

// StandingOf is how an order stands; empty for a form.
func StandingOf(o provision.Order) Standing {
	switch {
	case o.State.Live():
		return Open
	case o.State == provision.Done:
		return Done
	case o.State == provision.Failed:
		return Failed
	case o.State.Over() && !o.Submitted.IsZero():
		return Ended
	}
	return ""
}

// PlaceIndex finds orders by how they stand and by the locations that they touch: those that are open by when they were
// begun, the oldest first, and the others by when they ended, the newest first. Write keeps it.
var PlaceIndex = record.Index{
	Name:  "orders-at",
	Table: record.TableOrders,
	Entries: func(key string, raw []byte) ([]record.Entry, error) {
		var o provision.Order
		if err := record.Decode(record.TableOrders, key, raw, &o); err != nil {
			return nil, err
		}
		return PlacesOf(o), nil
	},
}

// PlacesOf are an order's entries in PlaceIndex: one for each location that it touches, which names the other. One
// without a location has an empty part in its place.
func PlacesOf(o provision.Order) []record.Entry {
	standing := StandingOf(o)
	if standing == "" {
		return nil
	}
	return entriesAt(o, record.TableOrdersAt, record.Key(o.Tenant, string(standing), ""), placed(o))
}

// placed is when an order's place in a list is: when it was begun, where it is open, and else when it ended.
func placed(o provision.Order) string {
	if StandingOf(o) == Open {
		return record.Sortable(o.Created)
	}
	return record.NewestFirst(o.Ended)
}

// entriesAt are the entries of an order below the beginning of some keys, one for each location that it touches.
func entriesAt(o provision.Order, table, begin, when string) []record.Entry {
	sites := o.Sites()
	if len(sites) == 0 {
		sites = []provision.LocationID{""}
	}
	var all []record.Entry
	for i, at := range sites {
		e := record.Entry{Table: table, Key: begin + record.Key(at, when, string(o.ID))}
		if len(sites) > 1 {
			e.Value = string(sites[1-i])
		}
		all = append(all, e)
	}
	return all
}

// touched is what of an order's record says which locations it touches.
type touched struct {
	Location provision.LocationID `json:"location"`
	Had      struct {
		Location provision.LocationID `json:"location"`
	} `json:"had"`
}

// SitesIn are the locations that an order touches, read without the rest of it; none where there is no such order.
func SitesIn(tx provision.Tx, tenant provision.TenantID, id provision.OrderID) ([]provision.LocationID, error) {
	t, _, err := record.Load[touched](tx, record.TableOrders, record.Key(tenant, string(id)))
	o := provision.Order{OrderWish: provision.OrderWish{Location: t.Location}}
	o.Had.Location = t.Had.Location
	return o.Sites(), err
}
