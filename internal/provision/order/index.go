package order

import (
	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// indexToApprove keeps the lists of the orders that wait for an approver true.
func indexToApprove(tx provision.Tx, before provision.Order, o *provision.Order) {
	at := func(o provision.Order, a provision.Asked) string {
		return record.Key(o.Tenant, string(a.ID), record.Sortable(o.Approval.Since), string(o.ID))
	}
	for _, a := range before.Approval.Asked {
		tx.Delete(record.TableToApprove, at(before, a))
	}
	for _, a := range o.Approval.Asked {
		tx.Put(record.TableToApprove, at(*o, a), nil)
	}
}

// indexParked keeps the list of parked orders true.
func indexParked(tx provision.Tx, before provision.Order, o *provision.Order) {
	at := func(o provision.Order) string { return record.Key(o.Tenant, record.Sortable(o.Ended), string(o.ID)) }
	if before.State == provision.Parked {
		tx.Delete(record.TableParked, at(before))
	}
	if o.State == provision.Parked {
		tx.Put(record.TableParked, at(*o), []byte(o.ID))
	}
}

// indexDraft keeps the list of a requester's open drafts.
func indexDraft(tx provision.Tx, o *provision.Order) {
	at := record.Key(o.Tenant, string(o.Requester.ID), string(o.ID))
	if o.State == provision.Draft {
		if _, there := tx.Get(record.TableDrafts, at); !there { // each answer in a form comes here
			tx.Put(record.TableDrafts, at, nil)
		}
		return
	}
	tx.Delete(record.TableDrafts, at)
}
