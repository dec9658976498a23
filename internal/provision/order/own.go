package order

import (
	"iter"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// OwnIndex finds the orders of a requester as PlaceIndex finds those of all, and the parked ones by the locations that
// they touch, the longest stopped first. Write keeps it.
var OwnIndex = record.Index{
	Name:  "orders-own",
	Table: record.TableOrders,
	Entries: func(key string, raw []byte) ([]record.Entry, error) {
		var o provision.Order
		if err := record.Decode(record.TableOrders, key, raw, &o); err != nil {
			return nil, err
		}
		return OwnEntries(o), nil
	},
}

// OwnEntries are an order's entries in OwnIndex.
func OwnEntries(o provision.Order) []record.Entry {
	standing := StandingOf(o)
	if standing == "" {
		return nil
	}
	all := entriesAt(o, record.TableOrdersOwn, record.Key(o.Tenant, string(o.Requester.ID), string(standing), ""),
		placed(o))
	if o.State == provision.Parked {
		parked := entriesAt(o, record.TableParkedAt, record.Key(o.Tenant, ""), record.Sortable(o.Ended))
		all = append(all, parked...)
	}
	return all
}

// Parked yields the parked orders that a reader may look at, the longest stopped first. Others may be among them: ask
// the access of each.
func Parked(tx provision.Tx, tenant provision.TenantID, acc provision.Access) iter.Seq[provision.OrderID] {
	within, everywhere := acc.Within(provision.Look)
	if everywhere || !OwnIndex.Whole(tx) {
		return idsOf(keysOf(tx.Scan(record.TableParked, record.Key(tenant, ""), "")))
	}
	lists := []string{record.Key(tenant, "", "")} // those without a location
	for _, at := range within {
		lists = append(lists, record.Key(tenant, string(at), ""))
	}
	return idsOf(keysOf(record.Merge(tx, record.TableParkedAt, lists, "")))
}

// idsOf are the orders at the end of some keys, each once where it comes several times one after the other.
func idsOf(keys iter.Seq[string]) iter.Seq[provision.OrderID] {
	return func(yield func(provision.OrderID) bool) {
		last := provision.OrderID("")
		for k := range keys {
			id := lastOf(k)
			if id == last {
				continue
			}
			last = id
			if !yield(id) {
				return
			}
		}
	}
}
