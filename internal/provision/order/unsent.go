package order

import (
	"bytes"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// cameToNothing reports the state of a form, and of an order that ended before its work began.
func cameToNothing(s provision.OrderState) bool {
	switch s {
	case provision.Draft, provision.Rejected, provision.Cancelled, provision.Expired:
		return true
	}
	return false
}

// passedOver reports that a filter does not want an order, by its state alone. A person may have hundreds of orders
// that came to nothing: reading them whole would be nearly all that finding the person costs.
func passedOver(tx provision.Tx, tenant provision.TenantID, f provision.Filter, id provision.OrderID) bool {
	if !f.Sent {
		return false
	}
	raw, _ := tx.Get(record.TableOrders, record.Key(tenant, string(id)))
	return cameToNothing(stateOf(raw))
}

// stateOf finds an order's state in its record without reading the rest: only ids and the kind stand before it. It is
// empty where that is not so.
func stateOf(raw []byte) provision.OrderState {
	head, rest, _ := bytes.Cut(raw, []byte(`"state":"`)) // within a text its quotes would be escaped
	if bytes.LastIndexByte(head, '{') > 1 {
		return "" // something else's
	}
	state, _, ended := bytes.Cut(rest, []byte(`"`))
	if !ended {
		return ""
	}
	return provision.OrderState(state)
}
