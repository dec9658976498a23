package order

import (
	"iter"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// The lists that a requester's orders stand in. The values are persisted: never rename one.
const (
	theirDrafts   = "drafts"   // forms that are open
	theirOpen     = "open"     // the other orders that are not over
	theirUndoable = "undoable" // done orders that can be taken back
)

// RequesterIndex finds the orders of a requester that are not over, the newest first, and those that can be taken back,
// the one that was saved last first. An admin has very many that are neither. Write keeps it.
var RequesterIndex = record.Index{
	Name:  "orders-of",
	Table: record.TableOrders,
	Entries: func(key string, raw []byte) ([]record.Entry, error) {
		var o provision.Order
		if err := record.Decode(record.TableOrders, key, raw, &o); err != nil {
			return nil, err
		}
		return PlaceOfRequester(o), nil
	},
}

// PlaceOfRequester is an order's entry in RequesterIndex, where it has one.
func PlaceOfRequester(o provision.Order) []record.Entry {
	begun := record.NewestFirst(o.Created)
	at := ""
	switch {
	case o.State == provision.Draft:
		at = listOf(o.Tenant, o.Requester.ID, theirDrafts) + begun
	case o.State.Live() && !o.State.Over():
		at = listOf(o.Tenant, o.Requester.ID, theirOpen) + begun
	case o.Undoable(): // those of a list are saved in one moment
		at = listOf(o.Tenant, o.Requester.ID, theirUndoable) + record.NewestFirst(saved(o)) + "/" + begun
	default:
		return nil
	}
	return []record.Entry{{Table: record.TableOrdersOf, Key: at + "/" + string(o.ID)}}
}

// saved is when an order was saved; one of which that is not known comes behind all others.
func saved(o provision.Order) time.Time {
	if o.Submitted.IsZero() {
		return time.Unix(0, 0)
	}
	return o.Submitted
}

// listOf is the beginning of the keys of one of a requester's lists.
func listOf(tenant provision.TenantID, user provision.UserID, list string) string {
	return record.Key(tenant, string(user), list, "")
}

// notOver yields the keys of a requester's orders that are not over, or of the drafts among them, the newest first.
func notOver(tx provision.Tx, tenant provision.TenantID, f provision.Filter) iter.Seq[string] {
	lists := []string{listOf(tenant, f.Requester, theirDrafts)}
	if !f.Drafts {
		lists = append(lists, listOf(tenant, f.Requester, theirOpen))
	}
	return keysOf(record.Merge(tx, record.TableOrdersOf, lists, ""))
}

func keysOf[V any](all iter.Seq2[string, V]) iter.Seq[string] {
	return func(yield func(string) bool) {
		for k := range all {
			if !yield(k) {
				return
			}
		}
	}
}

// LastUndoable is the order that a requester saved last of those that can be taken back, empty where there is none. It
// is true once RequesterIndex is whole.
func LastUndoable(tx provision.Tx, tenant provision.TenantID, user provision.UserID) provision.OrderID {
	for k := range tx.Scan(record.TableOrdersOf, listOf(tenant, user, theirUndoable), "") {
		return lastOf(k)
	}
	return ""
}
